"""The only time loops of the project: trajectories, running observables, hitting times, blocks."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.compiler.kernel import kernel
from flatlab.compiler.vectors import copy
from flatlab.cost import spend
from flatlab.methods import block_step, block_workspace, step, workspace
from flatlab.observables import observe
from flatlab.refusals import check_observable, check_run

NOT_REACHED = -1


class Running(NamedTuple):
    """What an observable did up to each checkpoint T; every field has shape (n,).

    Attributes
    ----------
    mean, minimum : ndarray
        Over t = 1..T.
    last : ndarray
        At t = T.
    """

    mean: np.ndarray
    minimum: np.ndarray
    last: np.ndarray


class Outputs(NamedTuple):
    """The two iterates that a run may return.

    Attributes
    ----------
    last, random : ndarray, shape (d,)
        The last iterate, and the one at ``time``.
    time : int
        Drawn evenly from 1..steps unless it was given.
    """

    last: np.ndarray
    random: np.ndarray
    time: int


class DivergenceError(ArithmeticError):
    """A run whose iterates stopped being finite numbers."""


def trajectory(method, objective, start, *, steps, record_every=1, rng=None, keep_divergence=False):
    """Run one method on one objective and return the iterates.

    Parameters
    ----------
    method : NamedTuple
        From ``flatlab.methods``, or any with a registered ``step``.
    objective : NamedTuple
        From ``flatlab.objectives``, or any with a registered ``gradient``.
    start : array_like, shape (d,)
    steps : int
        Number of steps, 0 or above.
    record_every : int
        Keep every so many steps. The last ``steps % record_every`` steps are not run.
    rng : numpy.random.Generator, optional
        Needed where the method or the objective is random.
    keep_divergence : bool
        Return a path that has stopped being finite instead of raising.

    Returns
    -------
    ndarray, shape (1 + steps // record_every, d)
        Row 0 is the start.

    Raises
    ------
    ValueError
        For a wrong argument, before anything is compiled.
    DivergenceError
        When an iterate is no longer finite.
    """
    start = check_run(method, objective, start, rng)
    steps = _checks.whole("steps", steps)
    record_every = _checks.whole("record_every", record_every, at_least=1)
    keep_divergence = _checks.flag("keep_divergence", keep_divergence)
    _checks.memory("steps", 1 + steps // record_every, start.size)
    path = np.empty((1 + steps // record_every, start.size))
    _trajectory(method, objective, start, record_every, path, rng)
    spend(method, record_every * (len(path) - 1))
    if not keep_divergence:
        _refuse_divergence(method, path, record_every)
    return path


def track(method, objective, start, observable, *, steps, record_every=1, rng=None):
    """Run one method and return an observable along the way instead of the points.

    Parameters
    ----------
    method, objective, start, steps, record_every, rng
        As for :func:`trajectory`.
    observable : NamedTuple
        From ``flatlab.observables``, or any with a registered ``observe``.

    Returns
    -------
    ndarray, shape (1 + steps // record_every,)
        Entry 0 belongs to the start. A diverging run shows as inf or nan.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    start = check_run(method, objective, start, rng)
    check_observable(observable, objective, start.size)
    steps = _checks.whole("steps", steps)
    record_every = _checks.whole("record_every", record_every, at_least=1)
    _checks.memory("steps", 1 + steps // record_every)
    values = np.empty(1 + steps // record_every)
    _track(method, objective, start, observable, record_every, values, rng)
    spend(method, record_every * (len(values) - 1))
    return values


def running(method, objective, start, observable, *, checkpoints, rng=None):
    """Run one method once and return the mean, the minimum and the last value of an observable up to each checkpoint.

    Every step is looked at; the start is not. Memory is a few numbers for each checkpoint, whatever the steps.

    Parameters
    ----------
    method, objective, start, rng
        As for :func:`trajectory`.
    observable : NamedTuple
        From ``flatlab.observables``, or any with a registered ``observe``.
    checkpoints : array_like of int, shape (n,)
        Numbers of steps T, 1 or above, increasing.

    Returns
    -------
    Running
        A diverging run shows as inf or nan.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    start = check_run(method, objective, start, rng)
    check_observable(observable, objective, start.size)
    steps = np.atleast_1d(_checks.wholes("checkpoints", checkpoints, at_least=1))
    if steps.ndim > 1 or (np.diff(steps) <= 0).any():
        _checks.refuse("checkpoints", checkpoints, "whole numbers in increasing order")
    result = Running(*np.empty((3, steps.size)))
    _running(method, objective, start, observable, steps, result.mean, result.minimum, result.last, rng)
    spend(method, steps[-1])
    return result


def outputs(method, objective, start, *, steps, rng, time=None):
    """Run one method and return its last iterate and a random one, as noise stability optimisation prescribes.

    Parameters
    ----------
    method, objective, start
        As for :func:`trajectory`.
    steps : int
        Number of steps, 1 or above.
    rng : numpy.random.Generator
        Draws the time before the run, then whatever the run draws.
    time : int, optional
        The time of the random iterate, 0 to ``steps``, where it is drawn by another rule than evenly from 1..steps.

    Returns
    -------
    Outputs

    Raises
    ------
    ValueError
        For a wrong argument.
    DivergenceError
        When the last iterate is not finite.
    """
    start = check_run(method, objective, start, rng)
    steps = _checks.whole("steps", steps, at_least=1)
    _checks.generator("rng", rng, " because the output is a random iterate")
    time = int(rng.integers(1, steps + 1)) if time is None else _checks.whole("time", time)
    if time > steps:
        raise ValueError(f"time must be at most the {steps} steps, got {time}")
    last, chosen = start.copy(), start.copy()
    _outputs(method, objective, last, chosen, time, steps, rng)
    spend(method, steps)
    if not np.isfinite(last).all():
        raise DivergenceError(
            f"{method} diverged: its iterate is not finite after {steps} steps; try a smaller step size"
        )
    return Outputs(last, chosen, time)


def restarts(method, objective, start, *, count, steps=1, rng=None):
    """Run one method many times from the same start and return where each run ends.

    The runs follow each other and share one generator: a cheap way to average over single steps.

    Parameters
    ----------
    method, objective, start, rng
        As for :func:`trajectory`.
    count : int
        Number of runs, 1 or above.
    steps : int
        Number of steps of each.

    Returns
    -------
    ndarray, shape (count, d)
        A diverging run shows as inf or nan.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    start = check_run(method, objective, start, rng)
    count = _checks.whole("count", count, at_least=1)
    _checks.memory("count", count, start.size)
    ends = np.empty((count, start.size))
    steps = _checks.whole("steps", steps)
    _restarts(method, objective, start, steps, ends, rng)
    spend(method, steps * len(ends))
    return ends


def hitting_time(method, objective, start, observable, *, below, steps, rng=None):
    """Return the first step at which an observable is at or below a level.

    ``min { t >= 0 : observe(w_t) <= below }``, looking at ``steps`` steps.

    Parameters
    ----------
    method, objective, start, steps, rng
        As for :func:`trajectory`.
    observable : NamedTuple
        From ``flatlab.observables``, or any with a registered ``observe``.
    below : float
        The level.

    Returns
    -------
    int
        The step, 0 for the start itself; ``NOT_REACHED`` (-1) where no step up to ``steps`` does.

    Raises
    ------
    ValueError
        For a wrong argument.
    """
    start = check_run(method, objective, start, rng)
    check_observable(observable, objective, start.size)
    steps = _checks.whole("steps", steps)
    time = int(first_passage(method, objective, start, observable, _checks.number("below", below), steps, rng))
    spend(method, steps if time == NOT_REACHED else time)
    return time


def _refuse_divergence(method, path, record_every):
    finite = np.isfinite(path).all(axis=1)
    if not finite.all():
        first = int(np.argmin(finite)) * record_every
        raise DivergenceError(
            f"{method} diverged: its iterate is not finite at step {first}; "
            "a smaller step size may help, keep_divergence=True returns the path as it is"
        )


@kernel
def _trajectory(method, objective, start, record_every, path, rng):
    w = start.copy()
    work = workspace(method, objective, w)
    copy(w, path[0])
    for record in range(1, path.shape[0]):
        for _ in range(record_every):
            step(method, objective, w, work, rng)
        copy(w, path[record])


@kernel
def _track(method, objective, start, observable, record_every, values, rng):
    w = start.copy()
    work = workspace(method, objective, w)
    values[0] = observe(observable, objective, w)
    for record in range(1, values.size):
        for _ in range(record_every):
            step(method, objective, w, work, rng)
        values[record] = observe(observable, objective, w)


@kernel
def _running(method, objective, start, observable, checkpoints, means, minima, lasts, rng):
    w = start.copy()
    work = workspace(method, objective, w)
    total, least, seen, done = 0.0, np.inf, 0.0, 0
    for n in range(checkpoints.size):
        for _ in range(checkpoints[n] - done):
            step(method, objective, w, work, rng)
            seen = observe(observable, objective, w)
            total += seen
            if not seen >= least:  # a nan counts as less, and stays: the points after it are nan as well
                least = seen
        done = checkpoints[n]
        means[n], minima[n], lasts[n] = total / done, least, seen


@kernel
def _outputs(method, objective, w, chosen, time, steps, rng):
    work = workspace(method, objective, w)
    for t in range(1, steps + 1):
        step(method, objective, w, work, rng)
        if t == time:
            copy(w, chosen)


@kernel
def _restarts(method, objective, start, steps, ends, rng):
    w = start.copy()
    for k in range(ends.shape[0]):
        copy(start, w)
        work = workspace(method, objective, w)
        for _ in range(steps):
            step(method, objective, w, work, rng)
        copy(w, ends[k])


@kernel
def first_passage(method, objective, start, observable, below, steps, rng):
    """Return what :func:`hitting_time` returns; arguments are taken as clean, nothing is counted.

    Parameters
    ----------
    method, objective, start, observable, below, steps, rng
        As for :func:`hitting_time`.

    Returns
    -------
    int
    """
    w = start.copy()
    work = workspace(method, objective, w)
    if observe(observable, objective, w) <= below:
        return 0
    for t in range(1, steps + 1):
        step(method, objective, w, work, rng)
        if observe(observable, objective, w) <= below:
            return t
    return NOT_REACHED


@kernel
def advance(method, objective, w, steps, rng):
    """Advance one point by ``steps`` steps, in place; arguments are taken as clean.

    Parameters
    ----------
    method, objective, steps, rng
        As for :func:`trajectory`.
    w : ndarray, shape (d,)
        Changed in place.
    """
    work = workspace(method, objective, w)
    for _ in range(steps):
        step(method, objective, w, work, rng)


@kernel
def advance_block(method, objective, points, steps):
    """Advance many points together by ``steps`` steps, in place; arguments are taken as clean.

    Parameters
    ----------
    method, objective, steps
        As for :func:`trajectory`, with a block form and without randomness.
    points : ndarray, shape (d, m)
        One point a column; changed in place.
    """
    work = block_workspace(method, objective, points)
    for _ in range(steps):
        block_step(method, objective, points, work)
