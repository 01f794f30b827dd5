"""A function with a Lipschitz third derivative and no more: the worst case for a smoothing estimate."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import dimension, gradient, hessian, value

__all__ = ["Cusp"]


@checks.validated
class Cusp(NamedTuple):
    """The function f(w) = |w_1| w_1^3 / 4 on R^d; its fourth derivative jumps at w_1 = 0.

    size : the number d of variables

    >>> print(round(value(Cusp(), [1.0, 2.0]), 6))
    0.25
    """

    size: int = 2

    def clean_fields(self) -> tuple:
        return (checks.integer("size", self.size, at_least=1),)


@value.register(Cusp)
def _(objective, w):
    return abs(w[0]) * w[0] ** 3 / 4


@gradient.register(Cusp)
def _(objective, w, out):
    out[:] = 0.0
    out[0] = abs(w[0]) ** 3


@dimension.register(Cusp)
def _(objective):
    return objective.size


@hessian.register(Cusp)
def _(objective, w):
    matrix = np.zeros((objective.size, objective.size))
    matrix[0, 0] = 3 * abs(w[0]) * w[0]
    return matrix
