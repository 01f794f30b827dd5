"""The slope on which descent without noise is slowest: between two steps it falls to a half and rises again."""

from typing import NamedTuple

import numpy as np

from flatlab import track
from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.methods import NSO
from flatlab.objectives import value
from flatlab.objectives._separable import register_separable
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import UpperBound

__all__ = ["Silent", "Zigzag", "silent"]

PEAK = 1e-11  # the slope is higher by this part of e, but for its largest value: a start beside a peak would double
# its distance from it at each step, which rounding alone does


@checks.validated
class Zigzag(NamedTuple):
    """The even f(w) = sum_i z(w_i), z(x) = C x^2/2 where |x| <= e/C, beyond with a slope between e/2 and e.

    From |x| = e/C on the slope falls as -C |x| to e/2 and rises as C |x| back to e on each interval of length e/C,
    up to ``PEAK``. It is C-Lipschitz.

    slope : e, above 0
    curvature : C, above 0
    """

    slope: float
    curvature: float

    def clean_fields(self) -> tuple:
        return checks.positive("slope", self.slope), checks.positive("curvature", self.curvature)


@compiled
def _parts(objective, x):
    """Return |x| in units of e/C: the whole part, and what is left of it, the half of a tooth that it lies in."""
    size = abs(x) * objective.curvature / objective.slope
    teeth = np.floor(size)
    return teeth, size - teeth


@compiled
def _term(objective, i, x):
    teeth, rest = _parts(objective, x)
    unit = objective.slope * objective.slope / objective.curvature
    if teeth < 1:
        return unit * rest * rest / 2
    over = max(rest - 0.5, 0.0)
    return unit * (0.5 + (0.75 + PEAK) * (teeth - 1) + (1 + PEAK) * rest - rest * rest / 2 + over * over)


@compiled
def _derivative(objective, i, x):
    teeth, rest = _parts(objective, x)
    steep = rest if teeth < 1 else min(1.0, max(1 - rest, rest) + PEAK)
    return objective.slope * steep if x > 0 else -objective.slope * steep


@compiled
def _curvature(objective, i, x):
    teeth, rest = _parts(objective, x)
    return -objective.curvature if teeth >= 1 and rest < 0.5 else objective.curvature


register_separable(Zigzag, _term, _derivative, _curvature)


class Silent(NamedTuple):
    """T steps of k pairs without any noise from ``start``, on a zigzag of slope e whose gap there is D^2."""

    C: float
    gap: float
    T: int
    k: int
    slope: float
    start: np.ndarray

    @property
    def bound(self):
        """The upper bound at v = 0."""
        return UpperBound(self.C, self.gap, 0.0, self.T)

    def path(self, rng, objective=None, share=1.0, start=None):
        """Return |grad f|^2 at t = 0..T with ``share`` of the step 1/C."""
        objective = Zigzag(self.slope, self.C) if objective is None else objective
        start = self.start if start is None else start
        return track(NSO(share / self.C, 0.0, self.k), objective, start, SquaredGradientNorm(), steps=self.T, rng=rng)


def silent(C, gap, T, k, d, reach, seed):
    """Return :class:`Silent` in d variables, the first ``reach`` times as far from 0 as steps of e/C lead in T + 1."""
    teeth = reach * (T + 1) * np.append(1.0, np.random.default_rng(seed).random(d - 1))
    slope = np.sqrt(C * gap / value(Zigzag(1.0, 1.0), teeth))
    return Silent(C, gap, T, k, slope, teeth * slope / C)
