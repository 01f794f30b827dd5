"""An oracle whose noise moves a fresh coordinate at every sample, so that lengths are the same on every path."""

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

__all__ = ["FreshNoise"]


@another_oracle
@checks.validated
class FreshNoise(NamedTuple):
    """The oracle g_z(w) = grad f(w) + sigma z e_n, z = +1 or -1 with equal chance, n new at every sample.

    The sample number m = 0, 1, ... of a run pushes coordinate ``first + m``. The oracle is unbiased and
    E|g_z - grad f|^2 = sigma^2. A run that draws more samples than there are coordinates uses them again in turn: the
    oracle is the same, but lengths are no longer the same on every path.

    base : the objective f
    sigma : length of every push, 0 or above
    first : number of coordinates that are never pushed

    >>> method = GD(eta=0.1)
    >>> objective = FreshNoise(Quadratic([1.0, 1.0, 1.0]), sigma=0.1, first=1)
    >>> rng = np.random.default_rng(1)
    >>> trajectory(method, objective, [1.0, 0.0, 0.0], steps=2, rng=rng)[-1].round(6)
    array([0.81 , 0.009, 0.01 ])
    """

    base: NamedTuple
    sigma: float
    first: int
    random = True

    def clean_fields(self) -> tuple:
        first = checks.integer("first", self.first)
        size = dimension(check_base(self.base))
        if size is not None and first >= size:
            raise ValueError(f"first must be below the number of variables {size}, got {first}")
        return self.base, checks.nonnegative("sigma", self.sigma), first


@new_sample.register(FreshNoise)
def _(objective, w):
    return np.array([-1.0, 0.0])  # number of the sample, push


@draw.register(FreshNoise)
def _(objective, sample, rng):
    sample[0] += 1.0
    sample[1] = objective.sigma if rng.random() < 0.5 else -objective.sigma


@sample_gradient.register(FreshNoise)
def _(objective, sample, w, out):
    if w.size <= objective.first:  # a base that takes any number of variables does not tell before
        raise ValueError("first must be below the number of variables")
    gradient(objective.base, w, out)
    out[objective.first + int(sample[0]) % (w.size - objective.first)] += sample[1]
