r"""Theorem G, then L: a certified number of steps to the top cycle from the iterate that enters the trapping ball."""

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from flatlab.theory.sam import hand_over
from paper_checks.bartlett2023.problems.convergence import (
    MODEST,
    TOLERANCE,
    hitting_time,
    quick_enough,
    time_or_more,
    trapping_ball,
)
from paper_checks.bartlett2023.problems.quadratic import quadratic


def bounds(p):
    """Return the number of steps to the ball and Theorems G and L from the iterate that is then reached."""
    entry = trapping_ball(p).entry
    entered = trajectory(p.sam, p.objective, p.start, steps=entry)[-1]
    return entry, hand_over(p.theory, p.eigenvalues * entered, TOLERANCE)


def bound(p):
    entry, found = bounds(p)
    return entry + found.iterations


def of_descent(p, rng):
    return time_or_more(p, bound(p), lambda most: hitting_time(p, most, GD(p.eta)))


CLAIM = Claim(
    id="bartlett2023/global-bound",
    title="a certified number of steps (Theorem G, then L)",
    statement=r"""Radial error and tangent are both at most $10^{-6}$ at some step no later than
        $T+\lfloor N_A+N_B\rfloor$ and the steps of Theorem L, where $N_A$ and $N_B$ belong to the iterate at step $T$;
        $T=T_{far}+1$ for $h<1$ and $s_0\ge s^*$, else $T=0$.""",
    source=("Theorem G: iterations to a certified tube", "Hand-over from Theorem G to Theorem L"),
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=2),
    problem=quadratic,
    observe=lambda p, rng: hitting_time(p),
    expect=bound,
    domain=MODEST,
    corners=(
        {"d": 3, "h": 1.0, "rho": 0.1, "gap": 0.3, "top": 1.0, "scale": 1.0, "seed": 1, "flat": 0.1},
        {"d": 2, "h": 0.2, "rho": 0.1, "gap": 0.5, "top": 1.0, "scale": 30.0, "seed": 1, "flat": 0.1},
    ),
    hypotheses=quick_enough(quadratic),
    quick=12,
    full=200,
    seconds=0.008,
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
            observe=of_descent,
            everywhere=False,
        ),
    ),
)
