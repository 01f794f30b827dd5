"""A nonconvex objective with a Lipschitz gradient: a well that levels off."""

from typing import NamedTuple

from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable

__all__ = ["Saturating"]


class Saturating(NamedTuple):
    """The nonconvex f(w) = sum_i w_i^2 / (1 + w_i^2), in any number of variables.

    Each term lies in [0, 1); the gradient is 2-Lipschitz, attained at 0.
    """


@compiled
def _term(objective, i, x):
    return x * x / (1 + x * x)


@compiled
def _slope(objective, i, x):
    rest = 1 + x * x
    return 2 * x / (rest * rest)


@compiled
def _curvature(objective, i, x):
    rest = 1 + x * x
    return (2 - 6 * x * x) / (rest * rest * rest)


register_separable(Saturating, _term, _slope, _curvature)
