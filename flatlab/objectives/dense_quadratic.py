"""Quadratic with any symmetric Hessian."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import dot
from flatlab.objectives.questions import closed_smoothing, dimension, gradient, hessian, hessian_trace, value

__all__ = ["DenseQuadratic"]


@checks.validated
class DenseQuadratic(NamedTuple):
    """The quadratic f(w) = (1/2) w^T H w, with no further normalisation.

    hessian : (d, d), a symmetric matrix H; it need not be positive definite

    >>> objective = DenseQuadratic([[2.0, 1.0], [1.0, 2.0]])
    >>> print(round(value(objective, [1.0, 1.0]), 6), round(hessian_trace(objective, [1.0, 1.0]), 6))
    3.0 4.0
    """

    hessian: checks.Array

    def clean_fields(self) -> tuple:
        matrix = checks.matrix("hessian", self.hessian)
        if matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"hessian must be a square matrix, got an array of shape {matrix.shape}")
        skew = np.abs(matrix - matrix.T).max()
        if skew > 1e-12 * np.abs(matrix).max():
            raise ValueError(f"hessian must be symmetric, got one that differs from its transpose by {skew:.3g}")
        return (matrix,)


@value.register(DenseQuadratic)
def _(objective, w):
    total = 0.0
    for i in range(w.size):
        total += w[i] * dot(objective.hessian[i], w)
    return total / 2


@gradient.register(DenseQuadratic)
def _(objective, w, out):
    for i in range(out.size):
        out[i] = dot(objective.hessian[i], w)


@dimension.register(DenseQuadratic)
def _(objective):
    return len(objective.hessian)


@hessian.register(DenseQuadratic)
def _(objective, w):
    return objective.hessian.copy()


@hessian_trace.register(DenseQuadratic)
def _(objective, w):
    return float(np.trace(objective.hessian))


@closed_smoothing.register(DenseQuadratic)
def _(objective, w, s):
    a = objective.hessian
    return (np.einsum("...i,ij,...j->...", w, a, w) + s**2 * np.trace(a)) / 2, w @ a
