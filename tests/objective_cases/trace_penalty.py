"""Twin of the penalty on the trace."""

import autograd.numpy as anp
from cases import ObjectiveCase
from objective_cases.dense_quadratic import HESSIAN
from objective_cases.matrix_sensing import MATRICES, TARGETS, matrix_sensing, sensing

from flatlab.objectives import TracePenalty

MATRIX = HESSIAN[:3, :3]


def with_trace_penalty(value, strength, matrix, columns):
    """f(w) + strength <C, W W^T>."""

    def penalised(w):
        factor = anp.reshape(w, (-1, columns))
        return value(w) + strength * anp.sum(matrix * anp.dot(factor, factor.T))

    return penalised


def _trace_penalty():
    twin = with_trace_penalty(sensing(MATRICES, TARGETS, 2), 0.2, MATRIX, 2)
    return ObjectiveCase(TracePenalty(matrix_sensing(), 0.2, MATRIX), 6, twin)


CASES = {"TracePenalty": _trace_penalty}
