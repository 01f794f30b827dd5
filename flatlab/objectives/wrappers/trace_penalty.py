"""A matrix sensing loss with an explicit penalty on its Hessian trace."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import gradient, gradients, hessian, hessian_product, hessian_trace, value
from flatlab.objectives.sensing.matrix_sensing import MatrixSensing, trace_form
from flatlab.objectives.wrappers.forwarding import another_function, check_base

__all__ = ["TracePenalty"]


@another_function
@checks.validated
class TracePenalty(NamedTuple):
    """The objective L(W) + strength <C, W W^T>, where <C, W W^T> + constant is the Hessian trace of L at W.

    The trace of a matrix sensing loss is linear in W W^T, and the next term of E L(W + U), U ~ N(0, s^2 I), does not
    depend on W. So with strength s^2/2 this **is** the smoothed loss, up to a constant: what noise stability
    optimisation descends on average. Weight decay is the same with C replaced by its mean.

    base : the loss L
    strength : 0 or above; s^2/2 for noise of scale s
    matrix : (d, d), C; computed from the measurements if left out

    Source: DERIVED, paper_checks/zhang2024/README.md, "Penalty of one sample".

    >>> objective = TracePenalty(MatrixSensing([[1.0, 0.0, 1.0]], [1.0], columns=1), strength=0.1)
    >>> print(round(value(objective, [1.0, 1.0]), 6))
    2.1
    """

    base: MatrixSensing
    strength: float
    matrix: np.ndarray | None = None

    def clean_fields(self) -> tuple:
        check_base(self.base, MatrixSensing)
        matrix = trace_form(self.base).matrix if self.matrix is None else self.matrix
        matrix = checks.matrix("matrix", matrix, self.base.rows)
        if len(matrix) != self.base.rows or np.abs(matrix - matrix.T).max() > 1e-10 * np.abs(matrix).max():
            raise ValueError(f"matrix must be symmetric with {self.base.rows} rows, got one of shape {matrix.shape}")
        return self.base, checks.nonnegative("strength", self.strength), matrix


@value.register(TracePenalty)
def _(objective, w):
    columns, total = objective.base.columns, 0.0
    factor = w.reshape(w.size // columns, columns)
    for i in range(factor.shape[0]):
        for j in range(factor.shape[0]):
            for c in range(columns):
                total += objective.matrix[i, j] * factor[i, c] * factor[j, c]
    return value(objective.base, w) + objective.strength * total


@gradient.register(TracePenalty)
def _(objective, w, out):
    columns = objective.base.columns
    gradient(objective.base, w, out)
    factor, grad = w.reshape(w.size // columns, columns), out.reshape(w.size // columns, columns)
    for i in range(factor.shape[0]):
        for j in range(factor.shape[0]):
            entry = 2 * objective.strength * objective.matrix[i, j]
            for c in range(columns):
                grad[i, c] += entry * factor[j, c]


@gradients.register(TracePenalty)
def _(objective, points, out):
    columns = objective.base.columns
    gradients(objective.base, points, out)
    for i in range(objective.matrix.shape[0]):
        for j in range(objective.matrix.shape[0]):
            entry = 2 * objective.strength * objective.matrix[i, j]
            for c in range(columns):
                for b in range(points.shape[1]):
                    out[i * columns + c, b] += entry * points[j * columns + c, b]


@hessian.register(TracePenalty)
def _(objective, w):
    return hessian(objective.base, w) + _penalty_product(objective, np.eye(w.size))


@hessian_trace.register(TracePenalty)
def _(objective, w):
    return hessian_trace(objective.base, w) + 2 * objective.strength * objective.base.columns * float(
        np.trace(objective.matrix)
    )


@hessian_product.register(TracePenalty)
def _(objective, w, vectors):
    return hessian_product(objective.base, w, vectors) + _penalty_product(objective, np.asarray(vectors, dtype=float))


def _penalty_product(objective, vectors):
    blocks = vectors.reshape(len(objective.matrix), -1)
    return 2 * objective.strength * (objective.matrix @ blocks).reshape(vectors.shape)
