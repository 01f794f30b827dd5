r"""Theorem G and then Theorem L bound the steps to the two-cycle along the leading eigenvector."""

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
    """Return the steps T to the trapping ball, and the step counts of both theorems from the gradient at x_T."""
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
    title="a bound on the number of steps (Theorem G, then L)",
    statement=r"""SAM on a quadratic with $\lambda_1>\lambda_2$, $\lambda_d>0$ and $h=\eta\lambda_1<2$. Let
        $T=T_{far}+1$ if $h<1$ and the gradient at the start is longer than the critical length $s^*$, so that $x_T$
        lies in the trapping ball, else $T=0$. From $x_T$ with a component along the leading eigenvector, Theorem G
        needs $\lfloor N_A+N_B\rfloor$ steps to its tube around the two-cycle along that eigenvector, and Theorem L then
        $N_L$ steps. At some step up to $T+\lfloor N_A+N_B\rfloor+N_L$ the gradient's component along the eigenvector
        differs in size from that on the cycle by at most $10^{-6}$ of it, and the tangent of the gradient's angle to
        the eigenvector is at most $10^{-6}$.""",
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
    note="""Very loose: the bound is about a million times the actual number in the median, and within a factor of
        two only at the corner that starts far out. For T > 0 the number is known only once x_T is: it is taken from the
        run.""",
    controls=(
        Control(
            "only Theorem L",
            "without the steps of Theorem G: the start is not in its tube yet",
            expect=lambda p: bounds(p)[1].in_tube,
            everywhere=False,
        ),
        Control(
            "gradient descent",
            "GD goes to the minimum, not to the cycle; it is followed for 20 000 steps at most",
            observe=of_descent,
            everywhere=False,
        ),
    ),
)
