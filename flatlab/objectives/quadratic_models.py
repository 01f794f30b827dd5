"""Least squares with quadratic models: a manifold of minima with prescribed gradients and curvatures."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import dot
from flatlab.objectives.questions import (
    dimension,
    draw,
    gradient,
    hessian,
    new_sample,
    sample_gradient,
    trace_gradient,
    value,
)
from flatlab.objectives.wrappers._minibatch import check_batch, first_order, shuffle_first

__all__ = ["QuadraticModels"]


@checks.validated
class QuadraticModels(NamedTuple):
    """The risk f(w) = (1/n) sum_i p_i(w)^2 / 2 with p_i(w) = g_i . w + w^T H_i w / 2; the origin is a minimum.

    There every p_i(w)^2 / 2 has a Hessian g_i g_i^T of rank one, and the gradient of the trace is
    (2/n) sum_i H_i g_i. A sample is a mini-batch drawn without replacement; batch = n is the full gradient.

    gradients : (n, d), the gradients g_i at the origin
    hessians : (n, d, d), the symmetric matrices H_i
    batch : size of a mini-batch, 1 to n

    >>> print(round(value(QuadraticModels([[1.0, 0.0]], [[[0.0, 1.0], [1.0, 0.0]]]), [1.0, 1.0]), 6))
    2.0
    """

    gradients: checks.Array
    hessians: checks.Array
    batch: int = 1
    random = True

    def clean_fields(self) -> tuple:
        gradients = checks.matrix("gradients", self.gradients)
        hessians = checks.array("hessians", self.hessians, 3)
        n, d = gradients.shape
        if hessians.shape != (n, d, d):
            raise ValueError(f"hessians must have the shape {(n, d, d)} that gradients call for, got {hessians.shape}")
        skew = float(np.abs(hessians - hessians.transpose(0, 2, 1)).max())
        if skew > 1e-12 * np.abs(hessians).max():
            raise ValueError(f"hessians must be symmetric, got one that differs from its transpose by {skew:.3g}")
        return gradients, hessians, check_batch(self.batch, n)

    def residuals(self, w: np.ndarray) -> np.ndarray:
        """Return p_i(w), shape (n,)."""
        return self.gradients @ w + np.einsum("j,ijk,k->i", w, self.hessians, w) / 2


@compiled
def _add_model(objective, i, w, out):
    """Add p_i(w) times the gradient of p_i to ``out``."""
    grad, second = objective.gradients[i], objective.hessians[i]
    model = dot(grad, w)
    for j in range(w.size):
        model += w[j] * dot(second[j], w) / 2
    for j in range(out.size):
        out[j] += model * (grad[j] + dot(second[j], w))


@value.register(QuadraticModels)
def _(objective, w):
    total = 0.0
    for i in range(objective.gradients.shape[0]):
        model = dot(objective.gradients[i], w)
        for j in range(w.size):
            model += w[j] * dot(objective.hessians[i, j], w) / 2
        total += model * model
    return total / (2 * objective.gradients.shape[0])


@gradient.register(QuadraticModels)
def _(objective, w, out):
    out[:] = 0.0
    n = objective.gradients.shape[0]
    for i in range(n):
        _add_model(objective, i, w, out)
    for j in range(out.size):
        out[j] /= n


@new_sample.register(QuadraticModels)
def _(objective, w):
    return first_order(objective.gradients.shape[0])


@draw.register(QuadraticModels)
def _(objective, sample, rng):
    shuffle_first(sample, objective.batch, rng)


@sample_gradient.register(QuadraticModels)
def _(objective, sample, w, out):
    out[:] = 0.0
    for b in range(objective.batch):
        _add_model(objective, sample[b], w, out)
    for j in range(out.size):
        out[j] /= objective.batch


@dimension.register(QuadraticModels)
def _(objective):
    return objective.gradients.shape[1]


@hessian.register(QuadraticModels)
def _(objective, w):
    gradients = objective.gradients + objective.hessians @ w
    return (gradients.T @ gradients + np.einsum("i,ijk->jk", objective.residuals(w), objective.hessians)) / len(
        gradients
    )


@trace_gradient.register(QuadraticModels)
def _(objective, w):
    gradients = objective.gradients + objective.hessians @ w
    traces = np.trace(objective.hessians, axis1=1, axis2=2)
    return (2 * np.einsum("ijk,ik->j", objective.hessians, gradients) + traces @ gradients) / len(gradients)
