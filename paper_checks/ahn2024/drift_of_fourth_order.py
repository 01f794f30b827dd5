r"""On a quartic valley the drift of random smoothing has a term of fourth order, with the sign of $a'''$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.objectives import Valley
from flatlab.objectives.valleys.named_profiles import TwoWells
from flatlab.objectives.valleys.profiles import ScaledProfile
from paper_checks.ahn2024.problems.gradients import gradient_at, sphere_rule


def beyond(s, rng, axes=False):
    """Return what the mean of the gradient along y has beyond second order, over rho^4, at a minimum."""
    d, objective = s.n + 1, Valley(ScaledProfile(TwoWells(), s.level, s.width), s.n)
    points, weights = (np.concatenate([np.eye(d), -np.eye(d)]), np.full(2 * d, 1 / (2 * d))) if axes else sphere_rule(d)
    minimum = np.append(np.zeros(s.n), s.place * s.width)
    found = weights @ [gradient_at(objective, minimum + s.rho * g)[-1] for g in points]
    slope = s.level / s.width * 4 * s.place * (s.place**2 - 1)
    return (found - s.rho**2 / 2 * s.n / d * slope) / s.rho**4


def stated(s):
    d = s.n + 1
    return s.n / (4 * d * (d + 2)) * 24 * s.place * s.level / s.width**3


CLAIM = Claim(
    id="ahn2024/drift-of-fourth-order",
    title="the next order of the drift of random smoothing",
    statement=r"""On $f=a(y)|z|^2/2$, $z\in\mathbb R^n$, $n\le2$, with $a$ a polynomial of degree four, the mean
        perturbation of random smoothing along the minima is exactly
        $\frac{\rho^2}2\cdot\frac nd\bigl[a'+\frac{\rho^2}{2(d+2)}a'''\bigr]$: between two wells $a=1+(y^2-1)^2$ it
        vanishes at $y^2=1-\frac{3\rho^2}{d+2}$, nearer to the top than the wells, and from $\rho^2=\frac{d+2}3$ on
        at the top alone.""",
    source=("Sphere average", "Drift of the smoothed perturbation"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8, atol=1e-9),
    observe=beyond,
    expect=stated,
    domain={
        "n": Choice((1, 2)),
        "level": Uniform(0.5, 2.0),
        "width": Uniform(0.5, 2.0),
        "place": Uniform(-1.5, 1.5),
        "rho": LogUniform(0.1, 2.0),
    },
    quick=5,
    full=200,
    seconds=0.0015,
    note=r"""Observed: what the exact mean has beyond second order, over $\rho^4$, on level times 1 + (s^2 - 1)^2 with
        s = y/width; place is s at the minimum.""",
    controls=(
        Control(
            "directions along the axes",
            "they have the sphere's second moments and not its fourth ones",
            observe=lambda s, rng: beyond(s, rng, axes=True),
            change=lambda s: None if abs(s.place) < 0.01 else s,
        ),
    ),
)
