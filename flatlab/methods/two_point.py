"""Gradient-free descent: a difference of two values along a random direction."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.methods._generic import step, workspace
from flatlab.objectives import value

__all__ = ["TwoPoint"]


@checks.validated
class TwoPoint(NamedTuple):
    """The two-point estimator, two values and no gradient a step.

    ``w <- w - eta * (f(w + s U) - f(w - s U)) / (2 s) * U`` with U standard normal. The mean of the estimate is the
    gradient of the Gaussian smoothing ``f_s(w) = E f(w + s U)``.

    eta : step size, above 0
    s : smoothing radius, above 0, in the units of w

    Source: RECALLED, Y. Nesterov and V. Spokoiny, "Random gradient-free minimization of convex functions" (2017).

    >>> method = TwoPoint(eta=0.1, s=0.1)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, Quadratic([3.0, 1.0]), [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.941611, 0.824308])
    """

    eta: float
    s: float
    gradients_per_step = 0
    values_per_step = 2
    random = True
    needs_gradient = False

    def clean_fields(self) -> tuple:
        return checks.positive("eta", self.eta), checks.positive("s", self.s)


@workspace.register(TwoPoint)
def _(method, objective, w):
    return np.empty(w.size), np.empty(w.size)


@step.register(TwoPoint)
def _(method, objective, w, work, rng):
    direction, point = work
    for i in range(w.size):
        direction[i] = rng.standard_normal()
        point[i] = w[i] + method.s * direction[i]
    above = value(objective, point)
    for i in range(w.size):
        point[i] = w[i] - method.s * direction[i]
    below = value(objective, point)
    change = method.eta * ((above - below) / (2 * method.s))
    for i in range(w.size):
        w[i] -= change * direction[i]
