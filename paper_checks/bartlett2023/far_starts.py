r"""From starts at a distance that does not shrink with $\rho$ SAM reaches the bounce over some minimum as well."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, nearest_minimum
from flatlab.methods import GD
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023.problems.bounces import (
    MANY,
    SEPARATED,
    SHORT,
    curved_problem,
    pooled_order,
    replicates,
)
from paper_checks.bartlett2023.problems.quadratic import STABLE

PATIENCE = 3  # times the settling time of a bounce: for the way in, growth out of the minimum, and settling


def starts(seed, distance, **setting):
    """Return replicates of curved problems, each with a start at ``distance`` from its minimum 0."""

    def draw(rng):
        bounce = curved_problem(rng, **setting)
        start = rng.standard_normal(bounce.frame.minimum.size)
        return bounce, distance * start / np.linalg.norm(start)

    return replicates(draw, seed, pooled=3)


def error(one, rho, method=None):
    """Return how far a late iterate is from ``z + a v_1`` or ``z - a v_1`` at the minimum z under the bounce."""
    bounce, start = one
    path = bounce.late(rho, PATIENCE * bounce.settling_steps(), method and method(bounce.eta), start=start / rho)
    centre = bounce_centres(path)[0]
    frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centre, bounce.rank))
    reach = TwoCycle(frame.sharpness, bounce.eta, rho).radius * frame.direction
    off = path[0] - frame.minimum
    return min(off - reach, off + reach, key=np.linalg.norm)


def order(method=None):
    def observe(found, rng):
        return pooled_order(found, lambda one: [error(one, one[0].rho(reach), method) for reach in SHORT], SHORT)

    return observe


CLAIM = Claim(
    id="bartlett2023/far-start",
    title="from a far start SAM reaches the bounce",
    statement=r"""From a start at a fixed distance from the minima SAM ends, for small $\rho$, within $O(\rho^2)$ of the
        bounce $z\pm av_1$, where $z$ is the minimum under its centre and $v_1$ and $a$ belong to it.""",
    source=("What the authors state", "Far starts"),
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=starts,
    observe=order(),
    expect=2,
    domain={**SEPARATED, "h": Uniform(0.1, 1.5), "distance": Uniform(0.1, 0.5)},
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.2,
    few=MANY,
    note="""Observed: the order in rho of the distance from the bounce after three times its settling time, over ten
        random problems. Curvatures change on the length 1.""",
    controls=(Control("gradient descent", "it ends at the minimum, a away: order 1", observe=order(GD)),),
)
