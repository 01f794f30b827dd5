"""The time loops: one compiled form for each pair of method and objective.

A run is cut into pieces of about a tenth of a second; between them Python sees interrupts. What a method keeps and the
generator go from piece to piece, so the pieces change no bit. Observables and stopping rules read the iterates of a
piece afterwards, and are compiled for the objective alone.
"""

import copy as copying
import math
from collections.abc import Callable, Iterator
from threading import Event
from typing import NamedTuple

import numpy as np

from flatlab.compiler.floating_mode import by_comparison, flush
from flatlab.compiler.kernel import call_inside, interpret, kernel
from flatlab.compiler.vectors import copy
from flatlab.methods import block_step, block_workspace, state, step, workspace
from flatlab.objectives.observables import observe, observe_state
from flatlab.simulation.forms import form
from flatlab.simulation.stopping import stops

MOST_NUMBERS = 65536  # of a piece that is looked at: it stays in the second-level cache
FIRST_ROWS, MOST_ROWS = 64, 4096


def new_work(method: NamedTuple, objective: NamedTuple, w: np.ndarray) -> tuple:
    """Return the workspace of a run from ``w``; made by the interpreter, since compiling it takes longer."""
    return call_inside(workspace, (method, objective, w))


def state_of(method: NamedTuple, work: tuple) -> dict[str, np.ndarray]:
    """Return copies of what the method keeps between steps, by name."""
    return {name: np.array(value) for name, value in interpret(state, method, work).items()}


