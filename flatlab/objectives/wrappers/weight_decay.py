"""Explicit weight decay as a term of the objective."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import (
    gradient,
    gradients,
    hessian,
    hessian_product,
    hessian_trace,
    sample_gradient,
    value,
)
from flatlab.objectives.wrappers.forwarding import another_function, check_base

__all__ = ["WeightDecay"]


@another_function
@checks.validated
class WeightDecay(NamedTuple):
    """The objective f(w) + strength |w|^2, whose gradient is grad f(w) + 2 strength w; any method runs on it.

    base : the objective f, or a stochastic oracle of it
    strength : 0 or above

    >>> print(round(value(WeightDecay(Quadratic([3.0, 1.0]), strength=0.5), [1.0, 1.0]), 6))
    3.0
    """

    base: NamedTuple
    strength: float

    def clean_fields(self) -> tuple:
        return check_base(self.base), checks.nonnegative("strength", self.strength)


@value.register(WeightDecay)
def _(objective, w):
    total = 0.0
    for i in range(w.size):
        total += w[i] * w[i]
    return value(objective.base, w) + objective.strength * total


@gradient.register(WeightDecay)
def _(objective, w, out):
    gradient(objective.base, w, out)
    for i in range(w.size):
        out[i] += 2 * objective.strength * w[i]


@gradients.register(WeightDecay)
def _(objective, points, out):
    gradients(objective.base, points, out)
    for i in range(points.shape[0]):
        for b in range(points.shape[1]):
            out[i, b] += 2 * objective.strength * points[i, b]


@sample_gradient.register(WeightDecay)
def _(objective, sample, w, out):
    sample_gradient(objective.base, sample, w, out)
    for i in range(w.size):
        out[i] += 2 * objective.strength * w[i]


@hessian.register(WeightDecay)
def _(objective, w):
    return hessian(objective.base, w) + 2 * objective.strength * np.eye(w.size)


@hessian_trace.register(WeightDecay)
def _(objective, w):
    return hessian_trace(objective.base, w) + 2 * objective.strength * w.size


@hessian_product.register(WeightDecay)
def _(objective, w, vectors):
    return hessian_product(objective.base, w, vectors) + 2 * objective.strength * vectors
