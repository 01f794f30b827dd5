"""A sum of hyperbolic cosines: its smoothing is known in closed form and never ends as a series."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import closed_smoothing

__all__ = ["CoshSum"]


class CoshSum(NamedTuple):
    """The convex f(w) = sum_i cosh(w_i), in any number of variables.

    >>> print(round(value(CoshSum(), [0.0, 0.0]), 6))
    2.0
    """


@compiled
def _term(objective, i, x):
    return math.cosh(x)


@compiled
def _derivative(objective, i, x):
    return math.sinh(x)


register_separable(CoshSum, _term, _derivative, _term)


@closed_smoothing.register(CoshSum)
def _(objective, w, s):
    factor = np.exp(s**2 / 2)
    return factor * np.cosh(w).sum(axis=-1), factor * np.sinh(w)
