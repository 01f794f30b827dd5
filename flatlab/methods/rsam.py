"""Random sharpness-aware minimisation: the ascent direction is the gradient at a randomly perturbed point."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import norm
from flatlab.methods._generic import step, workspace
from flatlab.objectives import draw, new_sample, sample_gradient

__all__ = ["RSAM"]


@checks.validated
class RSAM(NamedTuple):
    """Random SAM, two gradient evaluations a step.

    ``w <- w - eta * g(w + rho * h / |h|)`` with ``h = g(w + U)`` and U ~ N(0, s^2 I). Both gradients use the same
    sample of a stochastic oracle; the noise is isotropic and the length is that of h alone, without the norms of
    single filters. Where h is zero the step is the plain gradient step. With s = 0 no noise is drawn and the step is
    that of :class:`SAM`; with rho = 0 too it is gradient descent, bit for bit.

    eta : step size, above 0
    rho : radius of the ascent step, 0 or above
    s : scale of the noise in each coordinate, 0 or above

    Source: RECONSTRUCTED; the code of arXiv 2306.08553 divides by sums over layers, which depend on the architecture.

    >>> method = RSAM(eta=0.1, rho=0.1, s=0.01)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.442593, 0.803141])
    """

    eta: float
    rho: float
    s: float
    gradients_per_step = 2
    random = True

    def clean_fields(self) -> tuple:
        return (
            checks.positive("eta", self.eta),
            checks.nonnegative("rho", self.rho),
            checks.nonnegative("s", self.s),
        )


@workspace.register(RSAM)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size), new_sample(objective, w)


@step.register(RSAM)
def _(method, objective, w, work, rng):
    grad, point, sample = work
    draw(objective, sample, rng)
    for i in range(w.size):
        point[i] = w[i] + (method.s * rng.standard_normal() if method.s > 0 else 0.0)
    sample_gradient(objective, sample, point, grad)
    length = norm(grad)
    scale = method.rho / length if length > 0 else 0.0
    for i in range(w.size):
        point[i] = w[i] + scale * grad[i]
    sample_gradient(objective, sample, point, grad)
    for i in range(w.size):
        w[i] -= method.eta * grad[i]
