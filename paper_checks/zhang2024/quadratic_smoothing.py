r"""On a quadratic $F-f=(s^2/2)\operatorname{tr}A$, exactly and at every point."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import DenseQuadratic, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.problems.estimators import DENSE, DENSE_CORNERS, dense


def gap(p, rng):
    """Return (F - f)/s^2 from values of f alone; three nodes are exact up to degree five."""
    objective = DenseQuadratic(p.matrix)
    smoothed = quadrature_expectation(lambda u: value(objective, p.w + u), p.w.size, p.s, 3)
    return (smoothed - value(objective, p.w)) / p.s**2


def stated(p, largest_only=False):
    eigenvalues = np.linalg.eigvalsh(p.matrix)
    return GaussianNoise(p.s).quadratic_gap(eigenvalues[-1:] if largest_only else eigenvalues) / p.s**2


CLAIM = Claim(
    id="zhang2024/quadratic-smoothing",
    title="noise adds half the Hessian trace",
    statement=r"On a quadratic $F - f = (s^2/2)\operatorname{tr} A$, exactly and at every point.",
    source="Gaussian smoothing",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10, atol=1e-10),
    problem=dense,
    observe=gap,
    expect=stated,
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=8,
    full=100,
    note="In units of s^2, since the trace may be near 0, by a quadrature that is exact for quadratics.",
    controls=(
        Control("no half", "the second-order term of the expansion carries 1/2", expect=lambda p: 2 * stated(p)),
        Control(
            "largest curvature",
            "the penalty is the trace, not the top eigenvalue",
            expect=lambda p: stated(p, largest_only=True),
            change=lambda s: {**s, "d": max(s.d, 2)},
        ),
    ),
)
