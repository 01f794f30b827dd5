"""Many replicates of one run, one random generator each, over any ``concurrent.futures`` executor.

A replicate's digits depend on its start, the seed and its number only: not on the executor, the
number of workers, or the replicates beside it. Replicate k of an ensemble with seed s is, bit for
bit, the trajectory from the same start with ``rng=replicate_rng(s, k)``.
"""

import functools
import threading
from concurrent.futures import Executor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.base.engines import engine_of
from flatlab.base.progress import progress_bar
from flatlab.compiler.vectors import aligned_rows
from flatlab.simulation import loops
from flatlab.simulation.cost import spend
from flatlab.simulation.requirements import check_run, has_block_form, needs_rng
from flatlab.simulation.stopping import check_rule, stopping_rule
from flatlab.simulation.threads import cores, on_threads
from flatlab.simulation.trajectories import NOT_REACHED, DivergenceError

BLOCK_NUMBERS = 6144  # a block of this many coordinates stays in the first-level cache
MOST_COLUMNS, FEWEST_COLUMNS = 256, 32  # narrower rows do not pay, wider ones pay no more
LINE = 8  # columns: rows of whole lines of the cache


def ensemble(
    method: NamedTuple,
    objective: NamedTuple,
    starts: ArrayLike,
    *,
    steps: int,
    seed: int = 0,
    executor: Executor | None = None,
    progress: bool = False,
    keep_divergence: bool = False,
    until: tuple | None = None,
    return_state: bool = False,
) -> Any:
    """Run one method from many starts and return where each run ends.

    Memory is the starts, the ends and a workspace for each worker; nothing grows with the steps.

    Parameters
    ----------
    method
        From ``flatlab.methods``, or any with a registered ``step``.
    objective
        From ``flatlab.objectives``, or any with a registered ``gradient``.
    starts
        Shape (n_replicates, d).
    steps
        Number of steps, 0 or above.
    seed
        Entropy of the replicates' generators; 0 or above.
    executor
        Where the replicates run; threads, one for each core, if not given. Any executor will do: a process pool,
        ``mpi4py.futures``, and a dask ``Client`` or its ``get_executor()``.
    progress
        Show a progress bar after two seconds, on a terminal.
    keep_divergence
        Return ends that are not finite instead of raising.
    until
        From ``flatlab.simulation.stopping``, or any with a registered ``stops``: a replicate ends where it stops.
    return_state
        Return also what the method keeps at the end of each replicate.

    Returns
    -------
    ndarray, shape (n_replicates, d)
    dict of str to ndarray, shape (n_replicates, ...)
        With ``return_state``: the states of the method by name, see :func:`flatlab.methods.state`.

    Raises
    ------
    ValueError
        For a wrong argument, before anything is compiled.
    DivergenceError
        When a replicate ends at a point that is not finite.

    Examples
    --------
    >>> starts = [[1.0, 1.0], [0.0, 2.0]]
    >>> ensemble(GD(eta=0.1), Quadratic([3.0, 1.0]), starts, steps=2, seed=1)
    array([[0.49, 0.81],
           [0.  , 1.62]])
    """
    starts, steps, seed, engine = _check(method, objective, starts, steps, seed, executor)
    keep_divergence, progress = checks.flag("keep_divergence", keep_divergence), checks.flag("progress", progress)
    return_state = checks.flag("return_state", return_state)
    if until is not None:
        check_rule(until, objective, starts.shape[1])
    block = until is None and not return_state and has_block_form(method, objective)
    ends = np.empty_like(starts) if block and engine is None else None
    if block:
        run, shared = functools.partial(_advance_together, ends=ends), (method, objective, steps, seed)
    else:
        run, shared = _advance_each, (method, objective, steps, seed, until, return_state)
    pieces = _run_pieces(run, shared, starts, block, engine, progress)
    if block:
        ends, times = np.concatenate(pieces) if ends is None else ends, steps * len(starts)
    else:
        ends, times, states = (list(part) for part in zip(*pieces))
        ends, times = np.concatenate(ends), int(np.sum(np.concatenate(times)))
    spend(method, times)
    if not (keep_divergence or checks.all_finite(ends)):
        lost = ~np.isfinite(ends).all(axis=1)
        raise DivergenceError(
            f"{method} diverged: {int(lost.sum())} of {len(ends)} replicates are not finite after {steps} steps; "
            "a smaller step size may help, keep_divergence=True returns the ends as they are"
        )
    if not return_state:
        return ends
    states = [state for piece in states for state in piece]
    return ends, {name: np.array([state[name] for state in states]) for name in states[0]}


