r"""Theorem L: from a certified tube $r_t\le K^tr_0$ and $d_t\le q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.tangent_contracts import ENCLOSURE
from paper_checks.bartlett2023.problems.convergence import TOLERANCE, errors, hitting_time, time_or_more
from paper_checks.bartlett2023.problems.tube import IN_SHARPER_TUBE, IN_TUBE, SHORT_TUBE, TUBE, tube_start

CORNER = {"d": 2, "h": 0.5, "rho": 0.1, "gap": 0.3, "flat": 0.1, "top": 1.0, "tangent": 0.01, "seed": 1}
STEPS = np.arange(1, 41)
OUT_OF_TUBE = {**CORNER, "h": 1.9, "rho": 1.0, "gap": 0.4, "radial": -0.5, "tangent": 1.0954}
ABOVE_ROUNDING = 1e-4  # of the bound on d: rounding leaves errors of about 1e-14, which the slack must cover


def stated(c):
    return c.tube.bound.hitting_time(TOLERANCE)


def bounds(c):
    """Return the bounds on r and on d over the first steps, those on d as far as they are above rounding."""
    found = c.tube.bound.at(STEPS) if c.tube.certified else formula(c)
    return np.concatenate([found[1][found[1] > 1e-250], found[0][found[0] > ABOVE_ROUNDING]])


def formula(c):
    """Return the right-hand sides at a start where the theorem does not apply."""
    forced = c.tube.forcing * c.tube.tangent**2 * STEPS * max(c.tube.radial_rate, c.tube.contraction**2) ** (STEPS - 1)
    return c.tube.radial_rate**STEPS * c.tube.radial_error + forced, c.tube.contraction**STEPS * c.tube.tangent


def along(c, rng, method=None):
    """Return r and d along the run, where there are bounds."""
    radial, tangent = errors(c.p, trajectory(method or c.p.sam, c.p.objective, c.p.start, steps=STEPS[-1])[1:])
    found = c.tube.bound.at(STEPS) if c.tube.certified else formula(c)
    return np.concatenate([tangent[found[1] > 1e-250], radial[found[0] > ABOVE_ROUNDING]])


def of_descent(c, rng):
    return time_or_more(c.p, stated(c), lambda most: hitting_time(c.p, most, GD(c.p.eta)))


SHARED = {
    "source": "Theorem L: local convergence with explicit constants",
    "origin": "derived",
    "kind": "upper bound",
    "problem": tube_start,
    "quick": 20,
    "full": 400,
    "seconds": 0.005,
}
ALONG = {"relation": AtMost(slack=1e-9, tight_within=1.0001), "observe": along, "expect": bounds}
DESCENT = Control(
    "gradient descent",
    "GD goes to the minimum",
    observe=lambda c, rng: along(c, rng, GD(c.p.eta)),
    everywhere=False,  # a start whose bound on d is never above rounding shows the tangent alone, which GD shrinks too
)
CLAIMS = (
    Claim(
        id="bartlett2023/local-bound",
        title="a sharp number of steps from a certified tube (Theorem L)",
        statement=r"""From a certified tube both errors are at most $10^{-6}$ at some step no later than the first at
            which $K^tr_0$ and $q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$ are.""",
        relation=AtMost(tight_within=1.2),
        observe=lambda c, rng: hitting_time(c.p),
        expect=stated,
        domain=TUBE,
        hypotheses={**IN_TUBE, **SHORT_TUBE},
        controls=(
            Control("gradient descent", "GD goes to the minimum", observe=of_descent, everywhere=False),
            Control(
                "half the steps", "it is sharp to a few per cent", expect=lambda c: stated(c) / 2, everywhere=False
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/tangent-contracts",
        title="both errors shrink at every step (Theorem L)",
        statement=r"""In a certified tube ($\delta<1$, $A_1(b_1(1+\delta))>0$, $K<1$) $r_t\le K^tr_0$ and
            $d_t\le q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$ for every $t$.""",
        domain=TUBE,
        corners=(
            {**CORNER, "radial": 0.2},
            {**CORNER, "radial": -0.2},
            {**CORNER, "h": 1.5, "gap": 0.01, "radial": 0.0, "tangent": 0.05},  # the factor t is nearly attained
        ),
        hypotheses=IN_TUBE,
        note="""$d_t=||u_{t,1}|/b_1-1|$ and $r_t$ is the tangent of the angle to $e_1$. Observed: both at each of the
            first forty steps, d_t where its bound is above 1e-4.""",
        enclosure=ENCLOSURE,
        controls=(
            Control("tube not certified", "delta is above 1 and the first step breaks the bound", change=OUT_OF_TUBE),
            DESCENT,
        ),
        **SHARED,
        **ALONG,
    ),
    Claim(
        id="bartlett2023/sharper-tube",
        title="both errors shrink in a wider tube too",
        statement=r"""With $s=b_1\max(0,1-D)$ as the lower end in $K$ the bounds of Theorem L hold without
            $\delta<1$.""",
        domain={**TUBE, "radial": Uniform(-0.95, 3.0), "tangent": LogUniform(1e-4, 30.0)},
        corners=({**OUT_OF_TUBE, "tight": True},),
        hypotheses=IN_SHARPER_TUBE,
        fixed={"tight": True},
        controls=(
            Control("the lower end of Theorem L", "K is then too small", change={**OUT_OF_TUBE, "tight": False}),
            DESCENT,
        ),
        **SHARED,
        **ALONG,
    ),
)
