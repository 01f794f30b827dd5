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

    Parameters
    ----------
    eta : float
        Step size, above 0.
    rho : float
        Length of the ascent step for each unit of gradient, 0 or above.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    eta: float
    rho: float
    gradients_per_step = 2

    def clean_fields(self):
        """Return the fields as clean values."""
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


@workspace.register(USAM)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(USAM)
def _(method, objective, w, work, rng):
    slope, ascent, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, slope)
    for i in range(w.size):
        ascent[i] = w[i] + method.rho * slope[i]
    sample_gradient(objective, sample, ascent, slope)
    for i in range(w.size):
        w[i] -= method.eta * slope[i]


@block_workspace.register(USAM)
def _(method, objective, points):
    return descent_scratch(points)


@block_step.register(USAM)
def _(method, objective, points, work):
    descend(objective, points, method.eta, method.rho, False, work)
