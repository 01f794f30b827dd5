"""Runs of one method from one start: trajectories, observables along them, hitting times."""

from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.simulation import loops
from flatlab.simulation.cost import spend
from flatlab.simulation.outcomes import NOT_REACHED, DivergenceError, Outputs, Running
from flatlab.simulation.requirements import check_observable, check_run, generator
from flatlab.simulation.stopping import check_rule, stopping_rule


def trajectory(
    method: NamedTuple,
    objective: NamedTuple,
    start: ArrayLike,
    *,
    steps: int,
    record_every: int = 1,
    rng: Generator | None = None,
    keep_divergence: bool = False,
    until: tuple | None = None,
    return_state: bool = False,
) -> Any:
    """Run one method on one objective and return the iterates.

    Parameters
    ----------
    method
        From ``flatlab.methods``, or any with a registered ``step``.
    objective
        From ``flatlab.objectives``, or any with a registered ``gradient``.
    start
        Shape (d,).
    steps
        Number of steps, 0 or above.
    record_every
        Keep every so many steps. The last ``steps % record_every`` steps are not run.
    rng
        Needed where the method or the objective is random.
    keep_divergence
        Return a path that has stopped being finite instead of raising.
    until
        From ``flatlab.simulation.stopping``, or any with a registered ``stops``: the first iterate at which it stops is
        the last row of the path.
    return_state
        Return also what the method keeps, at the last step that was run.

    Returns
    -------
    ndarray, shape (1 + steps // record_every, d)
        Row 0 is the start. Shorter where the run was stopped.
    dict of str to ndarray
        With ``return_state``: the state of the method by name, see :func:`flatlab.methods.state`.

    Raises
    ------
    ValueError
        For a wrong argument, before anything is compiled.
    DivergenceError
        When an iterate is no longer finite.

    Examples
    --------
    >>> trajectory(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=1)
    array([[1. , 1. ],
           [0.7, 0.9]])
    """
    w = check_run(method, objective, start, rng)
    steps = checks.integer("steps", steps)
    record_every = checks.integer("record_every", record_every, at_least=1)
    keep_divergence = checks.flag("keep_divergence", keep_divergence)
    return_state = checks.flag("return_state", return_state)
    rng = generator(method, objective, rng)
    work = loops.new_work(method, objective, w)
    if until is None:
        checks.memory("steps", 1 + steps // record_every, w.size)
        path = np.empty((1 + steps // record_every, w.size))
        path[0] = w
        loops.march(method, objective, w, work, rng, record_every, path[1:])
        spend(method, record_every * (len(path) - 1))
    else:
        check_rule(until, objective, w.size)
        path = _stopped_path(method, objective, w, work, rng, until, steps, record_every)
    if not keep_divergence:
        _refuse_divergence(method, path, record_every)
    return (path, loops.state_of(method, work)) if return_state else path


def track(
    method: NamedTuple,
    objective: NamedTuple,
    start: ArrayLike,
    observable: NamedTuple,
    *,
    steps: int,
    record_every: int = 1,
    rng: Generator | None = None,
) -> np.ndarray:
    """Run one method and return an observable along the way instead of the points.

    Parameters
    ----------
    method, objective, start, steps, record_every, rng
        As for :func:`trajectory`.
    observable
        From ``flatlab.objectives.observables`` or ``flatlab.simulation.state_observables``, or any with a registered
        ``observe`` or ``observe_state``.

    Returns
    -------
    ndarray, shape (1 + steps // record_every,)
        Entry 0 belongs to the start. A diverging run shows as inf or nan.

    Examples
    --------
    >>> track(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], Loss(), steps=2).round(6)
    array([2.    , 1.14  , 0.6882])
    """
    start = check_run(method, objective, start, rng)
    check_observable(observable, objective, start.size, method)
    steps = checks.integer("steps", steps)
    record_every = checks.integer("record_every", record_every, at_least=1)
    checks.memory("steps", 1 + steps // record_every)
    w = start.copy()
    rng = generator(method, objective, rng)
    work = loops.new_work(method, objective, w)
    values = [loops.observed_state(observable, method, objective, w, work)]
    values += loops.values_along(method, objective, w, work, rng, observable, steps // record_every, record_every)
    spend(method, steps // record_every * record_every)
    return np.concatenate(values)


def running(
    method: NamedTuple,
    objective: NamedTuple,
    start: ArrayLike,
    observable: NamedTuple,
    *,
    checkpoints: ArrayLike,
    rng: Generator | None = None,
) -> Running:
    """Run one method once and return the mean, the minimum and the last value of an observable up to each checkpoint.

    The checkpoints are increasing numbers of steps T, shape (n,). Every step is looked at; the start is not. Memory is
    a few numbers for each checkpoint, whatever the steps. A diverging run shows as inf or nan. All else as for `track`.

    >>> found = running(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], Loss(), checkpoints=[2, 4])
    >>> found.minimum.round(6)
    array([0.6882  , 0.301706])
    """
    start = check_run(method, objective, start, rng)
    check_observable(observable, objective, start.size, method)
    steps = np.atleast_1d(checks.integers("checkpoints", checkpoints, at_least=1))
    if steps.ndim > 1 or (np.diff(steps) <= 0).any():
        checks.refuse("checkpoints", checkpoints, "whole numbers in increasing order")
    result = Running(*np.empty((3, steps.size)))
    w = start.copy()
    rng = generator(method, objective, rng)
    work = loops.new_work(method, objective, w)
    total, least, done = 0.0, np.inf, 0
    for n, checkpoint in enumerate(steps):
        for seen in loops.values_along(method, objective, w, work, rng, observable, checkpoint - done):
            total = np.cumsum(np.append(total, seen))[-1]  # one after the other, whatever the pieces
            least = np.minimum(least, seen.min())  # a nan counts as less, and stays
        done = checkpoint
        result.mean[n], result.minimum[n], result.last[n] = total / done, least, seen[-1]
    spend(method, done)
    return result


def outputs(
    method: NamedTuple, objective: NamedTuple, start: ArrayLike, *, steps: int, rng: Generator, time: int | None = None
) -> Outputs:
    """Run one method and return its last iterate and a random one, as noise stability optimisation prescribes.

    ``rng`` draws the time of the random iterate before the run, evenly from 1..steps, and then whatever the run draws;
    ``time``, 0 to ``steps``, takes the place of the first draw. A last iterate that is not finite is a DivergenceError.

    >>> outputs(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=4, rng=np.random.default_rng(1))._fields
    ('last', 'random', 'time')
    """
    start = check_run(method, objective, start, rng)
    steps = checks.integer("steps", steps, at_least=1)
    checks.generator("rng", rng, " because the output is a random iterate")
    time = int(rng.integers(1, steps + 1)) if time is None else checks.integer("time", time)
    if time > steps:
        raise ValueError(f"time must be at most the {steps} steps, got {time}")
    last, chosen = start.copy(), start.copy()[None]
    used = generator(method, objective, rng)
    work = loops.new_work(method, objective, last)
    if time:
        loops.march(method, objective, last, work, used, time, chosen)
    if steps > time:
        loops.march(method, objective, last, work, used, steps - time, np.empty_like(chosen))
    spend(method, steps)
    if not np.isfinite(last).all():
        raise DivergenceError(
            f"{method} diverged: its iterate is not finite after {steps} steps; try a smaller step size"
        )
    return Outputs(last, chosen[0], time)


def restarts(
    method: NamedTuple,
    objective: NamedTuple,
    start: ArrayLike,
    *,
    count: int,
    steps: int = 1,
    rng: Generator | None = None,
) -> np.ndarray:
    """Run one method ``count`` times from the same start and return where each run ends, shape (count, d).

    The runs follow each other and share one generator: a cheap way to average over single steps. A diverging run shows
    as inf or nan.
    """
    start = check_run(method, objective, start, rng)
    count = checks.integer("count", count, at_least=1)
    checks.memory("count", count, start.size)
    ends = np.empty((count, start.size))
    steps = checks.integer("steps", steps)
    loops.restart_rows(method, objective, start, steps, ends, generator(method, objective, rng))
    spend(method, steps * len(ends))
    return ends


def hitting_time(
    method: NamedTuple,
    objective: NamedTuple,
    start: ArrayLike,
    observable: tuple | None = None,
    *,
    steps: int,
    below: float | None = None,
    above: float | None = None,
    until: tuple | None = None,
    rng: Generator | None = None,
) -> int:
    """Return the first step at which an observable is at or below a level, at or above one, or a rule stops.

    ``min { t >= 0 : observe(w_t) <= below }`` and likewise, looking at ``steps`` steps.

    Parameters
    ----------
    method, objective, start, steps, rng
        As for :func:`trajectory`. A generator is left as it is at that step.
    observable
        From ``flatlab.objectives.observables``, or any with a registered ``observe``.
    below, above
        The level; one of the two.
    until
        A rule as for :func:`trajectory`, instead of an observable and a level.

    Returns
    -------
    int
        The step, 0 for the start itself; ``NOT_REACHED`` (-1) where no step up to ``steps`` does.

    Examples
    --------
    >>> hitting_time(GD(eta=0.1), Quadratic([3.0, 1.0]), [1.0, 1.0], Loss(), below=0.5, steps=100)
    3
    """
    w = check_run(method, objective, start, rng)
    rule = stopping_rule(observable, below, above, until, objective, w.size)
    steps = checks.integer("steps", steps)
    rng = generator(method, objective, rng)
    work = loops.new_work(method, objective, w)
    time = loops.stopping_step(method, objective, w, work, rng, rule, steps, exact=rng is not None)
    spend(method, steps if time == NOT_REACHED else time)
    return time


def _stopped_path(method, objective, w, work, rng, rule, steps, record_every):
    kept, seen = [w.copy()[None]], 0

    def keep(rows, stopped):
        nonlocal seen
        chosen = np.arange(seen + 1, seen + len(rows) + 1) % record_every == 0
        chosen[-1] |= stopped
        kept.append(rows[chosen])
        seen += len(rows)

    time = loops.stopping_step(method, objective, w, work, rng, rule, steps, exact=True, keep=keep)
    spend(method, steps if time == NOT_REACHED else time)
    return np.concatenate(kept)


def _refuse_divergence(method, path, record_every):
    if not checks.all_finite(path):
        first = int(np.argmin(np.isfinite(path).all(axis=1))) * record_every
        raise DivergenceError(
            f"{method} diverged: its iterate is not finite at step {first}; "
            "a smaller step size may help, keep_divergence=True returns the path as it is"
        )
