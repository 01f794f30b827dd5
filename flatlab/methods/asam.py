"""Adaptive sharpness-aware minimisation: the ascent is scaled by the size of each weight."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import norm
from flatlab.methods._generic import step, workspace
from flatlab.objectives import draw, new_sample, sample_gradient

__all__ = ["ASAM"]


@checks.validated
class ASAM(NamedTuple):
    """Adaptive SAM, two gradient evaluations a step.

    ``w <- w - eta * g(w + rho * w^2 g(w) / | |w| g(w) |)``, products entry by entry. Both gradients use the same sample
    of a stochastic oracle. Scaling a weight scales its part of the ascent with it. Where ``|w| g(w)`` is zero the step
    is the plain gradient step. With rho = 0 the step is gradient descent, bit for bit.

    eta : step size, above 0
    rho : radius of the ascent step relative to the weights, 0 or above

    Source: QUOTED, the variant in the code of arXiv 2306.08553, in own notation.

    >>> method = ASAM(eta=0.1, rho=0.1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2)[-1].round(6)
    array([0.452761, 0.802571])
    """

    eta: float
    rho: float
    gradients_per_step = 2

    def clean_fields(self) -> tuple:
        return checks.positive("eta", self.eta), checks.nonnegative("rho", self.rho)


@workspace.register(ASAM)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(ASAM)
def _(method, objective, w, work, rng):
    grad, ascent, sample = work
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, grad)
    for i in range(w.size):
        ascent[i] = w[i] * grad[i]
    length = norm(ascent)
    scale = method.rho / length if length > 0 else 0.0
    for i in range(w.size):
        ascent[i] = w[i] + scale * w[i] * ascent[i]
    sample_gradient(objective, sample, ascent, grad)
    for i in range(w.size):
        w[i] -= method.eta * grad[i]