def hitting_times(
    method: NamedTuple,
    objective: NamedTuple,
    starts: ArrayLike,
    observable: tuple | None = None,
    *,
    steps: int,
    below: float | None = None,
    above: float | None = None,
    until: tuple | None = None,
    seed: int = 0,
    executor: Executor | None = None,
    progress: bool = False,
) -> np.ndarray:
    """Return the hitting time from each start, whole numbers of shape (n_replicates,).

    It is ``NOT_REACHED`` (-1) where no step up to ``steps`` does. The rule is described as for
    :func:`flatlab.hitting_time`, all else as for :func:`ensemble`.

    >>> starts = [[1.0, 1.0], [0.0, 2.0]]
    >>> hitting_times(GD(eta=0.1), Quadratic([3.0, 1.0]), starts, Loss(), below=0.5, steps=100)
    array([3, 7])
    """
    starts, steps, seed, engine = _check(method, objective, starts, steps, seed, executor)
    progress = checks.flag("progress", progress)
    rule = stopping_rule(observable, below, above, until, objective, starts.shape[1])
    shared = (method, objective, steps, seed, rule)
    times = np.concatenate(_run_pieces(_hit_each, shared, starts, False, engine, progress))
    spend(method, np.where(times == NOT_REACHED, steps, times).sum())
    return times


def replicate_rng(seed: int, replicate: int) -> np.random.Generator:
    """Return the generator of replicate number ``replicate`` of an ensemble with entropy ``seed``.

    It is that of child ``replicate`` of ``numpy.random.SeedSequence(seed).spawn``.

    >>> int(replicate_rng(7, 0).integers(100))
    30
    """
    seed, replicate = checks.seed("seed", seed), checks.integer("replicate", replicate, at_most=2**32 - 1)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(replicate,)))


def _check(method, objective, starts, steps, seed, executor):
    starts = checks.matrix("starts", starts, copy=False)  # a run reads them while it is called, and never writes
    rng = np.random.default_rng(0) if needs_rng(method, objective) else None
    check_run(method, objective, starts[0], rng, name="each row of starts")
    engine = engine_of(executor)
    return starts, checks.integer("steps", steps), checks.seed("seed", seed), engine


def _run_pieces(run, shared, starts, block, engine, progress):
    edges = _edges(len(starts), starts.shape[1], block, cores() if engine is None else engine.workers)
    stop = threading.Event()
    if engine is None or engine.shares_memory:
        run = functools.partial(run, stop=stop)
    with progress_bar("replicates", len(starts), progress) as advance_bar:
        if engine is None:

            def piece(low, high):
                result = run(*shared, starts[low:high], low)
                advance_bar(high - low)
                return result

            return on_threads(piece, list(pairwise(edges)), stop)
        results: list = [None] * (len(edges) - 1)
        try:
            for number, result in engine.each(run, shared, ((starts[low:high], low) for low, high in pairwise(edges))):
                results[number] = result
                advance_bar(edges[number + 1] - edges[number])
        except BaseException:
            stop.set()
            raise
    return results


def _edges(replicates, size, block, share):
    """Return where to cut the replicates, in pieces that ``share`` workers take evenly."""
    if block:
        few, pieces, grain = replicates < FEWEST_COLUMNS, -(-replicates // block_columns(size)), LINE
    else:
        few, pieces, grain = replicates < 2, 8 * share, 1  # many: the last one keeps the others waiting
    grains = -(-replicates // grain)
    pieces = 1 if few else min(grains, -(-pieces // share) * share)
    return [min(replicates, grain * (grains * k // pieces)) for k in range(pieces + 1)]


def block_columns(size: int) -> int:
    """Return how many replicates run together in a block, at the most."""
    return min(MOST_COLUMNS, max(FEWEST_COLUMNS, BLOCK_NUMBERS // size // LINE * LINE))


def _advance_together(method, objective, steps, seed, starts, first, stop=None, ends=None):  # noqa: ARG001 (as below)
    """Return where the runs from ``starts`` end, written to their rows of ``ends`` where that is at hand."""
    points = aligned_rows(starts.shape[1], starts.T)
    points[...] = starts.T
    loops.march_block(method, objective, points, steps, stop)
    rows = np.empty_like(starts) if ends is None else ends[first : first + len(starts)]
    rows[...] = points.T
    return rows


def _advance_each(method, objective, steps, seed, rule, keep_state, starts, first, stop=None):
    ends, times, states = starts.copy(), np.full(len(starts), steps), []
    last = np.empty((1, starts.shape[1]))
    for k, (w, work, rng) in enumerate(_replicates(method, objective, ends, seed, first)):
        if rule is not None:
            time = loops.stopping_step(method, objective, w, work, rng, rule, steps, exact=True, stop=stop)
            times[k] = steps if time == NOT_REACHED else time
        elif steps:
            loops.march(method, objective, w, work, rng, steps, last, stop)
        if keep_state:
            states.append(loops.state_of(method, work))
    return ends, times, states


def _hit_each(method, objective, steps, seed, rule, starts, first, stop=None):
    replicates = _replicates(method, objective, starts.copy(), seed, first)
    return np.array([loops.stopping_step(method, objective, *each, rule, steps, stop=stop) for each in replicates])


def _replicates(method, objective, points, seed, first):
    random = needs_rng(method, objective)
    for k, w in enumerate(points):
        rng = replicate_rng(seed, first + k) if random else None
        yield w, loops.new_work(method, objective, w), rng
