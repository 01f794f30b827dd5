"""Ensembles beyond memory: starts are made where they run, and only statistics come back."""

import functools
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.base.engines import Engine, engine_of
from flatlab.base.progress import progress_bar
from flatlab.compiler.vectors import aligned_rows
from flatlab.simulation import loops
from flatlab.simulation.cost import spend
from flatlab.simulation.ensembles import block_columns, replicate_rng
from flatlab.simulation.forms import Stopped
from flatlab.simulation.requirements import check_run, has_block_form, needs_rng
from flatlab.simulation.statistics import check_statistics, leaf_of
from flatlab.simulation.threads import cores, on_threads
from flatlab.simulation.trajectories import DivergenceError

LEAF = 4096  # replicates whose statistics are computed at once
PIECES = 16  # for each worker, where there are as many leaves


class EnsembleStatistics(NamedTuple):
    """Statistics by name over all replicates but those that ``diverged``.

    >>> found = ensemble_statistics(
    ...     GD(0.5), Quadratic([1.0]), lambda rng: [1.0], replicates=8, steps=1, statistics={"ends": Moments()}, seed=1
    ... )
    >>> found.replicates, found["ends"].mean
    (8, array([0.5]))
    """

    replicates: int
    diverged: int
    values: dict[str, Any]

    def __getitem__(self, name: Any) -> Any:
        """Return a statistic by its name."""
        return self.values[name]


def ensemble_statistics(
    method: NamedTuple,
    objective: NamedTuple,
    starts_from: Callable[[np.random.Generator], ArrayLike],
    replicates: int,
    steps: int,
    statistics: dict[str, Any],
    *,
    seed: int = 0,
    executor: Executor | None = None,
    progress: bool = False,
    keep_divergence: bool = False,
) -> EnsembleStatistics:
    """Run one method from many random starts and return statistics of where the runs end.

    Replicate k draws its start from ``replicate_rng(seed, k)`` and runs on with the same generator. Each 4096
    replicates make a leaf; leaves are merged along one binary tree, so that the result is the same to the last bit on
    every engine and for every number of workers. Memory does not grow with the replicates.

    Parameters
    ----------
    method, objective, steps, seed, executor, progress
        As for :func:`flatlab.ensemble`.
    starts_from
        ``starts_from(rng)`` returns a start, shape (d,).
    replicates
        How many.
    statistics
        By name: from :mod:`flatlab.simulation.statistics`.
    keep_divergence
        Leave replicates that end at a point that is not finite out of the statistics, and count them, instead of
        raising :class:`DivergenceError`.

    >>> from flatlab.methods import GD
    >>> from flatlab.objectives import Quadratic
    >>> from flatlab.simulation.statistics import Moments
    >>> ends = ensemble_statistics(
    ...     GD(0.5), Quadratic([1.0]), lambda rng: rng.standard_normal(1), 5000, 1, {"ends": Moments()}
    ... )
    >>> bool(abs(ends["ends"].covariance[0, 0] - 0.25) < 0.05)
    True
    """
    checks.function("starts_from", starts_from)
    start = checks.vector("starts_from", starts_from(replicate_rng(seed, 0)))
    rng = np.random.default_rng(0) if needs_rng(method, objective) else None
    check_run(method, objective, start, rng, name="what starts_from returns")
    replicates = checks.integer("replicates", replicates, at_least=1, at_most=2**32)
    steps, keep_divergence = checks.integer("steps", steps), checks.flag("keep_divergence", keep_divergence)
    engine = engine_of(executor) or _Here()
    leaves = -(-replicates // LEAF)
    size = _leaves_of_piece(leaves, engine.workers)
    edges = [*range(0, leaves, size), leaves]
    shared = (method, objective, starts_from, replicates, steps, check_statistics(statistics), seed, start.size)
    tree = _Tree(len(edges) - 1, statistics)
    with progress_bar("leaves", leaves, checks.flag("progress", progress)) as advance:
        for number, result in engine.each(_branch, shared, pairwise(edges)):
            tree.add(number, result)
            advance(edges[number + 1] - edges[number])
    diverged, states = tree.root
    spend(method, steps * replicates)
    if states is None or (diverged and not keep_divergence):
        raise DivergenceError(f"{method} diverged: {diverged} of {replicates} replicates are not finite")
    values = {name: statistic.result(states[name]) for name, statistic in statistics.items()}
    return EnsembleStatistics(replicates, diverged, values)


class _Here(Engine):
    """Threads of this process, one for each core."""

    @property
    def workers(self) -> int:
        return cores()

    def _each(self, function, shared, pieces, groups, wanted):  # noqa: ARG002 (all are run)
        stop = threading.Event()
        run = functools.partial(function, *shared, stop=stop)
        yield from enumerate(on_threads(run, list(pieces), stop))


class _Tree:
    """Merges numbered states in pairs, level by level; the last of an odd number goes up alone.

    The order in which they come changes nothing but how many wait.
    """

    def __init__(self, count, statistics):
        self.count, self.statistics, self.waiting = count, statistics, {}
        self.root: Any = None

    def add(self, number, state):
        count = self.count
        while count > 1:
            if number ^ 1 < count:
                if (count, number ^ 1) not in self.waiting:
                    self.waiting[count, number] = state
                    return
                other = self.waiting.pop((count, number ^ 1))
                state = self._pair(other, state) if number % 2 else self._pair(state, other)
            number, count = number // 2, -(-count // 2)
        self.root = state

    def _pair(self, one, other):
        diverged = one[0] + other[0]
        if one[1] is None or other[1] is None:
            return diverged, one[1] or other[1]
        return diverged, {name: each.merge(one[1][name], other[1][name]) for name, each in self.statistics.items()}


def _leaves_of_piece(leaves, workers):
    """Return how many leaves a piece holds: a power of two, so that pieces are branches of the one tree."""
    size = 1
    while leaves > 2 * size * PIECES * workers:
        size *= 2
    return size


def _branch(method, objective, starts_from, replicates, steps, statistics, seed, dimension, low, high, stop=None):
    """Return what the leaves number ``low`` to ``high`` merge to."""
    tree = _Tree(high - low, statistics)
    for k in range(low, high):
        if stop is not None and stop.is_set():
            raise Stopped
        first, end = LEAF * k, min(replicates, LEAF * (k + 1))
        ends = _ends(method, objective, starts_from, steps, seed, dimension, first, end, stop)
        finite = np.isfinite(ends).all(axis=1)
        kept = ends if finite.all() else ends[finite]
        states = {name: leaf_of(statistic, kept) for name, statistic in statistics.items()} if len(kept) else None
        tree.add(k - low, (len(ends) - len(kept), states))
    return tree.root


def _ends(method, objective, starts_from, steps, seed, dimension, first, end, stop):
    """Return where the replicates number ``first`` to ``end`` end, each from its own start."""
    rngs = [replicate_rng(seed, k) for k in range(first, end)]
    ends = np.array([checks.vector("starts_from", starts_from(rng), dimension) for rng in rngs])
    if has_block_form(method, objective):
        columns = block_columns(dimension)
        for low in range(0, len(ends), columns):
            rows = ends[low : low + columns]
            points = aligned_rows(dimension, rows.T)
            points[...] = rows.T
            loops.march_block(method, objective, points, steps, stop)
            rows[...] = points.T
    elif steps:
        last, random = np.empty((1, dimension)), needs_rng(method, objective)
        for w, rng in zip(ends, rngs):
            work = loops.new_work(method, objective, w)
            loops.march(method, objective, w, work, rng if random else None, steps, last, stop)
    return ends
