"""The cubic on which the symmetric pair of perturbations loses."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import closed_smoothing, dimension

__all__ = ["Cubic"]


@checks.validated
class Cubic(NamedTuple):
    """The cubic f(w) = sum_i a_i w_i^3, unbounded below, with no further normalisation.

    At w = 0 its gradient is an even function of the perturbation: there a pair averages nothing.

    coefficients : (d,), the factors a_i, of any sign

    >>> print(round(value(Cubic([1.0, -0.5]), [1.0, 2.0]), 6))
    -3.0
    """

    coefficients: checks.Array

    def clean_fields(self) -> tuple:
        return (checks.vector("coefficients", self.coefficients),)


@compiled
def _term(objective, i, x):
    return objective.coefficients[i] * (x * x * x)


@compiled
def _derivative(objective, i, x):
    return 3 * objective.coefficients[i] * (x * x)


@compiled
def _curvature(objective, i, x):
    return 6 * objective.coefficients[i] * x


register_separable(Cubic, _term, _derivative, _curvature)


@dimension.register(Cubic)
def _(objective):
    return objective.coefficients.size


@closed_smoothing.register(Cubic)
def _(objective, w, s):
    a = objective.coefficients
    return (w**3 + 3 * s**2 * w) @ a, 3 * a * (w**2 + s**2)
