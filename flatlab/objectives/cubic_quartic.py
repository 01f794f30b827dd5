"""A generic polynomial of degree four about a critical point."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import dimension, gradient, hessian, third_derivative, value

__all__ = ["CubicQuartic"]


@checks.validated
class CubicQuartic(NamedTuple):
    """The polynomial f(w) = (1/2) sum_i lambda_i w_i^2 + T[w, w, w] / 6 + Q[w, w, w, w] / 24.

    Point 0 is critical with Hessian diag(lambda), third derivative T and fourth derivative Q. It is a local minimum
    when all lambda_i > 0. One gradient costs O(d^4): meant for a few variables.

    eigenvalues : (d,), lambda_i
    cubic : (d, d, d), symmetric T
    quartic : (d, d, d, d), symmetric Q

    >>> print(round(value(CubicQuartic([2.0], [[[6.0]]], [[[[24.0]]]]), [1.0]), 6))
    3.0
    """

    eigenvalues: checks.Array
    cubic: checks.Array
    quartic: checks.Array

    def clean_fields(self) -> tuple:
        eigenvalues = checks.vector("eigenvalues", self.eigenvalues)
        tensors = []
        for name, tensor, order in (("cubic", self.cubic, 3), ("quartic", self.quartic, 4)):
            clean = checks.array(name, tensor, order)
            shape = (eigenvalues.size,) * order
            if clean.shape != shape:
                raise ValueError(f"{name} must have shape {shape}, got {clean.shape}")
            skew = max(np.abs(clean - clean.swapaxes(k, k + 1)).max() for k in range(order - 1))
            if skew > 1e-12 * np.abs(clean).max():
                raise ValueError(f"{name} must be symmetric, got a tensor whose mirrored entries differ by {skew:.3g}")
            tensors.append(clean)
        return eigenvalues, *tensors


@value.register(CubicQuartic)
def _(objective, w):
    total = 0.0
    for i in range(w.size):
        inner = objective.eigenvalues[i] * w[i] / 2
        for j in range(w.size):
            for k in range(w.size):
                both = w[j] * w[k]
                inner += objective.cubic[i, j, k] * both / 6
                for l in range(w.size):
                    inner += objective.quartic[i, j, k, l] * both * w[l] / 24
        total += w[i] * inner
    return total


@gradient.register(CubicQuartic)
def _(objective, w, out):
    for i in range(w.size):
        total = objective.eigenvalues[i] * w[i]
        for j in range(w.size):
            for k in range(w.size):
                both = w[j] * w[k]
                total += objective.cubic[i, j, k] * both / 2
                for l in range(w.size):
                    total += objective.quartic[i, j, k, l] * both * w[l] / 6
        out[i] = total


@dimension.register(CubicQuartic)
def _(objective):
    return objective.eigenvalues.size


@hessian.register(CubicQuartic)
def _(objective, w):
    return np.diag(objective.eigenvalues) + objective.cubic @ w + objective.quartic @ w @ w / 2


@third_derivative.register(CubicQuartic)
def _(objective, w, v):
    return (objective.cubic + objective.quartic @ w) @ v @ v
