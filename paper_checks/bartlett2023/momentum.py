r"""With momentum SAM has an attracting cycle for every sequence of signs that its linear recursion reproduces."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.momentum import cycle, late

PATTERNS = ("+-", "++--", "+++---", "++++----", "++-", "+++--", "++-++--+--", "++--+-")


def four(p):
    """Return the formula for the four-cycle."""
    beta, s = p.theory.beta, p.eta * p.theory.eigenvalue * (1 - p.theory.beta)
    rest, damping = 1 + beta - s, 1 - beta
    sizes = np.array([rest + damping, rest - damping]) * s * p.theory.rho / (rest**2 + damping**2)
    return np.concatenate([sizes, -sizes])


SIZES = {"rho": LogUniform(1e-3, 1e3), "top": LogUniform(0.01, 100)}
DESCENT = Control("gradient descent", "it goes to the minimum", observe=lambda p, rng: late(p, rng, GD))
SHARED = {
    "source": "Cycles with momentum",
    "origin": "derived",
    "kind": "equality",
    "relation": Equal(rtol=1e-9),
    "problem": cycle,
    "observe": late,
    "quick": 10,
    "full": 200,
    "seconds": 0.01,
}
CLAIMS = (
    Claim(
        id="bartlett2023/momentum-cycles",
        title="with momentum many cycles attract",
        statement=r"""Along one axis with momentum $0\le\beta<1$, $0<s<2(1+\beta)$, let $w$ be the periodic solution of
            $w_{t+1}=(1+\beta-s)w_t-\beta w_{t-1}-s\rho\sigma_t$ for periodic signs $\sigma$. If $\sigma$ are its
            signs, SAM has this cycle, and it attracts.""",
        expect=lambda p: p.points,
        domain={"beta": Uniform(0.0, 0.95), "share": LogUniform(0.01, 0.99), **SIZES}
        | {"signs": Choice(PATTERNS), "seed": SEED},
        corners=tuple(
            {"beta": beta, "share": share, "rho": 0.1, "top": 1.0, "signs": signs, "seed": 1}
            for beta, share, signs in ((0.9, 0.1, "++++----"), (0.9, 0.2, "+++--"), (0.9, 0.45, "++-++--+--"))
        ),
        hypotheses={"the solution has these signs": lambda s: (cycle(**s).points * cycle(**s).signs > 0).all()},
        note="Observed: the last turn of a run from half the distance at which the signs would change.",
        controls=(DESCENT,),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/four-cycle-of-momentum",
        title="the four-cycle of SAM with momentum",
        statement=r"""For $0<s<2\beta$ SAM with momentum has the attracting cycle $p,q,-p,-q$ with
            $p,q=s\rho\frac{(1+\beta-s)\pm(1-\beta)}{(1+\beta-s)^2+(1-\beta)^2}$.""",
        expect=four,
        fixed={"signs": "++--"},
        domain={"beta": Uniform(0.05, 0.95), "share": LogUniform(0.01, 0.5), **SIZES, "seed": SEED},
        hypotheses={"s is below 2 beta": lambda s: s.share * (1 + s.beta) < s.beta},
        controls=(
            DESCENT,
            Control(
                "s above 2 beta",
                "q is negative: there is no such cycle",
                change=lambda s: {**s, "share": min(0.95, 1.2 * s.beta / (1 + s.beta))},
            ),
        ),
        **SHARED,
    ),
)
