r"""Theorem L: from a certified tube $r_t\le K^tr_0$ and $d_t\le q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from paper_checks.bartlett2023.problems.convergence import TOLERANCE, errors, hitting_time
from paper_checks.bartlett2023.problems.tube import IN_TUBE, TUBE, tube_start

CORNER = {"d": 2, "h": 0.5, "rho": 0.1, "gap": 0.3, "top": 1.0, "tangent": 0.01, "seed": 1}
STEPS = np.arange(1, 41)


def stated(c):
    return c.tube.bound.hitting_time(TOLERANCE)


def multipliers(c):
    return np.abs(c.p.theory.multipliers()[1:])


def bounds(c, factor=None):
    """Return ``K^t r_0`` over the first steps, as far as it is above rounding; or powers of another factor there."""
    steps = STEPS[c.tube.contraction**STEPS * c.tube.tangent > 1e-250]
    return (c.tube.contraction if factor is None else factor) ** steps * c.tube.tangent


def tangents(c, rng):
    path = trajectory(c.p.sam, c.p.objective, c.p.start, steps=STEPS[-1])
    return errors(c.p, path)[1][1 : 1 + bounds(c).size]


CLAIMS = (
    Claim(
        id="bartlett2023/local-bound",
        title="a sharp number of steps from a certified tube (Theorem L)",
        statement=r"""From a certified tube both errors are at most $10^{-6}$ at some step no later than the first at
            which $K^tr_0$ and $q^td_0+\frac{2-h}{2}r_0^2\,t\max(q,K^2)^{t-1}$ are.""",
        source="Theorem L: local convergence with explicit constants",
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=1.2),
        problem=tube_start,
        observe=lambda c, rng: hitting_time(c.p, min(2 * stated(c) + 10, 200_000)),
        expect=stated,
        domain=TUBE,
        hypotheses=IN_TUBE,
        quick=20,
        full=400,
        controls=(
            Control(
                "half the steps",
                "the bound is sharp to a few per cent",
                expect=lambda c: stated(c) / 2,
                everywhere=False,
            ),
            Control(
                "the smallest multiplier",
                "the slowest direction sets the time",
                expect=lambda c: np.log(TOLERANCE) / np.log(max(1e-3, multipliers(c).min())),
                everywhere=False,
            ),
        ),
    ),
    Claim(
        id="bartlett2023/tangent-contracts",
        title="the angle to the top axis shrinks by K at every step",
        statement=r"In a certified tube ($\delta<1$, $K<1$) $r_t \le K^t r_0$ for every $t$.",
        source="Theorem L: local convergence with explicit constants",
        origin="derived",
        kind="upper bound",
        relation=AtMost(slack=1e-9, tight_within=1.05),
        problem=tube_start,
        observe=tangents,
        expect=bounds,
        domain=TUBE,
        corners=({**CORNER, "radial": 0.2}, {**CORNER, "radial": -0.2}),
        hypotheses=IN_TUBE,
        quick=20,
        full=400,
        note="""Observed: the first forty steps. Without delta < 1 the statement is false; the control shows a
            counterexample.""",
        controls=(
            Control(
                "tube not certified",
                "delta is above 1 at h = 1.9, r_0 = 1.0954 and the first step breaks the bound",
                change={**CORNER, "h": 1.9, "rho": 1.0, "gap": 0.4, "radial": -0.5, "tangent": 1.0954},
            ),
            Control(
                "multiplier in place of K",
                "K exceeds the multiplier in a tube of positive width",
                expect=lambda c: bounds(c, max(multipliers(c).max(), 1e-9)),
                everywhere=False,
            ),
        ),
    ),
)
