"""One number fitted by a product of factors: the hyperbola for two factors."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.objectives._generic import dimension, gradient, hessian, hessian_trace, value
from flatlab.objectives.conserved import conserved
from flatlab.objectives.trace_gradient import trace_gradient

__all__ = ["Product"]


@_checks.checked
class Product(NamedTuple):
    """The loss f(w) = (w_1 w_2 ... w_L - 1)^2 / 2; with two factors its minima are the hyperbola xy = 1.

    The trace of the Hessian is the sum of the squared products of all factors but one, at every point. The gradient
    flow keeps the differences w_i^2 - w_j^2. The flattest minima are those with all |w_i| = 1, of trace L.

    Parameters
    ----------
    factors : int
        The number L of factors, 2 or above.

    Raises
    ------
    ValueError
        If ``factors`` is below 2.
    """

    factors: int = 2

    def checked(self):
        """Return the fields as clean values."""
        return (_checks.whole("factors", self.factors, at_least=2),)


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


@dimension.register
def _(objective: Product):
    return objective.factors


def _without(w, *left_out):
    return np.prod(np.delete(w, left_out))


@hessian.register
def _(objective: Product, w):
    w = np.asarray(w, dtype=float)
    slope = np.array([_without(w, i) for i in range(w.size)])
    residual = np.prod(w) - 1
    matrix = np.outer(slope, slope)
    for i in range(w.size):
        for j in range(i):
            matrix[i, j] += residual * _without(w, i, j)
            matrix[j, i] = matrix[i, j]
    return matrix


@hessian_trace.register
def _(objective: Product, w):
    w = np.asarray(w, dtype=float)
    return float(sum(_without(w, i) ** 2 for i in range(w.size)))


@trace_gradient.register
def _(objective: Product, w):
    w = np.asarray(w, dtype=float)
    others = [[i for i in range(w.size) if i != k] for k in range(w.size)]
    return np.array([sum(2 * _without(w, i) * _without(w, i, k) for i in others[k]) for k in range(w.size)])


@conserved.register
def _(objective: Product, w):
    squares = np.asarray(w, dtype=float) ** 2
    return squares[:-1] - squares[-1]
