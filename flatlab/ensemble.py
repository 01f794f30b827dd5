"""Many replicates of one run, one random generator each, over any ``concurrent.futures`` executor.

A replicate's digits depend on its start, the seed and its number only: not on the executor, the
number of workers, or the replicates beside it. Replicate k of an ensemble with seed s is, bit for
bit, the trajectory from the same start with ``rng=replicate_rng(s, k)``.
"""

import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from itertools import pairwise

import numpy as np

from flatlab import _checks
from flatlab.cost import spend
from flatlab.progress import progress_bar
from flatlab.refusals import check_observable, check_run, has_block_form, needs_rng
from flatlab.simulate import NOT_REACHED, DivergenceError, advance, advance_block, first_passage

BLOCK_NUMBERS = 16384  # wide rows pay; a block of this many coordinates and its slopes stay in the second-level cache
MOST_COLUMNS, FEWEST_COLUMNS = 256, 16


def ensemble(method, objective, starts, *, steps, seed=0, executor=None, progress=False, keep_divergence=False):
    """Run one method from many starts and return where each run ends.

    Memory is the starts, the ends and a workspace for each worker; nothing grows with the steps.

    Parameters
    ----------
    method : NamedTuple
        From ``flatlab.methods``, or any with a registered ``step``.
    objective : NamedTuple
        From ``flatlab.objectives``, or any with a registered ``gradient``.
    starts : array_like, shape (n_replicates, d)
    steps : int
        Number of steps, 0 or above.
    seed : int
        Entropy of the replicates' generators; 0 or above.
    executor : concurrent.futures.Executor, optional
        Where the replicates run; threads, one for each core, if not given. Any executor will do:
        a process pool, ``dask.distributed.Client(...).get_executor()``, ``mpi4py.futures``.
    progress : bool
        Show a progress bar after two seconds, on a terminal.
    keep_divergence : bool
        Return ends that are not finite instead of raising.

    Returns
    -------
    ndarray, shape (n_replicates, d)

    Raises
    ------
    ValueError
        For a wrong argument, before anything is compiled.
    DivergenceError
        When a replicate ends at a point that is not finite.
    """
    starts, steps, seed = _check(method, objective, starts, steps, seed, executor)
    keep_divergence, progress = _checks.flag("keep_divergence", keep_divergence), _checks.flag("progress", progress)
    block = has_block_form(method, objective)
    run = _advance_together if block else _advance_each
    shared = (method, objective, steps, seed)
    ends = np.concatenate(_run_pieces(run, shared, starts, block, executor, progress))
    spend(method, steps * len(starts))
    lost = ~np.isfinite(ends).all(axis=1)
    if lost.any() and not keep_divergence:
        raise DivergenceError(
            f"{method} diverged: {int(lost.sum())} of {len(ends)} replicates are not finite after {steps} steps; "
            "a smaller step size may help, keep_divergence=True returns the ends as they are"
        )
    return ends


def hitting_times(method, objective, starts, observable, *, below, steps, seed=0, executor=None, progress=False):
    """Return, for each start, the first step at which an observable is at or below a level.

    Parameters
    ----------
    method, objective, starts, steps, seed, executor, progress
        As for :func:`ensemble`.
    observable, below
        As for :func:`flatlab.hitting_time`.

    Returns
    -------
    ndarray of int, shape (n_replicates,)
        ``NOT_REACHED`` (-1) where no step up to ``steps`` does.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    starts, steps, seed = _check(method, objective, starts, steps, seed, executor)
    check_observable(observable, objective, starts.shape[1])
    below, progress = _checks.number("below", below), _checks.flag("progress", progress)
    shared = (method, objective, steps, seed, observable, below)
    times = np.concatenate(_run_pieces(_hit_each, shared, starts, False, executor, progress))
    spend(method, np.where(times == NOT_REACHED, steps, times).sum())
    return times


def replicate_rng(seed, replicate):
    """Return the generator of replicate number ``replicate`` of an ensemble with entropy ``seed``.

    Parameters
    ----------
    seed : int
    replicate : int

    Returns
    -------
    numpy.random.Generator
        That of child ``replicate`` of ``numpy.random.SeedSequence(seed).spawn``.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    seed, replicate = _checks.seed("seed", seed), _checks.whole("replicate", replicate, at_most=2**32 - 1)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replicate,)))


def _check(method, objective, starts, steps, seed, executor):
    starts = _checks.matrix("starts", starts)
    check_run(method, objective, starts[0], np.random.default_rng(0), name="each row of starts")
    _checks.executor("executor", executor)
    return starts, _checks.whole("steps", steps), _checks.seed("seed", seed)


def _run_pieces(run, shared, starts, block, executor, progress):
    edges = _edges(len(starts), starts.shape[1], block)
    pieces = list(pairwise(edges))
    if len(pieces) == 1 and executor is None:
        return [run(*shared, starts, 0)]
    own = ThreadPoolExecutor(os.cpu_count()) if executor is None else nullcontext(executor)
    with own as pool, progress_bar("replicates", len(starts), progress) as advance_bar:
        futures = {pool.submit(run, *shared, starts[low:high], low): high - low for low, high in pieces}
        try:
            for future in as_completed(futures):
                future.result()
                advance_bar(futures[future])
        except BaseException:
            for future in futures:
                future.cancel()
            raise
    return [future.result() for future in futures]


def _edges(replicates, size, block):
    """Return where to cut the replicates, in pieces that share the cores evenly."""
    cores = os.cpu_count() or 1
    if block:
        most = min(MOST_COLUMNS, max(2 * FEWEST_COLUMNS, BLOCK_NUMBERS // size))
        pieces = -(-replicates // most)
        few = replicates < 2 * FEWEST_COLUMNS
    else:
        pieces = 4 * cores
        few = replicates < 2
    pieces = 1 if few else min(replicates, -(-pieces // cores) * cores)
    return [replicates * k // pieces for k in range(pieces + 1)]


def _advance_together(method, objective, steps, seed, starts, first):
    points = np.array(starts.T, order="C")  # a copy even where the transpose is contiguous already
    advance_block(method, objective, points, steps)
    return np.ascontiguousarray(points.T)


def _advance_each(method, objective, steps, seed, starts, first):
    ends = starts.copy()
    random = needs_rng(method, objective)
    for k, w in enumerate(ends):
        advance(method, objective, w, steps, replicate_rng(seed, first + k) if random else None)
    return ends


def _hit_each(method, objective, steps, seed, observable, below, starts, first):
    random = needs_rng(method, objective)
    times = np.empty(len(starts), dtype=np.int64)
    for k, w in enumerate(starts):
        rng = replicate_rng(seed, first + k) if random else None
        times[k] = first_passage(method, objective, w, observable, below, steps, rng)
    return times
