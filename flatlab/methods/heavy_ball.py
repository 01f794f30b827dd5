"""Heavy-ball momentum and weight decay around the step of any method."""

from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import block_step, block_workspace, state, step, workspace
from flatlab.methods._wrapper import check_method, wrapper
from flatlab.methods.schedules import check_schedule, rate

__all__ = ["HeavyBall"]


@checks.validated
@wrapper
class HeavyBall(NamedTuple):
    """Momentum and weight decay around any method, so that methods differ in their gradient alone.

    With ``w + d(w)`` the point that the method steps to and eta its step size: ``v <- momentum * v + d(w) - eta *
    decay * w``, ``w <- w + v``, from v = 0. Around gradient descent it is the heavy ball on
    ``f(w) + (decay/2) |w|^2``, up to rounding. The decay acts at w, never at a perturbed point; under a schedule it
    follows the step size of the moment. What the method keeps between steps stays its own.

    method : from ``flatlab.methods``, with a field ``eta``: a number or a schedule
    momentum : in [0, 1)
    decay : weight decay, 0 or above

    Source: RECALLED, Polyak's heavy ball with coupled weight decay, as deep-learning libraries write it.

    >>> method = HeavyBall(SAM(eta=0.1, rho=0.1), momentum=0.9)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.147056, 0.710241])
    """

    method: NamedTuple
    momentum: float = 0.9
    decay: float = 0.0

    def clean_fields(self) -> tuple:
        method: Any = check_method(self.method)
        if "eta" not in method._fields:
            raise ValueError(f"method must have a field eta, its step size, got {checks.shown(method)}")
        check_schedule("eta of the method", method.eta, checks.positive)
        return (
            method,
            checks.between("momentum", self.momentum, 0, 1, ends="[)"),
            checks.nonnegative("decay", self.decay),
        )


@workspace.register(HeavyBall)
def _(method, objective, w):
    return np.empty(w.size), np.zeros(w.size), np.zeros(1, np.int64), workspace(method.method, objective, w)


@step.register(HeavyBall)
def _(method, objective, w, work, rng):
    before, velocity, clock, inner = work
    for i in range(w.size):
        before[i] = w[i]
    step(method.method, objective, w, inner, rng)
    shrink = rate(method.method.eta, clock[0]) * method.decay
    clock[0] += 1
    for i in range(w.size):
        velocity[i] = method.momentum * velocity[i] + (w[i] - before[i]) - shrink * before[i]
        w[i] = before[i] + velocity[i]


@block_workspace.register(HeavyBall)
def _(method, objective, points):
    inner = block_workspace(method.method, objective, points)
    return np.empty_like(points), np.zeros_like(points), np.zeros(1, np.int64), inner


@block_step.register(HeavyBall)
def _(method, objective, points, work):
    before, velocities, clock, inner = work
    before[:] = points
    block_step(method.method, objective, points, inner)
    shrink = rate(method.method.eta, clock[0]) * method.decay
    clock[0] += 1
    for i in range(points.shape[0]):
        point, old, velocity = points[i], before[i], velocities[i]
        for b in range(point.size):
            velocity[b] = method.momentum * velocity[b] + (point[b] - old[b]) - shrink * old[b]
            point[b] = old[b] + velocity[b]


@state.register(HeavyBall)
def _(method, work):
    return {**state(method.method, work[3]), "velocity": work[1]}
