"""A linear slope that ends in a bowl: the slow direction of the sharpest convex lower bound."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable

__all__ = ["HuberSlope"]


@checks.validated
class HuberSlope(NamedTuple):
    """The convex f(w) = h(w_0) + (C/2) sum_{i>=1} w_i^2, h the Huber function, in any number of variables.

    h(x) = C x^2/2 where |x| <= e/C, and e |x| - e^2/(2C) beyond. The gradient is C-Lipschitz.

    slope : e, 0 or above
    curvature : C, above 0

    >>> print(round(value(HuberSlope(slope=1.0, curvature=2.0), [1.0, 0.0]), 6))
    0.75
    """

    slope: float
    curvature: float

    def clean_fields(self) -> tuple:
        return checks.nonnegative("slope", self.slope), checks.positive("curvature", self.curvature)


@compiled
def _term(objective, i, x):
    size, e, c = abs(x), objective.slope, objective.curvature
    return e * size - e * e / (2 * c) if i == 0 and c * size > e else c * x * x / 2


@compiled
def _derivative(objective, i, x):
    unclipped = objective.curvature * x
    return min(max(unclipped, -objective.slope), objective.slope) if i == 0 else unclipped


@compiled
def _curvature(objective, i, x):
    return 0.0 if i == 0 and objective.curvature * abs(x) > objective.slope else objective.curvature


register_separable(HuberSlope, _term, _derivative, _curvature)
