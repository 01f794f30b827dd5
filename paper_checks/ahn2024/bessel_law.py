r"""On a wavy valley the mean of $\partial_yf$ over a sphere is a law of Bessel functions, at every radius."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave
from flatlab.theory.escape import SphereAverage, WavyValley
from paper_checks.ahn2024.enclosures.bessel_law import ENCLOSURE
from paper_checks.ahn2024.problems.gradients import gradient_at

POINTS = 60


def observe(s, rng, part=1.0):
    """Return the sphere average of the gradient along the valley: Gauss' rule in the angle to it, exact across."""
    objective, n = Valley(Wave(2.0, 1.0, s.wavenumber), s.n), s.n
    at, weights = np.polynomial.legendre.leggauss(POINTS)
    angle = math.pi * (at + 1) / 2
    weights = weights * np.sin(angle) ** (n - 1)  # the angle's density on the sphere in n + 1 dimensions
    axes = np.concatenate([np.eye(n), -np.eye(n)])
    radius = part * s.multiple / s.wavenumber
    centre = np.append(np.full(n, s.off / math.sqrt(n)), s.y)
    mean = [
        np.mean([gradient_at(objective, centre + radius * np.append(np.sin(t) * axis, np.cos(t)))[-1] for axis in axes])
        for t in angle
    ]
    return float(weights @ mean / weights.sum())


def rise(s):
    """Return a'(y) of a = 2 + cos(k y)."""
    return -s.wavenumber * np.sin(s.wavenumber * s.y)


def stated(s):
    return WavyValley(s.wavenumber, s.n, s.n + 1).slope(s.multiple / s.wavenumber, rise(s), s.off)


CLAIM = Claim(
    id="ahn2024/bessel-law",
    title="the drift on a wavy valley at any radius",
    statement=r"""On $a(y)|z|^2/2$, $z\in\mathbb R^n$, $d=n+1$, $a=m+b\cos(ky+c)$: $\mathbb
        E\,\partial_yf=a'(y)\,[\frac{|z|^2}2W_d(k\rho)+\frac{\rho^2n}{2d}W_{d+2}(k\rho)]$,
        $W_D(s)=\Gamma(D/2)(2/s)^{D/2-1}J_{D/2-1}(s)$: in the plane at $z=0$ $\frac{\rho^2}2a'J_1(k\rho)/(k\rho)$.""",
    source="Bessel law",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    observe=observe,
    expect=stated,
    domain={
        "wavenumber": Uniform(1, 8),
        "y": Uniform(-1, 1),
        "multiple": Uniform(0.2, 12),
        "n": Whole(1, 6),
        "off": Uniform(0.0, 1.0),
    },
    corners=tuple({"wavenumber": 6.0, "y": 0.1, "multiple": m, "n": 1, "off": 0.0} for m in (0.5, 3.0, 5.0, 8.0)),
    quick=4,
    full=197,
    seconds=0.0098,
    controls=(
        Control(
            "two spheres of the same mean square",
            "the law is that of one sphere",
            observe=lambda s, rng: np.mean([observe(s, rng, math.sqrt(part)) for part in (0.5, 1.5)]),
        ),
        Control(
            "small-radius law",
            "the law has no change of sign",
            expect=lambda s: SphereAverage(s.multiple / s.wavenumber, s.n + 1).drift * rise(s) * s.n / (s.n + 1),
            change=lambda s: s if s.multiple > 1 and s.off == 0 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
