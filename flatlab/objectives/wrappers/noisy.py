"""Any objective seen through a gradient oracle with Gaussian noise of a prescribed size."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import (
    draw,
    gradient,
    new_sample,
    sample_gradient,
)
from flatlab.objectives.wrappers.forwarding import another_oracle, check_base

__all__ = ["Noisy"]


@another_oracle
@checks.validated
class Noisy(NamedTuple):
    """The oracle g_z(w) = grad f(w) + z, z ~ N(0, (sigma^2/d) I), so that E|g_z - grad f|^2 = sigma^2.

    base : the objective f
    sigma : root mean square length of the noise vector, 0 or above

    >>> method = GD(eta=0.1)
    >>> objective = Noisy(Quadratic([3.0, 1.0]), sigma=0.1)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, objective, [1.0, 1.0], steps=2, rng=rng)[-1].round(6)
    array([0.485953, 0.813986])
    """

    base: NamedTuple
    sigma: float
    random = True

    def clean_fields(self) -> tuple:
        return check_base(self.base), checks.nonnegative("sigma", self.sigma)


@new_sample.register(Noisy)
def _(objective, w):
    return np.empty(w.size)


@draw.register(Noisy)
def _(objective, sample, rng):
    scale = objective.sigma / math.sqrt(sample.size)
    for i in range(sample.size):
        sample[i] = scale * rng.standard_normal()


@sample_gradient.register(Noisy)
def _(objective, sample, w, out):
    gradient(objective.base, w, out)
    for i in range(out.size):
        out[i] += sample[i]
