r"""On $a(y)x^2/2$ SAM runs down $a$ to the next $y$ with $a'(y)=0$ and stays; gradient descent and USAM stall."""

import numpy as np
from scipy.optimize import brentq

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.bounces import ravines
from paper_checks.bartlett2023.problems.quadratic import STABLE
from paper_checks.bartlett2023.problems.ravines import profile, stable_usam


def three_ravines(reach, **setting):
    """Return a bounce in each of three ravines, with its radius."""
    return [(pool[1], pool[1].rho(reach)) for pool in ravines(**setting)[:3]]


def widest_place(bounce):
    """Return the first y down the slope of a(y) at which it vanishes."""

    def slope(y):
        return profile(bounce, y)[1]

    y = bounce.frame.minimum[1]
    step = -np.sign(slope(y)) * 0.01 * bounce.objective.profile.width
    while slope(y) * slope(y + step) > 0:
        y += step
    return brentq(slope, y, y + step, xtol=1e-15, rtol=np.float64(1e-14))


def distances(bounces, rng, method=lambda bounce: None):
    """Return how far from the widest place long runs end, in units of the way there."""
    found = []
    for bounce, rho in bounces:
        goal = widest_place(bounce)
        steps = 4 * int(60 / (bounce.eta * rho**2 * profile(bounce, goal)[2]))
        end = bounce.path(rho, steps, method(bounce), every=steps)[-1]
        found.append((end[1] - goal) / (bounce.frame.minimum[1] - goal))
    return found


CLAIM = Claim(
    id="bartlett2023/widest-place",
    title="SAM ends at the next widest place of the ravine, gradient descent does not",
    statement=r"""On $a(y)x^2/2$ SAM with a small $\rho$ runs from the bounce down $a$ to the next $y$ with $a'(y)=0$
        and stays.""",
    source=("What the authors state", "Drift flow"),
    origin="measured",
    kind="equality",
    relation=Equal(atol=1e-9),
    problem=three_ravines,
    observe=distances,
    expect=0,
    domain={
        "h": Uniform(0.1, 1.2),
        "profile": Choice(("bowl", "double-well", "wavy")),
        "reach": Uniform(0.05, 0.15),
        "seed": SEED,
    },
    corners=(
        {"h": 0.3, "profile": "double-well", "reach": 0.1, "seed": 1},
        {"h": 0.5, "profile": "wavy", "reach": 0.1, "seed": 2},
    ),
    hypotheses=STABLE,
    quick=3,
    full=200,
    seconds=0.09,
    note="""Observed: the distance from the next minimum of a down the slope, in units of the way there, at a + rho from
        0.05 to 0.15.""",
    controls=(
        Control(
            "gradient descent",
            "its bounce dies out within a few steps",
            observe=lambda bounces, rng: distances(bounces, rng, lambda bounce: GD(bounce.eta)),
        ),
        Control(
            "no normalisation",
            "below its local threshold USAM's bounce dies out as well",
            observe=lambda bounces, rng: distances(bounces, rng, stable_usam),
        ),
    ),
)
