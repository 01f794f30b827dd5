r"""From afar $|\Lambda w_t|\le s^*$ by step $T_{far}$, and in the ball $|u_{t+1,1}|\ge\alpha|u_{t,1}|$."""

from itertools import pairwise

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtLeast, AtMost
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.convergence import (
    AIMED,
    PLAIN,
    aimed,
    beyond,
    first_step,
    quick_enough,
    soon_in_the_ball,
    time_or_more,
    trapping_ball,
)

FAR = {**{name: values for name, values in AIMED.items() if name != "norm"}, "h": Uniform(0.01, 0.99)}
PLAIN_FAR = {**{name: value for name, value in PLAIN.items() if name != "norm"}, "seed": 1}
SEEN = 1e-290  # smaller coordinates underflow


def far_steps(p):
    return trapping_ball(p).far_steps


def steps_to_critical(p, most=np.inf, method=None):
    limit = p.theory.critical_norm
    return first_step(p, lambda path: np.linalg.norm(path * p.eigenvalues, axis=1) <= limit, most, method)


def slow_descent(p, rng):
    """Return when gradient descent of a tenth of the step size is there."""
    return time_or_more(p, far_steps(p), lambda most: steps_to_critical(p, most, GD(0.1 * p.eta)))


def least_growth(p, rng, method=None):
    entry = trapping_ball(p).entry
    leading = np.abs(trajectory(method or p.sam, p.objective, p.start, steps=entry + 200)[entry:, 0])
    return min(after / before for before, after in pairwise(leading) if min(before, after) > SEEN)


SHARED = {"source": "Trapping ball", "origin": "derived", "quick": 20, "full": 300, "seconds": 0.005}
CLAIMS = (
    Claim(
        id="bartlett2023/far-steps",
        title="steps to the critical norm from a far start",
        statement=r"""For $h<1$ and $s_0\ge s^*$, $s_t\le s^*$ at some
            $t\le T_{far}=\lceil\ln(s_0/s^*)/(-\ln(1-h_d))\rceil$.""",
        kind="upper bound",
        relation=AtMost(tight_within=1.01),
        problem=beyond,
        observe=lambda p, rng: steps_to_critical(p),
        expect=far_steps,
        domain={**FAR, "far": LogUniform(1.0, 1e12)},
        corners=({**PLAIN_FAR, "h": 0.1, "tilt": 1e200, "far": 1e60},),
        hypotheses=soon_in_the_ball(beyond),
        controls=(
            Control(
                "gradient descent of a tenth of the step",
                "it shrinks by 1 - h_d / 10 a step",
                observe=slow_descent,
                everywhere=False,
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/growth-floor",
        title="least growth of the first coordinate in the ball",
        statement=r"""In the trapping ball $|u_{t+1,1}|\ge\alpha|u_{t,1}|$ with $\alpha=A_1(s_{\max})>0$, which is
            $(1-h)h_d/(1-h_d)$ from step $T_{far}+1$ on, $(1-h)(s^*/s_{\max}-1)$ for $h<1$ and $s_0<s^*$, and
            $h-1+\eta\rho\lambda_1^2/s_{\max}$ for $h\ge1$.""",
        kind="lower bound",
        relation=AtLeast(slack=1e-9, tight_within=1.0001),
        problem=aimed,
        observe=least_growth,
        expect=lambda p: trapping_ball(p).growth_floor,
        domain=AIMED,
        hypotheses=quick_enough(aimed),
        note="Observed: the least factor of 200 steps. Attained where the start has the largest norm of the ball.",
        controls=(
            Control(
                "gradient descent",
                "its factor is h - 1, without the ascent step",
                observe=lambda p, rng: least_growth(p, rng, GD(p.eta)),
                change={"h": 1.5, "norm": 1.0, "gap": 0.3, "flat": 0.9, "tilt": 1.0},
            ),
        ),
        **SHARED,
    ),
)
