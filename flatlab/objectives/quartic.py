"""Quartics: the simplest objectives whose Hessian moves."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import dot
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import closed_smoothing, dimension, gradient, hessian, value

__all__ = ["NormQuartic", "SeparableQuartic"]


@checks.validated
class SeparableQuartic(NamedTuple):
    """The quartic f(w) = sum_i a_i w_i^4, with no further normalisation.

    coefficients : (d,), the factors a_i, of any sign

    >>> objective = SeparableQuartic([1.0, 0.5])
    >>> print(round(value(objective, [1.0, 2.0]), 6), round(hessian_trace(objective, [1.0, 2.0]), 6))
    9.0 36.0
    """

    coefficients: checks.Array

    def clean_fields(self) -> tuple:
        return (checks.vector("coefficients", self.coefficients),)


@compiled
def _term(objective, i, x):
    return objective.coefficients[i] * (x * x) * (x * x)


@compiled
def _derivative(objective, i, x):
    return 4 * objective.coefficients[i] * (x * x * x)


@compiled
def _curvature(objective, i, x):
    return 12 * objective.coefficients[i] * (x * x)


register_separable(SeparableQuartic, _term, _derivative, _curvature)


@dimension.register(SeparableQuartic)
def _(objective):
    return objective.coefficients.size


class NormQuartic(NamedTuple):
    """The quartic f(w) = |w|^4, in any number of variables.

    >>> objective = NormQuartic()
    >>> print(round(value(objective, [1.0, 2.0]), 6), round(hessian_trace(objective, [1.0, 2.0]), 6))
    25.0 80.0
    """


@value.register(NormQuartic)
def _(objective, w):
    square = dot(w, w)
    return square * square


@gradient.register(NormQuartic)
def _(objective, w, out):
    factor = 4 * dot(w, w)
    for i in range(w.size):
        out[i] = factor * w[i]


@hessian.register(NormQuartic)
def _(objective, w):
    return 4 * np.dot(w, w) * np.eye(w.size) + 8 * np.outer(w, w)


@closed_smoothing.register(SeparableQuartic)
def _(objective, w, s):
    a = objective.coefficients
    return (w**4 + 6 * s**2 * w**2 + 3 * s**4) @ a, 4 * a * (w**3 + 3 * s**2 * w)


@closed_smoothing.register(NormQuartic)
def _(objective, w, s):
    d, square = w.shape[-1], np.sum(w**2, axis=-1)
    smoothed = square**2 + 2 * (d + 2) * s**2 * square + d * (d + 2) * s**4
    return smoothed, 4 * w * (square[..., None] + (d + 2) * s**2)
