r"""On a wavy valley in the plane the mean of $\partial_yf$ is $\rho^2a'(y)J_1(k\rho)/(2k\rho)$ at every radius."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Equal
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave
from flatlab.theory.escape import SphereAverage, WavyValley
from paper_checks.ahn2024.problems.gradients import gradient_at


def observe(s, rng, points=400):
    """Return the circle average of the gradient along the valley, at the bottom."""
    objective, rho = Valley(Wave(2.0, 1.0, s.wavenumber), 1), s.multiple / s.wavenumber
    angles = 2 * np.pi * (np.arange(points) + 0.5) / points
    circle = np.array([0.0, s.y]) + rho * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.mean([gradient_at(objective, w)[1] for w in circle])


def rise(s):
    """Return a'(y) of a = 2 + cos(k y)."""
    return -s.wavenumber * np.sin(s.wavenumber * s.y)


CLAIM = Claim(
    id="ahn2024/bessel-law",
    title="the drift on a wavy valley at any radius",
    statement=r"""On $a(y)z^2/2$, $a=m+b\cos(ky+c)$, in the plane $\mathbb
        E\,\partial_yf=\frac{\rho^2}{2}a'(y)\,J_1(k\rho)/(k\rho)$ at $z=0$.""",
    source="Bessel law",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    observe=observe,
    expect=lambda s: WavyValley(s.wavenumber, 1, 2).slope(s.multiple / s.wavenumber, rise(s)),
    domain={"wavenumber": Uniform(1, 8), "y": Uniform(-1, 1), "multiple": Uniform(0.2, 12)},
    corners=tuple({"wavenumber": 6.0, "y": 0.1, "multiple": m} for m in (0.5, 3.0, 5.0, 8.0)),
    note="""At small radius the drift is half of the small-radius law's coefficient times a', as the trace is divided by
        d = 2.""",
    controls=(
        Control(
            "small-radius law",
            "the law has no change of sign",
            expect=lambda s: SphereAverage(s.multiple / s.wavenumber, 2).drift * rise(s) / 2,
            change=lambda s: s if s.multiple > 1 else None,
        ),
    ),
)
