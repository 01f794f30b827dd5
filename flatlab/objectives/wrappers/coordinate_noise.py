"""An objective whose gradient oracle is noisy in some coordinates and exact in the others."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import (
    dimension,
    draw,
    gradient,
    new_sample,
    sample_gradient,
)
from flatlab.objectives.wrappers.forwarding import another_oracle, check_base

__all__ = ["CoordinateNoise"]


@another_oracle
@checks.validated
class CoordinateNoise(NamedTuple):
    """The oracle g_z(w) = grad f(w) + z, z_i ~ N(0, sigma_i^2) independent; E|g_z - grad f|^2 = sum sigma_i^2.

    base : the objective f
    deviations : (d,), the standard deviations sigma_i, 0 or above

    >>> method = GD(eta=0.1)
    >>> objective = CoordinateNoise(Quadratic([3.0, 1.0]), [0.1, 0.0])
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, objective, [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.479365, 0.81    ])
    """

    base: NamedTuple
    deviations: checks.Array
    random = True

    def clean_fields(self) -> tuple:
        deviations = checks.vector("deviations", self.deviations, dimension(check_base(self.base)))
        if deviations.min() < 0:
            worst = int(deviations.argmin())
            raise ValueError(f"deviations must be 0 or above, got {deviations[worst]:g} at index {worst}")
        return self.base, deviations


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


@dimension.register(CoordinateNoise)
def _(objective):
    return objective.deviations.size
