"""The running mean of the iterates, kept beside a method's own run."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import block_step, block_workspace, state, step, workspace
from flatlab.methods._wrapper import check_method, wrapper

__all__ = ["Averaged"]


@checks.validated
@wrapper
class Averaged(NamedTuple):
    """Polyak-Ruppert averaging: the iterates are the method's own bit for bit, their mean is kept as state.

    After t steps the state ``average`` is ``(w_1 + ... + w_t) / t``, by ``a <- a (t - 1)/t + w_t / t``; before the
    first step it is the start. The mean does not feed back. With momentum: ``Averaged(HeavyBall(method))``.

    method : from ``flatlab.methods``

    Source: RECALLED, B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging" (1992).

    >>> method = Averaged(GD(eta=0.1))
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.49, 0.81])
    """

    method: NamedTuple

    def clean_fields(self) -> tuple:
        return (check_method(self.method),)


@workspace.register(Averaged)
def _(method, objective, w):
    return w.copy(), np.zeros(1, np.int64), workspace(method.method, objective, w)


@step.register(Averaged)
def _(method, objective, w, work, rng):
    average, count, inner = work
    step(method.method, objective, w, inner, rng)
    count[0] += 1
    kept = (count[0] - 1) / count[0]
    for i in range(w.size):
        average[i] = average[i] * kept + w[i] / count[0]


@block_workspace.register(Averaged)
def _(method, objective, points):
    return points.copy(), np.zeros(1, np.int64), block_workspace(method.method, objective, points)


@block_step.register(Averaged)
def _(method, objective, points, work):
    averages, count, inner = work
    block_step(method.method, objective, points, inner)
    count[0] += 1
    kept = (count[0] - 1) / count[0]
    for i in range(points.shape[0]):
        point, average = points[i], averages[i]
        for b in range(point.size):
            average[b] = average[b] * kept + point[b] / count[0]


@state.register(Averaged)
def _(method, work):
    return {**state(method.method, work[2]), "average": work[0]}
