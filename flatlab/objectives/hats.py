"""A gentle bowl and a row of hats: the nonconvex lower bound's instance."""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import dimension

__all__ = ["Hats"]


@checks.validated
class Hats(NamedTuple):
    """The nonconvex f(w) = w_0^2/(2G) + sum_{i>=1} hat_i(w_i).

    The even hat of half width alpha is C alpha^2/4 for |x| <= alpha, falls as C alpha^2/4 - C (|x|-alpha)^2/2
    up to 3 alpha/2, then as C (2 alpha - |x|)^2/2 up to 2 alpha, and is 0 beyond. Its slope is C-Lipschitz.

    half_widths : (d - 1,), alpha_1, alpha_2, ..., above 0
    curvature : C, above 0
    stretch : G, above 0

    >>> print(round(value(Hats([0.5], curvature=1.0, stretch=2.0), [1.0, 0.0]), 6))
    0.3125
    """

    half_widths: checks.Array
    curvature: float
    stretch: float

    def clean_fields(self) -> tuple:
        widths = checks.vector("half_widths", self.half_widths)
        if widths.min() <= 0:
            raise ValueError(f"half_widths must be above 0, got {widths.min():g} at index {int(widths.argmin())}")
        return widths, checks.positive("curvature", self.curvature), checks.positive("stretch", self.stretch)


@compiled
def _term(objective, i, x):
    if i == 0:
        return x * x / (2 * objective.stretch)
    alpha, c, r = objective.half_widths[i - 1], objective.curvature, abs(x)
    inner, outer = max(r - alpha, 0.0), max(2 * alpha - r, 0.0)
    return c * alpha * alpha / 4 - c * inner * inner / 2 if r <= 1.5 * alpha else c * outer * outer / 2


@compiled
def _derivative(objective, i, x):
    if i == 0:
        return x / objective.stretch
    alpha, r = objective.half_widths[i - 1], abs(x)
    steep = objective.curvature * max(min(r - alpha, 2 * alpha - r), 0.0)
    return -steep if x > 0 else steep


@compiled
def _curvature(objective, i, x):
    if i == 0:
        return 1 / objective.stretch
    alpha, c, r = objective.half_widths[i - 1], objective.curvature, abs(x)
    if r <= alpha or r >= 2 * alpha:
        return 0.0
    return -c if r <= 1.5 * alpha else c


register_separable(Hats, _term, _derivative, _curvature)


@dimension.register(Hats)
def _(objective):
    return 1 + objective.half_widths.size
