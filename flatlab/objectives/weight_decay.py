"""Explicit weight decay as a term of the objective."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.objectives._generic import (
    dimension,
    draw,
    gradient,
    gradients,
    hessian,
    hessian_trace,
    new_sample,
    sample_gradient,
    value,
)
from flatlab.objectives.hessian_product import hessian_product

__all__ = ["WeightDecay"]


@_checks.checked
class WeightDecay(NamedTuple):
    """The objective f(w) + strength |w|^2, whose gradient is grad f(w) + 2 strength w; any method runs on it.

    Parameters
    ----------
    base : NamedTuple
        The objective f, or a stochastic oracle of it.
    strength : float
        0 or above.

    Raises
    ------
    ValueError
        If the base is not an objective or the strength is out of range.
    """

    base: tuple
    strength: float

    def checked(self):
        """Return the fields as clean values."""
        if not isinstance(self.base, tuple) or not gradient.implemented(type(self.base)):
            raise ValueError(f"base must be an objective, got {self.base!r:.80}")
        return self.base, _checks.nonnegative("strength", self.strength)

    @property
    def random(self):
        """Whether the base draws random numbers."""
        return getattr(self.base, "random", False)


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


@new_sample.register(WeightDecay)
def _(objective, w):
    return new_sample(objective.base, w)


@draw.register(WeightDecay)
def _(objective, sample, rng):
    draw(objective.base, sample, rng)


@sample_gradient.register(WeightDecay)
def _(objective, sample, w, out):
    sample_gradient(objective.base, sample, w, out)
    for i in range(w.size):
        out[i] += 2 * objective.strength * w[i]


@dimension.register
def _(objective: WeightDecay):
    return dimension(objective.base)


@hessian.register
def _(objective: WeightDecay, w):
    return hessian(objective.base, w) + 2 * objective.strength * np.eye(w.size)


@hessian_trace.register
def _(objective: WeightDecay, w):
    return hessian_trace(objective.base, w) + 2 * objective.strength * w.size


@hessian_product.register
def _(objective: WeightDecay, w, vectors):
    return hessian_product(objective.base, w, vectors) + 2 * objective.strength * vectors
