"""An objective whose gradient oracle is noisy in some coordinates and exact in the others."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.objectives._generic import (
    dimension,
    draw,
    gradient,
    hessian,
    hessian_trace,
    new_sample,
    sample_gradient,
    value,
)

__all__ = ["CoordinateNoise"]


@_checks.checked
class CoordinateNoise(NamedTuple):
    """The oracle g_z(w) = grad f(w) + z, z_i ~ N(0, sigma_i^2) independent; E|g_z - grad f|^2 = sum sigma_i^2.

    Parameters
    ----------
    base : NamedTuple
        The objective f.
    deviations : array_like, shape (d,)
        The standard deviations sigma_i, 0 or above.

    Raises
    ------
    ValueError
        If the base is not an objective, or a deviation is negative or not finite.
    """

    base: tuple
    deviations: np.ndarray
    random = True

    def checked(self):
        """Return the fields as clean values."""
        if not gradient.implemented(type(self.base)):
            raise ValueError(f"base must be an objective, got {self.base!r}")
        deviations = _checks.vector("deviations", self.deviations, dimension(self.base))
        if deviations.min() < 0:
            worst = int(deviations.argmin())
            raise ValueError(f"deviations must be 0 or above, got {deviations[worst]:g} at index {worst}")
        return self.base, deviations


@value.register(CoordinateNoise)
def _(objective, w):
    return value(objective.base, w)


@gradient.register(CoordinateNoise)
def _(objective, w, out):
    gradient(objective.base, w, out)


@new_sample.register(CoordinateNoise)
def _(objective, w):
    return np.zeros(w.size)


@draw.register(CoordinateNoise)
def _(objective, sample, rng):
    for i in range(sample.size):
        if objective.deviations[i] > 0:
            sample[i] = objective.deviations[i] * rng.standard_normal()


@sample_gradient.register(CoordinateNoise)
def _(objective, sample, w, out):
    gradient(objective.base, w, out)
    for i in range(out.size):
        out[i] += sample[i]


@dimension.register
def _(objective: CoordinateNoise):
    return objective.deviations.size


@hessian.register
def _(objective: CoordinateNoise, w):
    return hessian(objective.base, w)


@hessian_trace.register
def _(objective: CoordinateNoise, w):
    return hessian_trace(objective.base, w)
