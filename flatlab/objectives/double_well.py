"""A sharp and a flat well on a line: which of them does smoothing prefer?"""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import closed_smoothing, dimension

__all__ = ["DoubleWell"]


@checks.validated
class DoubleWell(NamedTuple):
    """One variable: f(x) = (kappa/2) x^2 - A exp(-(x+c)^2/(2 a^2)) - B exp(-(x-c)^2/(2 b^2)).

    A sharp well at -c (depth A, width a) and a flat one at c (depth B, width b), in a weak bowl.

    sharp_depth, sharp_width : A and a, above 0
    flat_depth, flat_width : B and b, above 0
    centre : c, above 0
    bowl : kappa, 0 or above

    >>> print(round(value(DoubleWell(), [1.0]), 6))
    -0.775
    """

    sharp_depth: float = 1.0
    sharp_width: float = 0.15
    flat_depth: float = 0.8
    flat_width: float = 0.5
    centre: float = 1.0
    bowl: float = 0.05

    def clean_fields(self) -> tuple:
        positive = [checks.positive(name, getattr(self, name)) for name in self._fields[:5]]
        return (*positive, checks.nonnegative("bowl", self.bowl))


@compiled
def _well(x, centre, width):
    z = (x - centre) / width
    return math.exp(-z * z / 2)


@compiled
def _term(objective, i, x):
    sharp = objective.sharp_depth * _well(x, -objective.centre, objective.sharp_width)
    flat = objective.flat_depth * _well(x, objective.centre, objective.flat_width)
    return objective.bowl * x * x / 2 - sharp - flat


@compiled
def _derivative(objective, i, x):
    a, b, c = objective.sharp_width, objective.flat_width, objective.centre
    sharp = objective.sharp_depth * _well(x, -c, a) * (x + c) / (a * a)
    flat = objective.flat_depth * _well(x, c, b) * (x - c) / (b * b)
    return objective.bowl * x + sharp + flat


@compiled
def _curvature(objective, i, x):
    a, b, c = objective.sharp_width, objective.flat_width, objective.centre
    p, q = (x + c) / a, (x - c) / b
    sharp = objective.sharp_depth * _well(x, -c, a) * (1 - p * p) / (a * a)
    flat = objective.flat_depth * _well(x, c, b) * (1 - q * q) / (b * b)
    return objective.bowl + sharp + flat


register_separable(DoubleWell, _term, _derivative, _curvature)


@dimension.register(DoubleWell)
def _(objective):
    return 1


@closed_smoothing.register(DoubleWell)
def _(objective, w, s):
    # a smoothed Gaussian well of width a has width sqrt(a^2 + s^2) and the same area
    o, x, c = objective, w[..., 0], objective.centre
    sharp_wide, flat_wide = np.hypot(o.sharp_width, s), np.hypot(o.flat_width, s)
    sharp = o.sharp_depth * o.sharp_width / sharp_wide * np.exp(-(((x + c) / sharp_wide) ** 2) / 2)
    flat = o.flat_depth * o.flat_width / flat_wide * np.exp(-(((x - c) / flat_wide) ** 2) / 2)
    sharp_pull = sharp * (x + c) / (o.sharp_width**2 + s**2)
    flat_pull = flat * (x - c) / (o.flat_width**2 + s**2)
    smoothed = o.bowl * (x**2 + s**2) / 2 - (sharp + flat)
    return smoothed, (o.bowl * x + sharp_pull + flat_pull)[..., None]
