"""Rank-one matrix factorisation."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import (
    closed_limit,
    conserved,
    dimension,
    gradient,
    hessian,
    hessian_trace,
    trace_gradient,
    value,
)

__all__ = ["RankOne"]


@checks.validated
class RankOne(NamedTuple):
    """The loss f(u, v) = |u v^T - s a b^T|_F^2 / 2 with unit vectors a in R^m and b in R^n.

    The point is w = (u, v), d = m + n. The trace of the Hessian is m|v|^2 + n|u|^2 at every point. The gradient flow
    keeps |u|^2 - |v|^2. The flattest minima have n|u|^2 = m|v|^2 and trace 2 s sqrt(mn): not balanced unless m = n.

    left : (m,), direction of a; scaled to length 1
    right : (n,), direction of b; scaled to length 1
    strength : the singular value s, above 0

    >>> print(round(value(RankOne([1.0, 0.0], [0.0, 1.0]), [1.0, 0.0, 0.0, 1.0]), 6))
    0.0
    """

    left: checks.Array
    right: checks.Array
    strength: float = 1.0

    def clean_fields(self) -> tuple:
        clean = []
        for name in ("left", "right"):
            vector = checks.vector(name, getattr(self, name))
            length = np.linalg.norm(vector)
            if length == 0:
                raise ValueError(f"{name} must not be zero, got a vector of {vector.size} zeros")
            clean.append(vector if abs(length - 1) < 1e-15 else vector / length)
        return *clean, checks.positive("strength", self.strength)


@value.register(RankOne)
def _(objective, w):
    m = objective.left.size
    total = 0.0
    for i in range(m):
        for j in range(objective.right.size):
            total += (w[i] * w[m + j] - objective.strength * objective.left[i] * objective.right[j]) ** 2
    return total / 2


@gradient.register(RankOne)
def _(objective, w, out):
    m, n = objective.left.size, objective.right.size
    square_u = square_v = along_a = along_b = 0.0
    for i in range(m):
        square_u += w[i] * w[i]
        along_a += objective.left[i] * w[i]
    for j in range(n):
        square_v += w[m + j] * w[m + j]
        along_b += objective.right[j] * w[m + j]
    for i in range(m):
        out[i] = square_v * w[i] - objective.strength * along_b * objective.left[i]
    for j in range(n):
        out[m + j] = square_u * w[m + j] - objective.strength * along_a * objective.right[j]


@dimension.register(RankOne)
def _(objective):
    return objective.left.size + objective.right.size


def _parts(objective, w):
    return w[: objective.left.size], w[objective.left.size :]


@hessian.register(RankOne)
def _(objective, w):
    u, v = _parts(objective, w)
    cross = 2 * np.outer(u, v) - objective.strength * np.outer(objective.left, objective.right)
    return np.block([[v @ v * np.eye(u.size), cross], [cross.T, u @ u * np.eye(v.size)]])


@hessian_trace.register(RankOne)
def _(objective, w):
    u, v = _parts(objective, w)
    return float(u.size * (v @ v) + v.size * (u @ u))


@trace_gradient.register(RankOne)
def _(objective, w):
    u, v = _parts(objective, w)
    return np.concatenate([2 * v.size * u, 2 * u.size * v])


@conserved.register(RankOne)
def _(objective, w):
    u, v = _parts(objective, w)
    return np.array([u @ u - v @ v])


@closed_limit.register(RankOne)
def _(objective, w):
    m = objective.left.size
    along_u, along_v = float(objective.left @ w[:m]), float(objective.right @ w[m:])
    if not along_u * along_v > 0:
        return None
    c = w[:m] @ w[:m] - w[m:] @ w[m:]
    q = math.hypot(c, 2 * objective.strength)
    larger = math.sqrt((q + abs(c)) / 2)
    smaller = objective.strength / larger
    sizes = (larger, smaller) if c >= 0 else (smaller, larger)
    sign = math.copysign(1.0, along_u)
    return sign * np.concatenate([sizes[0] * objective.left, sizes[1] * objective.right])
