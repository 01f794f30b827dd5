"""Gradient descent, with heavy-ball momentum as an option."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.methods._generic import block_step, block_workspace, step, workspace
from flatlab.objectives import draw, gradients, new_sample, sample_gradient

__all__ = ["GD"]


@_checks.checked
class GD(NamedTuple):
    """Gradient descent (Polyak's heavy ball for momentum > 0), one gradient evaluation a step.

    ``v <- momentum * v - eta * g(w)``, ``w <- w + v``, from v = 0. With momentum 0 this is
    ``w <- w - eta * g(w)``. On a stochastic oracle g is one sample gradient.

    Parameters
    ----------
    eta : float
        Step size, above 0.
    momentum : float
        In [0, 1).

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    eta: float
    momentum: float = 0.0
    gradients_per_step = 1

    def checked(self):
        """Return the fields as clean values."""
        return _checks.positive("eta", self.eta), _checks.between("momentum", self.momentum, 0, 1, ends="[)")


@workspace.register(GD)
def _(method, objective, w):
    return np.empty(w.size), np.zeros(w.size), new_sample(objective, w)


@step.register(GD)
def _(method, objective, w, work, rng):
    slope, velocity, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, slope)
    for i in range(w.size):
        velocity[i] = method.momentum * velocity[i] - method.eta * slope[i]
        w[i] += velocity[i]


@block_workspace.register(GD)
def _(method, objective, points):
    return np.empty_like(points), np.zeros_like(points)


@block_step.register(GD)
def _(method, objective, points, work):
    slopes, velocities = work
    gradients(objective, points, slopes)
    for i in range(points.shape[0]):
        point, slope, velocity = points[i], slopes[i], velocities[i]
        for b in range(point.size):
            velocity[b] = method.momentum * velocity[b] - method.eta * slope[b]
            point[b] += velocity[b]
