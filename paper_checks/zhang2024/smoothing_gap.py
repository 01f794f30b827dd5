r"""$F-f=(s^2/2)\operatorname{tr}A$ on a quadratic; on quartics a term in $s^4$ comes after the trace."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import DenseQuadratic, NormQuartic, SeparableQuartic, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.enclosures import quadratic_smoothing, quartic_smoothing
from paper_checks.zhang2024.problems.estimators import DENSE, DENSE_CORNERS, dense, separable


def quadratic_gap(p, rng):
    """Return (F - f)/s^2 from values of f alone; three nodes are exact up to degree five."""
    objective = DenseQuadratic(p.matrix)
    smoothed = quadrature_expectation(lambda u: value(objective, p.w + u), p.w.size, p.s, 3)
    return (smoothed - value(objective, p.w)) / p.s**2


def along_the_sharpest(p, rng):
    """Put fair signs along the sharpest direction in place of the noise."""
    objective, push = DenseQuadratic(p.matrix), p.s * np.linalg.eigh(p.matrix)[1][:, -1]
    both = value(objective, p.w + push) + value(objective, p.w - push)
    return (both / 2 - value(objective, p.w)) / p.s**2


def stated_trace(p):
    return GaussianNoise(p.s).quadratic_gap(np.linalg.eigvalsh(p.matrix)) / p.s**2


def quartic(form, **setting):
    return separable(**setting), form


def quartic_gap(case, rng, nodes=3):
    """Return F - f from values of f alone; three nodes are exact up to degree five, two are fair signs of size s."""
    p, form = case
    objective = SeparableQuartic(p.coefficients) if form == "separable" else NormQuartic()
    return quadrature_expectation(lambda u: value(objective, p.w + u), p.w.size, p.s, nodes) - value(objective, p.w)


def stated_quartic(case, last=1.0):
    """Return the stated gap, with the term in s^4 multiplied by ``last``."""
    p, form = case
    noise, d = GaussianNoise(p.s), p.w.size
    if form == "separable":
        return noise.separable_quartic_gap(p.w, p.coefficients) + (last - 1) * 3 * p.coefficients.sum() * p.s**4
    return noise.norm_quartic_gap(p.w) + (last - 1) * d * (d + 2) * p.s**4


CLAIMS = (
    Claim(
        id="zhang2024/quadratic-smoothing",
        title="noise adds half the Hessian trace",
        statement=r"On a quadratic $F - f = (s^2/2)\operatorname{tr} A$, exactly and at every point.",
        source="Gaussian smoothing",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10, atol=1e-10),
        problem=dense,
        observe=quadratic_gap,
        expect=stated_trace,
        domain=DENSE,
        corners=DENSE_CORNERS,
        quick=8,
        full=200,
        seconds=0.0012,
        note="In units of s^2, since the trace may be near 0, by a quadrature that is exact for quadratics.",
        enclosure=quadratic_smoothing.ENCLOSURE,
        controls=(
            Control(
                "no half", "the second-order term of the expansion carries 1/2", expect=lambda p: 2 * stated_trace(p)
            ),
            Control(
                "largest curvature",
                "the penalty is the trace, not the top eigenvalue",
                observe=along_the_sharpest,
                change=lambda s: {**s, "d": max(s.d, 2)},
            ),
        ),
    ),
    Claim(
        id="zhang2024/quartic-smoothing",
        title="fourth-order term on quartics",
        statement=r"""$F-f = 6s^2\sum a_iw_i^2 + 3s^4\sum a_i$ for $\sum a_iw_i^4$, and $2(d+2)s^2|w|^2 + d(d+2)s^4$
            for $|w|^4$.""",
        source="Gaussian smoothing",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-10),
        problem=quartic,
        observe=quartic_gap,
        expect=stated_quartic,
        domain={**DENSE, "form": Choice(("separable", "norm"))},
        corners=tuple({**corner, "form": form} for corner in DENSE_CORNERS for form in ("separable", "norm")),
        quick=8,
        full=200,
        seconds=0.0018,
        enclosure=quartic_smoothing.ENCLOSURE,
        controls=(
            Control(
                "fair signs",
                "their fourth moment is a third of the Gaussian one",
                observe=lambda case, rng: quartic_gap(case, rng, nodes=2),
                change=lambda s: {**s, "form": "separable"},
            ),
            Control(
                "trace term alone", "the fourth-order term is missing", expect=lambda case: stated_quartic(case, 0.0)
            ),
            Control(
                "wrong coefficient",
                "1/4 in place of 1/8 doubles the last term",
                expect=lambda case: stated_quartic(case, 2.0),
            ),
        ),
    ),
)
