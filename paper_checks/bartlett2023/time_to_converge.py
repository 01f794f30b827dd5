r"""In the plane $|w_2/w_1|$ falls by the factor $|m_2|$ per step."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.time import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import STABLE, quadratic

FIRST, LAST = 1e-2, 1e-8  # size of |w_2| / |w_1| between which steps are counted
CORNER = {"h": 1.0, "rho": 0.1, "top": 1.0, "seed": 1, "flat": 0.1}


def plane(**setting):
    return quadratic(d=2, scale=1.0, **setting)


def stated(p):
    return np.log(LAST / FIRST) / np.log(abs(p.theory.multipliers()[1]))


def steps(p, rng, method=None):
    """Count the steps from ratio FIRST to ratio LAST, starting on the cycle."""
    path = trajectory(
        method or p.sam, p.objective, np.array([p.radius, FIRST * p.radius]), steps=int(1.2 * stated(p)) + 20
    )
    return int(np.argmax(np.abs(path[:, 1]) < LAST * np.abs(path[:, 0])))


CLAIM = Claim(
    id="bartlett2023/time",
    title="steps to converge",
    statement=r"In the plane $|w_2/w_1|$ falls from $10^{-2}$ to $10^{-8}$ in $\ln 10^{-6}/\ln|m_2|$ steps.",
    source="Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.01, atol=1.5),
    problem=plane,
    observe=steps,
    expect=stated,
    domain={
        "h": Uniform(0.05, 1.95),
        "rho": LogUniform(1e-3, 1e3),
        "gap": LogUniform(1e-3, 0.1),
        "top": LogUniform(0.01, 100),
        "seed": SEED,
    },
    corners=tuple({**CORNER, "gap": gap} for gap in (0.1, 0.05, 0.0125, 0.00625)),
    hypotheses=STABLE,
    quick=10,
    full=200,
    seconds=0.002,
    note="""From $|w_1|=a_1$, at relative gaps up to a tenth. Tolerance: a step and a half for counting, one per cent
        for the start at 1e-2, where the rate still depends on the amplitude.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "twice the rate",
            "two steps make a cycle, but the multiplier is per step",
            expect=lambda p: stated(p) / 2,
            change=lambda s: {**s, "gap": min(s.gap, 0.05)},  # many steps: counting does not matter
        ),
        Control(
            "gradient descent",
            "for h below 1 its ratio grows by (1 - h_2) / (1 - h)",
            observe=lambda p, rng: steps(p, rng, GD(p.eta)),
            change=lambda s: {**s, "h": s.h / 2, "gap": 0.1},  # few steps: nothing underflows
        ),
    ),
)
