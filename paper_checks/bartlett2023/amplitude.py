r"""The two-cycle of SAM on a convex quadratic has radius $a_1=\rho h/(2-h)$ with $h=\eta\lambda_1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.amplitude import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, REACHES, late, quadratic


def observe(p, rng, method=None):
    return np.linalg.norm(late(p, method), axis=1).mean()


CLAIM = Claim(
    id="bartlett2023/amplitude",
    title="amplitude of the two-cycle",
    statement=r"For $\eta\lambda_1<2$ the cycle along $e_1$ has radius $a_1 = \rho\,\eta\lambda_1/(2-\eta\lambda_1)$.",
    source="Stationary points of J",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12),
    problem=quadratic,
    observe=observe,
    expect=lambda p: p.radius,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=300,
    seconds=0.006,
    note="Observed: the mean length of three late iterates of a random start.",
    enclosure=ENCLOSURE,
    controls=(
        Control("gradient descent", "GD goes to the minimum", observe=lambda p, rng: observe(p, rng, GD(p.eta))),
        Control("sign", "2 + h in place of 2 - h", expect=lambda p: p.rho * p.h / (2 + p.h)),
        Control("factor two", "twice the radius", expect=lambda p: 2 * p.rho * p.h / (2 - p.h)),
        Control(
            "rho squared",
            "the radius is linear in rho",
            expect=lambda p: p.rho**2 * p.h / (2 - p.h),
            change=lambda s: s if abs(s.rho - 1) > 1e-6 else None,
        ),
        Control(
            "ascent point",
            "a_1 + rho is where the gradient is taken, not where the iterate is",
            expect=lambda p: 2 * p.rho / (2 - p.h),
        ),
    ),
)
