r"""Theorem G, then L: a certified number of steps to the top cycle from the iterate that enters the trapping ball."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from flatlab.theory.sam import hand_over
from paper_checks.bartlett2023.problems.convergence import MODEST, TOLERANCE, hitting_time, trapping_ball
from paper_checks.bartlett2023.problems.quadratic import STABLE, quadratic

MOST_STEPS = 20_000


def observe(p, rng):
    steps, found = 4096, np.inf
    while np.isinf(found) and steps <= 3e6:
        found, steps = hitting_time(p, steps), 8 * steps
    return found


def bounds(p):
    """Return the number of steps to the ball and Theorems G and L from the iterate that is then reached."""
    entry = trapping_ball(p).entry
    entered = trajectory(p.sam, p.objective, p.start, steps=entry)[-1]
    return entry, hand_over(p.theory, p.eigenvalues * entered, TOLERANCE)


def bound(p):
    entry, found = bounds(p)
    return entry + found.iterations


def observe_descent(p, rng):
    """Return when gradient descent is at the cycle, or one step more than it was given, up to the bound."""
    steps = int(min(bound(p), MOST_STEPS)) + 1
    found = hitting_time(p, steps, GD(p.eta))
    return steps if np.isinf(found) else found


CLAIM = Claim(
    id="bartlett2023/global-bound",
    title="a certified number of steps (Theorem G, then L)",
    statement=r"""Radial error and tangent are both at most $10^{-6}$ at some step no later than
        $T+\lfloor N_A+N_B\rfloor$ and the steps of Theorem L, where $N_A$ and $N_B$ belong to the iterate at step $T$;
        $T=T_{far}+1$ for $h<1$ and $s_0\ge s^*$, else $T=0$.""",
    source=("Theorem G: iterations to a certified tube", "Hand-over from Theorem G to Theorem L"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1e5),
    problem=quadratic,
    observe=observe,
    expect=bound,
    domain=MODEST,
    corners=(
        {"d": 3, "h": 1.0, "rho": 0.1, "gap": 0.3, "top": 1.0, "scale": 1.0, "seed": 1, "flat": 0.1},
        {"d": 2, "h": 0.2, "rho": 0.1, "gap": 0.5, "top": 1.0, "scale": 30.0, "seed": 1},
    ),
    hypotheses=STABLE,
    quick=12,
    full=200,
    note="""Rigorous and very loose: bound over actual is about a million in the median. From starts above s* the
        iterate at step T is taken from the run itself, so that the number is not known beforehand.""",
    controls=(
        Control(
            "only the local part",
            "the start is not in the tube yet",
            expect=lambda p: bounds(p)[1].in_tube,
            everywhere=False,
        ),
        Control(
            "gradient descent",
            "GD goes to the minimum; it is followed to the bound where that is near enough",
            observe=observe_descent,
            everywhere=False,
        ),
    ),
)
