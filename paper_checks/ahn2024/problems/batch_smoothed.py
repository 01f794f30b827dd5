"""Random smoothing with the perturbed gradient of a mini-batch, written as the sharpness-aware perturbation is."""

from typing import NamedTuple

import numpy as np

from flatlab.methods import step, workspace
from flatlab.methods._perturbed import projection_factor, sphere_direction
from flatlab.objectives import draw, gradient, new_sample, sample_gradient


class BatchSmoothed(NamedTuple):
    """``w <- w - eta (grad f(w) + v)``, v the part of grad f_S(w + rho g) orthogonal to grad f(w), g on the sphere.

    The paper's algorithm takes the full gradient in place of that of the mini-batch S; its experiment takes batches.
    """

    eta: float
    rho: float
    gradients_per_step = 2
    random = True


@workspace.register(BatchSmoothed)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(BatchSmoothed)
def _(method, objective, w, work, rng):
    slope, point, bent, sample = work
    gradient(objective, w, slope)
    square = 0.0
    for i in range(w.size):
        square += slope[i] * slope[i]
    draw(objective, sample, rng)
    sphere_direction(point, rng)
    for i in range(w.size):
        point[i] = w[i] + method.rho * point[i]
    sample_gradient(objective, sample, point, bent)
    factor = projection_factor(slope, bent, square, True)
    for i in range(w.size):
        w[i] -= method.eta * (slope[i] + bent[i] - factor * slope[i])
