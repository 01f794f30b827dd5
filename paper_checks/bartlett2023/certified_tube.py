r"""Theorem G: some $t\le\lfloor N_A+N_B\rfloor$ has $|\nabla J(u_t)|\le\varepsilon$ and $|u_t|>b_1(1-\theta)$."""

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from flatlab.theory.sam import PromisedTube, global_bound
from paper_checks.bartlett2023.problems.convergence import (
    AIMED,
    PLAIN,
    aimed,
    beyond,
    first_step,
    in_promised_tube,
    quick_enough,
    time_or_more,
    trapping_ball,
)

SHARES = {"share": LogUniform(1e-3, 0.99)}
FAR = {**{name: values for name, values in AIMED.items() if name != "norm"}, "h": Uniform(0.01, 0.99)}
NEAR_CORNER = {**PLAIN, "share": 0.99, "seed": 1}
FAR_CORNER = {**{name: value for name, value in NEAR_CORNER.items() if name != "norm"}, "h": 0.05, "far": 1e100}


def near(share, **setting):
    """Return a start below s* or with h >= 1, and epsilon = ``share`` gamma."""
    p = aimed(**setting)
    return p, share * PromisedTube(p.theory, 1e-300).gamma


def far(share, **setting):
    p = beyond(**setting)
    return p, share * PromisedTube(p.theory, 1e-300).gamma


def observe(case, rng):
    return first_step(case[0], in_promised_tube(*case))


def entered(p):
    """Return the gradient at the first step in the ball: the start's unless that is far."""
    return p.eigenvalues * trajectory(p.sam, p.objective, p.start, steps=trapping_ball(p).entry)[-1]


def bound(case):
    """Return the bound of Theorem G, from the iterate in the ball where the start is far."""
    p, epsilon = case
    return global_bound(p.theory, entered(p), epsilon)


def stated(case):
    return trapping_ball(case[0]).entry + bound(case).iterations


def of_descent(case, rng):
    p, met = case[0], in_promised_tube(*case)
    return time_or_more(p, stated(case), lambda most: first_step(p, met, most, GD(p.eta)))


DESCENT = Control("gradient descent", "GD goes to the minimum", observe=of_descent, everywhere=False)
SHARED = {
    "source": "Theorem G: iterations to a certified tube",
    "origin": "derived",
    "kind": "upper bound",
    "observe": observe,
    "expect": stated,
    "quick": 20,
    "full": 300,
    "seconds": 0.005,
}
CLAIMS = (
    Claim(
        id="bartlett2023/certified-tube",
        title="steps to the tube of Theorem G",
        statement=r"""Let $h<2$, $\lambda_1>\lambda_2$, $w_{0,1}\ne0$, and for $h<1$ $s_0<s^*$. Some
            $t\le\lfloor N_A+N_B\rfloor$ has $|\nabla J(u_t)|\le\varepsilon$ and $s_t>b_1(1-\theta)$, where
            $N_A=S/(\lambda_d^3\varepsilon^2)$, $N_B=[\ln(s_{\max}/|u_{0,1}|)+N_A\ln_+(1/\alpha)]/
            \ln(1+(2-h)\theta)$, $\theta=\frac12(1-b_2/b_1)$ and $0<\varepsilon<\gamma$.""",
        relation=AtMost(tight_within=4),
        problem=near,
        domain={**AIMED, **SHARES},
        corners=(
            {**NEAR_CORNER, "h": 1.995, "gap": 0.995, "tilt": 8.2e-4, "share": 1e-3},  # N_A is needed, with l_d
            {**NEAR_CORNER, "h": 1.5, "gap": 0.1, "norm": 0.62, "tilt": 1e200, "share": 0.5},  # N_B
            {**NEAR_CORNER, "h": 0.3, "norm": 1e15, "tilt": 0.1},  # the delay
        ),
        hypotheses=quick_enough(lambda share, **setting: aimed(**setting)),
        note="""Attained within a factor 3 where a flat direction or the second cycle holds the orbit up; loose by
            many powers of ten for most starts.""",
        controls=(
            DESCENT,
            Control("no growth", "N_A alone", expect=lambda c: bound(c).gradient_steps, everywhere=False),
            Control("growth only", "N_B alone", expect=lambda c: bound(c).growth_steps, everywhere=False),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/certified-tube-from-afar",
        title="steps to the tube of Theorem G from a far start",
        statement=r"""Let $h<1$, $\lambda_1>\lambda_2$, $s_0\ge s^*$ and $w_{T,1}\ne0$ at $T=T_{far}+1$. Some
            $t\le T+\lfloor N_A+N_B\rfloor$, with $N_A$ and $N_B$ of the iterate at step $T$, has
            $|\nabla J(u_t)|\le\varepsilon$ and $s_t>b_1(1-\theta)$.""",
        relation=AtMost(tight_within=4),
        problem=far,
        domain={**FAR, "far": LogUniform(1.0, 1e6), **SHARES},
        corners=(FAR_CORNER,),
        hypotheses={
            **quick_enough(lambda share, **setting: beyond(**setting)),
            "the first coordinate is not zeroed on the way in": lambda s: entered(far(**s)[0])[0] != 0,
        },
        note="""The iterate at step T is taken from the run itself, so that the number is not known beforehand.""",
        controls=(
            DESCENT,
            Control("counted from the start", "T is needed", expect=lambda c: bound(c).iterations, everywhere=False),
        ),
        **SHARED,
    ),
)
