"""Sharpness-aware minimisation, with the normalised ascent step."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import norm
from flatlab.methods._generic import block_step, block_workspace, step, workspace
from flatlab.objectives import descend, descent_scratch, draw, new_sample, sample_gradient

__all__ = ["SAM"]


@checks.validated
class SAM(NamedTuple):
    """Sharpness-aware minimisation (normalised), two gradient evaluations a step.

    ``w <- w - eta * g(w + rho * g(w) / |g(w)|)``. Both gradients use the same sample of a stochastic
    oracle. Where g(w) is zero (or shorter than 1e-150) there is no ascent direction: the ascent is left out and the
    step is the plain gradient step, which stays put. With rho = 0 the step is gradient descent, bit for bit.

    eta : step size, above 0
    rho : radius of the ascent step, 0 or above, in the units of w

    >>> method = SAM(eta=0.1, rho=0.1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.442671, 0.803087])
    """

    eta: float
    rho: float
    gradients_per_step = 2

    def clean_fields(self) -> tuple:
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


@workspace.register(SAM)
def _workspace(method, objective, w):
    return np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@compiled
def _step(method, objective, w, work, rng, normalised):
    """Both gradients under one sample; the ascent is rho times the first, or rho times its direction."""
    grad, ascent, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, grad)
    scale = method.rho
    if normalised:
        length = norm(grad)
        scale = method.rho / length if length > 0 else 0.0
    for i in range(w.size):
        ascent[i] = w[i] + scale * grad[i]
    sample_gradient(objective, sample, ascent, grad)
    for i in range(w.size):
        w[i] -= method.eta * grad[i]


@step.register(SAM)
def _(method, objective, w, work, rng):
    _step(method, objective, w, work, rng, True)


@block_workspace.register(SAM)
def _block_workspace(method, objective, points):
    return descent_scratch(points)


@block_step.register(SAM)
def _(method, objective, points, work):
    descend(objective, points, method.eta, method.rho, True, work)