def march(
    method: NamedTuple,
    objective: NamedTuple,
    w: np.ndarray,
    work: tuple,
    rng: np.random.Generator | None,
    every: int,
    rows: np.ndarray,
    stop: Event | None = None,
) -> None:
    """Advance ``w`` in place and write the iterate after every ``every`` steps to the next row of ``rows``."""
    run, pace = form(_advance, (method, objective), every * len(rows), w.size, stop)
    if pace is None:
        run(w, work, rng, every, rows)
        return
    done = 0
    while done < len(rows):
        if every <= pace.steps:
            piece = rows[done : done + pace.steps // every]
            pace.begin()
            run(w, work, rng, every, piece)
            pace.end(every * len(piece))
            done += len(piece)
        else:
            left = every
            while left:
                count = min(left, pace.steps)
                pace.begin()
                run(w, work, rng, count, rows[done : done + 1])
                pace.end(count)
                left -= count
            done += 1


def march_block(
    method: NamedTuple, objective: NamedTuple, points: np.ndarray, steps: int, stop: Event | None = None
) -> None:
    """Advance every column of ``points``, shape (d, m), by ``steps`` steps, in place."""
    work = call_inside(block_workspace, (method, objective, points))
    run, pace = form(_advance_block, (method, objective), math.inf, points.size, stop)
    assert pace is not None  # a block is always compiled, in pieces
    left = steps
    while left:
        count = min(left, pace.steps)
        pace.begin()
        run(points, work, count)
        pace.end(count)
        left -= count


def restart_rows(
    method: NamedTuple,
    objective: NamedTuple,
    start: np.ndarray,
    steps: int,
    ends: np.ndarray,
    rng: np.random.Generator | None,
) -> None:
    """Write to each row of ``ends`` where a run of ``steps`` steps from ``start`` ends, one after the other."""
    run, pace = form(_restart, (method, objective), len(ends) * (steps + 1), start.size)
    if pace is None:
        run(start, steps, ends, rng)
        return
    done = 0
    while done < len(ends):
        piece = ends[done : done + max(1, pace.steps // max(steps, 1))]
        pace.begin()
        run(start, steps, piece, rng)
        pace.end(steps * len(piece))
        done += len(piece)


def watch(
    method: NamedTuple,
    objective: NamedTuple,
    w: np.ndarray,
    work: tuple,
    rng: np.random.Generator | None,
    steps: int,
    stop: Event | None = None,
    every: int = 1,
) -> Iterator[np.ndarray]:
    """Advance ``w`` by ``steps * every`` steps; yield every so many iterates piece by piece, each of shape (n, d).

    The array is written again for the next piece.
    """
    most = max(1, min(MOST_ROWS, MOST_NUMBERS // w.size))
    rows = np.empty((min(FIRST_ROWS, most, max(steps, 1)), w.size))
    done = 0
    while done < steps:
        piece = rows[: steps - done]
        march(method, objective, w, work, rng, every, piece, stop)
        done += len(piece)
        yield piece
        if len(rows) < most:
            rows = np.empty((min(2 * len(rows), most), w.size))


def values_along(
    method: NamedTuple,
    objective: NamedTuple,
    w: np.ndarray,
    work: tuple,
    rng: np.random.Generator | None,
    observable: NamedTuple,
    steps: int,
    every: int = 1,
) -> Iterator[np.ndarray]:
    """Advance ``w`` by ``steps * every`` steps; yield the observable every so many steps, piece by piece."""
    if observe_state.implemented(type(observable)):
        scratch = np.empty((1, w.size))
        for _ in range(steps):
            march(method, objective, w, work, rng, every, scratch)
            yield observed_state(observable, method, objective, w, work)
    else:
        for rows in watch(method, objective, w, work, rng, steps, every=every):
            yield observed(observable, objective, rows)


def observed_state(
    observable: NamedTuple, method: NamedTuple, objective: NamedTuple, w: np.ndarray, work: tuple
) -> np.ndarray:
    """Return an observable of the point and of what the method keeps now, shape (1,)."""
    if observe_state.implemented(type(observable)):
        return np.array([_observe_state(observable, method, objective, w, work)])
    return observed(observable, objective, w[None])


def observed(observable: NamedTuple, objective: NamedTuple, rows: np.ndarray) -> np.ndarray:
    """Return the observable at every row, shape (n,)."""
    values = np.empty(len(rows))
    run, _ = form(_observe_rows, (observable, objective), *rows.shape)
    run(rows, values)
    return values


def first_stop(rule: tuple, objective: NamedTuple, rows: np.ndarray) -> int:
    """Return the number of the first row at which the rule stops, or -1."""
    run, _ = form(_first_stop, (rule, objective), *rows.shape)
    return int(run(rows))


def stopping_step(
    method: NamedTuple,
    objective: NamedTuple,
    w: np.ndarray,
    work: tuple,
    rng: np.random.Generator | None,
    rule: tuple,
    steps: int,
    *,
    exact: bool = False,
    keep: Callable[[np.ndarray, bool], None] | None = None,
    stop: Event | None = None,
) -> int:
    """Run until the rule stops, at most ``steps`` steps; return the step, or -1.

    Where it is ``exact``, ``w``, ``work`` and ``rng`` are left as they are at that step; otherwise they may be some
    steps further. ``keep(rows, stopped)`` is called with the iterates of each piece, none after the stopping step.
    """
    if first_stop(rule, objective, w[None]) == 0:
        return 0
    done = 0
    saved = _Saved(w, work, rng) if exact else None
    for rows in watch(method, objective, w, work, rng, steps, stop):
        hit = first_stop(rule, objective, rows)
        if keep is not None:
            keep(rows if hit < 0 else rows[: hit + 1], hit >= 0)
        if hit >= 0:
            if saved is not None:
                saved.put_back(w, work, rng)
                march(method, objective, w, work, rng, hit + 1, np.empty((1, w.size)), stop)
            return done + hit + 1
        done += len(rows)
        if exact:
            saved = _Saved(w, work, rng)
    return -1


class _Saved:
    """A copy of the point, of what the method keeps and of the generator's state."""

    def __init__(self, w, work, rng):
        self.w, self.work = w.copy(), copying.deepcopy(work)
        self.rng = None if rng is None else copying.deepcopy(rng.bit_generator.state)

    def put_back(self, w, work, rng):
        w[:] = self.w
        _copy_arrays(self.work, work)
        if rng is not None:
            rng.bit_generator.state = self.rng


def _copy_arrays(source, target):
    if isinstance(source, np.ndarray):
        target[...] = source
    elif isinstance(source, tuple):
        for one, other in zip(source, target):
            _copy_arrays(one, other)


@kernel
def _advance(method, objective, w, work, rng, every, rows):
    for row in range(rows.shape[0]):
        for _ in range(every):
            step(method, objective, w, work, rng)
            if by_comparison:
                flush(w)
        copy(w, rows[row])


@kernel
def _advance_block(method, objective, points, work, steps):
    for _ in range(steps):
        block_step(method, objective, points, work)
        if by_comparison:
            flush(points)


@kernel
def _restart(method, objective, start, steps, ends, rng):
    w = start.copy()
    for k in range(ends.shape[0]):
        copy(start, w)
        work = workspace(method, objective, w)
        for _ in range(steps):
            step(method, objective, w, work, rng)
            if by_comparison:
                flush(w)
        copy(w, ends[k])


@kernel
def _observe_rows(observable, objective, rows, values):
    for k in range(values.size):
        values[k] = observe(observable, objective, rows[k])


@kernel
def _observe_state(observable, method, objective, w, work):
    return observe_state(observable, method, objective, w, work)


@kernel
def _first_stop(rule, objective, rows):
    for k in range(rows.shape[0]):
        if stops(rule, objective, rows[k]):
            return k
    return -1
