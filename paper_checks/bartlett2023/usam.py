r"""Without normalisation SAM is linear with factors $1-\eta(\lambda_i+\rho\lambda_i^2)$, stable below a threshold."""

from functools import partial

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, USAM
from flatlab.theory.sam import USAMOnQuadratic
from paper_checks.bartlett2023.enclosures import usam_factors, usam_threshold
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, quadratic

USAM_DOMAIN = {**DOMAIN, "factor": Uniform(0.05, 1.95)}


def usam(factor, **setting):
    """Return a quadratic, USAM at ``factor`` times its threshold and the factor; rho is in units of 1 / lambda_1."""
    p, rho = quadratic(**setting), setting["rho"] / setting["top"]
    return p, USAM(factor * USAMOnQuadratic(p.eigenvalues, rho).threshold, rho), factor


def at_threshold_of_gd(factor, **setting):
    """Return the case with rho lambda_1 = 1 and nine tenths of the threshold of gradient descent."""
    p = quadratic(**setting)
    return p, USAM(1.8 / p.eigenvalues[0], 1 / p.eigenvalues[0]), 0.9


def ratios(case, rng, of_descent=False):
    p, method, _ = case
    path = trajectory(GD(method.eta) if of_descent else method, p.objective, p.start, steps=1)
    return path[1] / path[0]


def growth(case, rng):
    """Return the sign of the growth of |w| over a hundred steps."""
    p, method, _ = case
    path = trajectory(method, p.objective, p.axis(0, 1.0), steps=100)
    return np.sign(np.linalg.norm(path[-1]) - np.linalg.norm(path[0]))


CLAIMS = (
    Claim(
        id="bartlett2023/usam-factors",
        title="without the normalisation the map is linear",
        statement=r"On a quadratic USAM multiplies coordinate $i$ by $1-\eta(\lambda_i+\rho\lambda_i^2)$.",
        source="USAM threshold",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-12, atol=1e-14),
        problem=usam,
        observe=ratios,
        expect=lambda case: USAMOnQuadratic(case[0].eigenvalues, case[1].rho).factors(case[1].eta),
        domain=USAM_DOMAIN,
        quick=20,
        full=500,
        seconds=0.002,
        enclosure=usam_factors.ENCLOSURE,
        controls=(
            Control(
                "gradient descent",
                "the ascent adds rho lambda^2",
                observe=partial(ratios, of_descent=True),
                change=lambda s: {**s, "rho": max(s.rho, 0.1)},
            ),
        ),
    ),
    Claim(
        id="bartlett2023/usam-threshold",
        title="USAM's step size threshold",
        statement=r"""Along $e_1$ USAM nears the minimum for $\eta < 2/(\lambda_1(1+\rho\lambda_1))$ and moves
            away from it above.""",
        source="USAM threshold",
        origin="derived",
        kind="equality",
        relation=Equal(),
        problem=usam,
        observe=growth,
        expect=lambda case: np.sign(case[2] - 1),
        domain=USAM_DOMAIN,
        corners=tuple(
            {**CORNERS[0], "h": 0.5, "rho": rho, "factor": factor} for rho in (1e-2, 10.0) for factor in (0.999, 1.001)
        ),
        hypotheses={"the step size is not at the threshold": lambda s: abs(s.factor - 1) > 1e-6},
        quick=20,
        full=500,
        seconds=0.002,
        note="Observed: the sign of the growth of |w|; expected: that of eta minus the threshold.",
        enclosure=usam_threshold.ENCLOSURE,
        controls=(
            Control(
                "gradient descent's threshold",
                "at nine tenths of 2 / lambda_1 USAM with rho lambda_1 = 1 diverges",
                problem=at_threshold_of_gd,
            ),
        ),
    ),
)
