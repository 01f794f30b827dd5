"""Twins of matrix sensing, from full d by d measurements and the formulas."""

import autograd.numpy as anp
import numpy as np
from cases import ObjectiveCase

from flatlab.objectives import MatrixSensing
from flatlab.objectives.sensing.problem import pack_measurements

MATRICES = np.random.default_rng(9).standard_normal((7, 3, 3)) / 3
TARGETS = np.random.default_rng(10).standard_normal(7)


def symmetric_parts(matrices):
    """(A + A^T)/2 for each."""
    return (matrices + matrices.transpose(0, 2, 1)) / 2


def lower(matrices):
    """The lower triangle of each, row by row."""
    return np.array([[s[i, j] for i in range(len(s)) for j in range(i + 1)] for s in matrices])


def sensing(matrices, targets, columns):
    """(1/(2n)) sum_i (<A_i, W W^T> - y_i)^2."""

    def value(w):
        factor = anp.reshape(w, (-1, columns))
        product = anp.dot(factor, factor.T)
        return sum((anp.sum(a * product) - y) ** 2 for a, y in zip(matrices, targets)) / (2 * len(targets))

    return value


def authors_step(matrices, targets, factor, eta):
    """One step of the authors' loop: W - eta (1/n) sum_i e_i A_i W with symmetrised A_i."""
    total = np.zeros_like(factor)
    for a, y in zip(symmetric_parts(matrices), targets):
        total += (np.sum(a * (factor @ factor.T)) - y) * (a @ factor)
    return factor - eta * total / len(targets)


def matrix_sensing():
    """The instance that others wrap."""
    return MatrixSensing(pack_measurements(MATRICES), TARGETS, 2)


CASES = {"MatrixSensing": lambda: ObjectiveCase(matrix_sensing(), 6, sensing(MATRICES, TARGETS, 2))}
