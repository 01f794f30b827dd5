"""A sum of hyperbolic cosines: its smoothing is known in closed form and never ends as a series."""

import math
from typing import NamedTuple

from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable

__all__ = ["CoshSum"]


class CoshSum(NamedTuple):
    """The convex f(w) = sum_i cosh(w_i), in any number of variables."""


@compiled
def _term(objective, i, x):
    return math.cosh(x)


@compiled
def _slope(objective, i, x):
    return math.sinh(x)


register_separable(CoshSum, _term, _slope, _term)
