"""One number fitted by a product of factors: the hyperbola for two factors."""

import math
from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq

from flatlab.base import checks
from flatlab.objectives.questions import (
    closed_limit,
    conserved,
    dimension,
    distance_and_certificate,
    gradient,
    hessian,
    hessian_trace,
    trace_gradient,
    value,
)

__all__ = ["Product"]

SMALLEST = -744.0  # log of the smallest number above 0


@checks.validated
class Product(NamedTuple):
    """The loss f(w) = (w_1 w_2 ... w_L - 1)^2 / 2; with two factors its minima are the hyperbola xy = 1.

    The trace of the Hessian is the sum of the squared products of all factors but one, at every point. The gradient
    flow keeps the differences w_i^2 - w_j^2. The flattest minima are those with all |w_i| = 1, of trace L.

    factors : the number L of factors, 2 or above

    >>> objective = Product(2)
    >>> print(round(value(objective, [2.0, 0.5]), 6), round(hessian_trace(objective, [2.0, 0.5]), 6))
    0.0 4.25
    """

    factors: int = 2

    def clean_fields(self) -> tuple:
        return (checks.integer("factors", self.factors, at_least=2),)


@value.register(Product)
def _(objective, w):
    product = 1.0
    for i in range(w.size):
        product *= w[i]
    return (product - 1.0) ** 2 / 2


@gradient.register(Product)
def _(objective, w, out):
    product = 1.0
    for i in range(w.size):  # products of the factors before i, then times those after: no division
        out[i] = product
        product *= w[i]
    after = product - 1.0
    for i in range(w.size - 1, -1, -1):
        out[i] *= after
        after *= w[i]


@dimension.register(Product)
def _(objective):
    return objective.factors


def _without(w, *left_out):
    return np.prod(np.delete(w, left_out))


@hessian.register(Product)
def _(objective, w):
    derivative = np.array([_without(w, i) for i in range(w.size)])
    residual = np.prod(w) - 1
    matrix = np.outer(derivative, derivative)
    for i in range(w.size):
        for j in range(i):
            matrix[i, j] += residual * _without(w, i, j)
            matrix[j, i] = matrix[i, j]
    return matrix


@hessian_trace.register(Product)
def _(objective, w):
    return float(sum(_without(w, i) ** 2 for i in range(w.size)))


@trace_gradient.register(Product)
def _(objective, w):
    others = [[i for i in range(w.size) if i != k] for k in range(w.size)]
    return np.array([sum(2 * _without(w, i) * _without(w, i, k) for i in others[k]) for k in range(w.size)])


@conserved.register(Product)
def _(objective, w):
    squares = w**2
    return squares[:-1] - squares[-1]


@closed_limit.register(Product)
def _(objective, w):
    sizes = np.abs(w)
    smallest = int(sizes.argmin())
    signs = np.where(w < 0, -1.0, 1.0)
    if np.prod(signs) < 0:  # the smallest factor passes through zero
        signs[smallest] *= -1
    passes = np.prod(np.sign(w)) <= 0
    if passes and np.isclose(np.delete(sizes, smallest), sizes[smallest], rtol=1e-15, atol=0).any():
        raise ValueError(
            f"w must not flow to the saddle at 0, got {checks.shown(w)} with two smallest factors of one size"
        )
    above = (sizes - sizes[smallest]) * (sizes + sizes[smallest])

    def log_product(log_smallest):
        """Return the log of the product of the squares at the end, 0 there, as a function of that of the smallest."""
        return float(np.log(above + math.exp(log_smallest)).sum())

    if not log_product(SMALLEST) < 0:
        raise ValueError(f"w must have a limit of factors above 1e-161, got {checks.shown(w)}")
    root = brentq(log_product, SMALLEST, 0.0, xtol=1e-15, rtol=np.float64(1e-15))
    return signs * np.sqrt(above + math.exp(cast("float", root)))


@distance_and_certificate.register(Product)
def _(objective, w):
    if w.size != 2:
        raise ValueError("w must be a point of the product of two factors")
    # x^2 - y^2 is kept; the larger coordinate first, so that nothing cancels
    x, y = w[0], w[1]
    c = (x - y) * (x + y)
    q = math.sqrt(c * c + 4)
    larger = math.sqrt((q + abs(c)) / 2)
    limit_x, limit_y = (larger, 1 / larger) if c >= 0 else (1 / larger, larger)
    sign = 1.0 if x + y > 0 else -1.0
    distance = math.sqrt((x - sign * limit_x) ** 2 + (y - sign * limit_y) ** 2)
    return distance, abs(c) / math.sqrt(q)
