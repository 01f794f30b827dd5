"""Gradient descent."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import block_step, block_workspace, step, workspace
from flatlab.objectives import draw, gradients, new_sample, sample_gradient

__all__ = ["GD"]


@checks.validated
class GD(NamedTuple):
    """Gradient descent, one gradient evaluation a step: ``w <- w - eta * g(w)``.

    On a stochastic oracle g is one sample gradient. For momentum see :class:`flatlab.methods.HeavyBall`.

    eta : step size, above 0

    >>> method = GD(eta=0.1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.49, 0.81])
    """

    eta: float
    gradients_per_step = 1

    def clean_fields(self) -> tuple:
        return (checks.positive("eta", self.eta),)


@workspace.register(GD)
def _(method, objective, w):
    return np.empty(w.size), new_sample(objective, w)


@step.register(GD)
def _(method, objective, w, work, rng):
    grad, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, grad)
    for i in range(w.size):
        w[i] -= method.eta * grad[i]


@block_workspace.register(GD)
def _(method, objective, points):
    return np.empty_like(points)


@block_step.register(GD)
def _(method, objective, points, work):
    gradients(objective, points, work)
    for i in range(points.shape[0]):
        point, grad = points[i], work[i]
        for b in range(point.size):
            point[b] -= method.eta * grad[b]
