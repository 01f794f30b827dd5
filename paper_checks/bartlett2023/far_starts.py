r"""From starts at a distance that does not shrink with $\rho$ SAM reaches the bounce over some minimum as well."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, nearest_minimum
from flatlab.methods import GD
from flatlab.objectives import hessian
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

REACHES = SHORT / 10  # at the minimum where a run ends h can be larger, and 2 - h small
WAY_IN, STEEPEST = 12, 1.8  # steps of gradient descent along which eta times the curvature stays below the second
PATIENCE = 3  # times the settling time of a bounce: for the way in, growth out of the minimum, and settling


def starts(seed, distance, **setting):
    """Return replicates of curved problems, with starts at ``distance`` from the minimum 0, from which GD is stable."""

    def draw(rng):
        bounce = curved_problem(rng, **setting)
        while True:
            start = rng.standard_normal(bounce.frame.minimum.size)
            start *= distance / np.linalg.norm(start)
            way = trajectory(GD(bounce.eta), bounce.objective, start, steps=WAY_IN, keep_divergence=True)
            if np.isfinite(way).all() and all(
                bounce.eta * np.linalg.eigvalsh(hessian(bounce.objective, w))[-1] < STEEPEST for w in way
            ):
                return bounce, start

    return replicates(draw, seed, pooled=3)


def under(bounce, path):
    """Return the bounce at the minimum under a late piece of a run."""
    z = nearest_minimum(bounce.objective, bounce_centres(path)[0], bounce.rank)
    return bounce._replace(frame=bounce_frame(bounce.objective, z))


def errors(one, method=None):
    """Yield how far a late iterate is from ``z + a v_1`` or ``z - a v_1``, z the minimum under it, for each radius."""
    bounce, start = one
    radii, method, steps = (
        [bounce.rho(reach) for reach in REACHES],
        method and method(bounce.eta),
        bounce.settling_steps(),
    )
    first = bounce.late(radii[0], PATIENCE * steps, method, start=start / radii[0])
    steps = max(steps, under(bounce, first).settling_steps())  # a bounce elsewhere can take longer to settle
    for rho in radii:
        path = bounce.late(rho, PATIENCE * steps, method, start=start / rho)
        frame = under(bounce, path).frame
        reach = TwoCycle(frame.sharpness, bounce.eta, rho).radius * frame.direction
        off = path[0] - frame.minimum
        yield min(off - reach, off + reach, key=np.linalg.norm)


def order(method=None):
    def observe(found, rng):
        return pooled_order(found, lambda one: errors(one, method), REACHES)

    return observe


CLAIM = Claim(
    id="bartlett2023/far-start",
    title="from a far start SAM reaches the bounce",
    statement=r"""From a start at a fixed distance from the minima, with $\eta\lambda_{\max}<1.8$ on the way to them,
        SAM ends, for small $\rho$, within $O(\rho^2)$ of the bounce $z\pm av_1$, where $z$ is the minimum under its
        centre and $v_1$ and $a$ belong to it.""",
    source=("What the authors state", "Far starts"),
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=starts,
    observe=order(),
    expect=2,
    domain={**SEPARATED, "h": Uniform(0.1, 1.2), "distance": Uniform(0.1, 0.4)},
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.4,
    few=MANY,
    note="""Observed: the order in rho of the distance from the bounce after three times its settling time, over thirty
        random problems, from starts 0.1 to 0.4 away. Curvatures change on the length 1. Where one exceeds 2/eta runs
        can diverge.""",
    controls=(Control("gradient descent", "it ends at the minimum, a away: order 1", observe=order(GD)),),
)
