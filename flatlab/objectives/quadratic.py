"""Convex quadratic with a diagonal Hessian."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.vectors import column_squares, lengths
from flatlab.objectives._descent import set_scales
from flatlab.objectives.questions import (
    closed_smoothing,
    descend,
    dimension,
    gradient,
    gradients,
    hessian,
    hessian_trace,
    value,
)

__all__ = ["Quadratic"]


@checks.validated
class Quadratic(NamedTuple):
    """The quadratic f(w) = (1/2) sum_i lambda_i w_i^2, with no further normalisation.

    eigenvalues : (d,), the curvatures lambda_i >= 0, in any order

    >>> objective = Quadratic([3.0, 1.0])
    >>> print(round(value(objective, [1.0, 1.0]), 6), round(hessian_trace(objective, [1.0, 1.0]), 6))
    2.0 4.0
    """

    eigenvalues: checks.Array

    def clean_fields(self) -> tuple:
        eigenvalues = checks.vector("eigenvalues", self.eigenvalues)
        if checks.smallest(eigenvalues) < 0:
            worst = int(eigenvalues.argmin())
            raise ValueError(f"eigenvalues must be 0 or above, got {eigenvalues[worst]:g} at index {worst}")
        return (eigenvalues,)


@value.register(Quadratic)
def _(objective, w):
    total = 0.0
    for i in range(w.size):
        total += objective.eigenvalues[i] * w[i] * w[i]
    return total / 2


@gradient.register(Quadratic)
def _(objective, w, out):
    for i in range(w.size):
        out[i] = objective.eigenvalues[i] * w[i]


@gradients.register(Quadratic)
def _(objective, points, out):
    for i in range(points.shape[0]):
        curvature, source, target = objective.eigenvalues[i], points[i], out[i]
        for b in range(source.size):
            target[b] = curvature * source[b]


@descend.register(Quadratic)
def _(objective, points, step_size, rho, normalised, scratch):
    # the gradient is one product: computing it twice is cheaper than keeping it
    scale = scratch[0]
    if normalised:
        column_squares(objective.eigenvalues, points, scale)
        lengths(scale)
    set_scales(scale, rho, normalised)
    for i in range(points.shape[0]):
        curvature, point = objective.eigenvalues[i], points[i]
        for b in range(point.size):
            point[b] -= step_size * (curvature * (point[b] + scale[b] * (curvature * point[b])))


@dimension.register(Quadratic)
def _(objective):
    return objective.eigenvalues.size


@hessian.register(Quadratic)
def _(objective, w):
    return np.diag(objective.eigenvalues)


@hessian_trace.register(Quadratic)
def _(objective, w):
    return float(objective.eigenvalues.sum())


@closed_smoothing.register(Quadratic)
def _(objective, w, s):
    lam = objective.eigenvalues
    return (w**2 @ lam + s**2 * lam.sum()) / 2, w * lam
