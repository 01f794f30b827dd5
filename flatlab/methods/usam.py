"""Sharpness-aware minimisation without the normalisation of the ascent step."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import block_step, block_workspace, step, workspace
from flatlab.objectives import descend, descent_scratch, draw, new_sample, sample_gradient

__all__ = ["USAM"]


@checks.validated
class USAM(NamedTuple):
    """Unnormalised SAM, two gradient evaluations a step: ``w <- w - eta * g(w + rho * g(w))``.

    Both gradients use the same sample of a stochastic oracle. With rho = 0 the step is gradient
    descent, bit for bit; where g(w) is zero it stays put.

    eta : step size, above 0
    rho : length of the ascent step for each unit of gradient, 0 or above
    """

    eta: float
    rho: float
    gradients_per_step = 2

    def clean_fields(self) -> tuple:
        """Return the fields as clean values."""
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


@workspace.register(USAM)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(USAM)
def _(method, objective, w, work, rng):
    grad, ascent, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, grad)
    for i in range(w.size):
        ascent[i] = w[i] + method.rho * grad[i]
    sample_gradient(objective, sample, ascent, grad)
    for i in range(w.size):
        w[i] -= method.eta * grad[i]


@block_workspace.register(USAM)
def _(method, objective, points):
    return descent_scratch(points)


@block_step.register(USAM)
def _(method, objective, points, work):
    descend(objective, points, method.eta, method.rho, False, work)
