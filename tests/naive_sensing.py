"""Twins of matrix sensing, from full d by d measurements and the formulas."""

import autograd.numpy as anp
import numpy as np


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


def with_decay(value, strength):
    """f(w) + strength |w|^2."""
    return lambda w: value(w) + strength * anp.sum(w**2)


def with_trace_penalty(value, strength, matrix, columns):
    """f(w) + strength <C, W W^T>."""

    def penalised(w):
        factor = anp.reshape(w, (-1, columns))
        return value(w) + strength * anp.sum(matrix * anp.dot(factor, factor.T))

    return penalised


def authors_step(matrices, targets, factor, eta):
    """One step of the authors' loop: W - eta (1/n) sum_i e_i A_i W with symmetrised A_i."""
    total = np.zeros_like(factor)
    for a, y in zip(symmetric_parts(matrices), targets):
        total += (np.sum(a * (factor @ factor.T)) - y) * (a @ factor)
    return factor - eta * total / len(targets)


def twice(value):
    """f(w_1) + f(w_2)."""
    return lambda w: value(w[: len(w) // 2]) + value(w[len(w) // 2 :])
