r"""The drift of random smoothing along a wavy valley changes its sign where $k\rho$ is the first zero of $J_{d/2}$."""

import math
from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave
from flatlab.theory.escape import WavyValley
from paper_checks.ahn2024.problems.gradients import gradient_at

AT, WEIGHTS = np.polynomial.legendre.leggauss(32)
FIRST, SPACING, LAST, BESIDE = 0.5, 1.0, 14.0, 1e-8  # the zeros are more than 3 apart


class WavyFloor(NamedTuple):
    """The place y on the floor of a(y)|z|^2/2, a = 2 + cos(k y), z in R^n; ``off`` : |z| over the radius."""

    n: int
    wavenumber: float
    y: float
    off: float = 0.0

    def drift(self, multiple, parts=(1.0,)):
        """Return the mean of grad f along the valley at k rho = ``multiple``, over a'(y) rho^2; by Gauss' rule.

        The mean is over the sphere, or over several of ``parts`` of the squared radius.
        """
        angle, objective = math.pi * (AT + 1) / 2, Valley(Wave(2.0, 1.0, self.wavenumber), self.n)
        weights = WEIGHTS * np.sin(angle) ** (self.n - 1)  # the angle's density on the sphere in n + 1 dimensions
        rho, signs = multiple / self.wavenumber, (1.0, -1.0) if self.off else (1.0,)
        place, found = np.zeros(self.n + 1), 0.0
        place[self.n - 1] = self.off * rho  # for n = 1 the one coordinate across
        for part in parts:
            for sign in signs:
                for t, weight in zip(angle, weights):
                    point = place.copy()
                    point[0] += sign * math.sqrt(part) * rho * math.sin(t)
                    point[-1] = self.y + math.sqrt(part) * rho * math.cos(t)
                    found += weight * gradient_at(objective, point)[-1]
        slope = -self.wavenumber * math.sin(self.wavenumber * self.y)
        return found / (len(parts) * len(signs) * weights.sum() * slope * rho**2)

    def flip(self, parts=(1.0,)):
        """Return the last k rho, to eight digits, at which the mean descends the wave, and the first at which not."""
        radii = np.arange(FIRST, LAST, SPACING)
        above = next((at for at in radii if self.drift(at, parts) < 0), None)
        if above in (None, FIRST):
            return math.nan, math.nan
        root = cast("float", brentq(lambda at: self.drift(at, parts), above - SPACING, above, xtol=1e-13))
        below, beyond = (1 - BESIDE) * root, (1 + BESIDE) * root
        decided = self.drift(below, parts) > 0 > self.drift(beyond, parts)
        return (below, beyond) if decided else (math.nan, math.nan)


def stated(p):
    zero = p.wavenumber * WavyValley(p.wavenumber, p.n, p.n + 1).sign_flip_radius
    return zero, zero


CLAIM = Claim(
    id="ahn2024/sign-flip-radius",
    title="from which radius on random smoothing climbs",
    statement=r"""At every minimum of $a(y)|z|^2/2$, $z\in\mathbb R^{d-1}$, $a=m+b\cos(ky)$, where $a'\ne0$, the mean
        step of random smoothing descends $a$ at every $k\rho$ below the first zero of $J_{d/2}$, 3.8317 in the plane,
        and climbs just beyond it.""",
    source="Bessel law",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=3e-8),
    problem=WavyFloor,
    observe=lambda p, rng: p.flip(),
    expect=stated,
    domain={"n": Whole(1, 8), "wavenumber": LogUniform(0.1, 10), "y": Uniform(-3, 3)},
    hypotheses={"the valley is no flat place": lambda s: abs(math.sin(s.wavenumber * s.y)) > 1e-3},
    corners=tuple({"n": n, "wavenumber": 1.0, "y": 0.7} for n in (1, 2)),
    quick=3,
    full=198,
    note="""Observed: two radii whose ratio is 1 + 2e-8, between which the mean over the sphere changes its sign for the
        first time, from below and from above.""",
    controls=(
        Control(
            "two spheres of the same mean square",
            "the zero is that of one sphere",
            observe=lambda p, rng: p.flip((0.5, 1.5)),
        ),
        Control(
            "off the minimum",
            "a gradient of its own adds a term with an earlier zero",
            observe=lambda p, rng: p._replace(off=0.3).flip(),
            change=lambda s: s if s.n > 1 else None,
        ),
    ),
)
