r"""From most random starts SAM on a convex quadratic ends in a cycle $w_{t+2}=w_t=-w_{t+1}$ along $e_1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Close, Equal
from flatlab.methods import GD, USAM
from flatlab.theory.sam import USAMOnQuadratic
from paper_checks.bartlett2023.enclosures.two_cycle import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import (
    CORNERS,
    DOMAIN,
    REACHES,
    SEVERAL,
    late,
    quadratic,
    without_first,
)


def three_iterates(p, rng, method=None):
    """Return three late iterates in units of the first, reflected where that puts the first on the side of e_1."""
    points = late(p, method)
    points /= np.linalg.norm(points[0]) or 1.0  # gradient descent may end at 0 exactly
    return points if points[0, 0] >= 0 else -points


def cycle(p):
    top = p.axis(0, 1.0)
    return top, -top, top


def gradient_descent(p, rng):
    return three_iterates(p, rng, GD(p.eta))


def without_normalisation(p, rng):
    stable_rho = (2 / p.eta - p.eigenvalues[0]) / (2 * p.eigenvalues[0] ** 2)
    assert p.eta < USAMOnQuadratic(p.eigenvalues, stable_rho).threshold
    return three_iterates(p, rng, USAM(p.eta, stable_rho))


def cosine(p, rng):
    point = late(p)[0]
    return abs(point[0]) / np.linalg.norm(point)


CLAIMS = (
    Claim(
        id="bartlett2023/two-cycle",
        title="SAM converges to a two-cycle",
        statement=r"""From most random starts SAM on a convex quadratic with simple $\lambda_1$ converges to a cycle
            $w_{t+2} = w_t = -w_{t+1}$ between the two sides of the minimum along the direction $e_1$ of largest
            curvature.""",
        source="What the authors state",
        origin="quoted",
        kind="equality",
        relation=Close(rtol=5e-11),  # then iterates two steps apart agree to 1e-10
        problem=quadratic,
        observe=three_iterates,
        expect=cycle,
        domain=DOMAIN,
        corners=CORNERS,
        hypotheses=REACHES,
        quick=12,
        full=300,
        seconds=0.006,
        note="""Observed: three iterates in a row after the transient, in units of the first. Step sizes are below
            2 / lambda_1, where the cycle exists; its radius is bartlett2023/amplitude. A far start on an
            ill-conditioned quadratic can lose more than 700 e-folds of its component on e_1 on the way in, which
            underflows in double precision; such settings are left out.""",
        enclosure=ENCLOSURE,
        controls=(
            Control("gradient descent", "GD goes to the minimum, not to the cycle", observe=gradient_descent),
            Control("no normalisation", "USAM below its threshold goes to the minimum", observe=without_normalisation),
            Control(
                "start without a component along e_1",
                "the first coordinate stays zero, so the cycle lies along another axis",
                problem=without_first,
                change=lambda s: s if s.d > 1 else None,
            ),
        ),
    ),
    Claim(
        id="bartlett2023/largest-curvature",
        title="the bounce is along the largest curvature",
        statement=r"""From most random starts the iterates turn into the direction of largest curvature, with simple
            $\lambda_1$: $|\cos\angle(w_t, e_1)| \to 1$.""",
        source="What the authors state",
        origin="quoted",
        kind="equality",
        relation=Equal(atol=1e-12),
        problem=quadratic,
        observe=cosine,
        expect=1,
        domain=SEVERAL,
        corners=CORNERS,
        hypotheses=REACHES,
        quick=8,
        full=200,
        seconds=0.006,
        controls=(
            Control(
                "start without a component along e_1", "the bounce is along the second axis", problem=without_first
            ),
        ),
    ),
)
