r"""For $h<2$ gradient descent goes to the minimum: $|w_t|\le\max_i|1-\eta\lambda_i|^t\,|w_0|$."""

import math

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.gd_has_no_cycle import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, STABLE, quadratic

STEPS = 400
SMALLEST = 1e-290  # in units of the start; below it numbers underflow


def distance(p, rng, method=None):
    path = trajectory(method or GD(p.eta), p.objective, p.start, steps=STEPS)
    return math.hypot(*path[-1])  # of squares below 1e-308 the root would lose digits


def bound(p, power=1):
    factor = np.abs(1 - p.eta * p.eigenvalues).max()
    return max(factor ** (power * STEPS), SMALLEST) * np.linalg.norm(p.start)


CLAIM = Claim(
    id="bartlett2023/gd-has-no-cycle",
    title="gradient descent goes to the minimum instead",
    statement=r"For $h<2$ gradient descent on the quadratic has $|w_t| \le \max_i|1-\eta\lambda_i|^t\,|w_0|$.",
    source="Gradient descent",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1e3),
    problem=quadratic,
    observe=distance,
    expect=bound,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    seconds=0.002,
    note="Observed: the distance from the minimum after 400 steps.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "SAM",
            "SAM keeps bouncing at a finite distance",
            observe=lambda p, rng: distance(p, rng, p.sam),
            change=lambda s: {**s, "h": min(max(s.h, 0.6), 1.4), "gap": 0.3, "d": 2},
        ),
        Control(
            "twice the rate", "the slowest direction attains the factor", expect=lambda p: bound(p, 2), everywhere=False
        ),
    ),
)
