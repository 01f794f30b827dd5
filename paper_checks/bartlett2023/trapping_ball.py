r"""A ball of gradients that no orbit leaves: from step $T_{far}+1$ on $|\Lambda w_t|\le s_{\max}$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform
from flatlab.evidence.relations import AtMost
from paper_checks.bartlett2023.problems.convergence import MODEST, trapping_ball
from paper_checks.bartlett2023.problems.quadratic import STABLE, quadratic


def largest(p, path):
    return np.linalg.norm(path * p.eigenvalues, axis=1).max()


def observe(p, rng):
    entry = trapping_ball(p).entry
    return largest(p, trajectory(p.sam, p.objective, p.start, steps=entry + 500)[entry:])


def at_once(p, rng):
    return largest(p, trajectory(p.sam, p.objective, p.start, steps=200, keep_divergence=True))


def radius(p):
    return trapping_ball(p).radius


CLAIM = Claim(
    id="bartlett2023/trapping-ball",
    title="a ball that no orbit leaves",
    statement=r"""For $h<1$, $|\Lambda w_t|\le(1-h_d)s^*$ from step $T_{far}+1$ on if $s_0=|\Lambda w_0|\ge
        s^*=\eta\rho\lambda_1^2/(1-h)$, else $\max(s_0,(1-h_d)s^*)$ from the start; for $1\le h<2$ the bound is
        $\max(s_0,\eta\rho\lambda_1^2/(1-q))$, $q=\max_i|1-h_i|$.""",
    source="Trapping ball",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-12, tight_within=1.5),
    problem=quadratic,
    observe=observe,
    expect=radius,
    domain={**MODEST, "scale": LogUniform(0.3, 1e4)},
    hypotheses=STABLE,
    quick=20,
    full=300,
    seconds=0.002,
    note="Observed: the largest gradient over 500 steps from the stated one on.",
    controls=(
        Control(
            "a ball a tenth as large",
            "the cycle itself lies outside",
            expect=lambda p: radius(p) / 10,
            everywhere=False,
        ),
        Control(
            "h above 2",
            "the orbit diverges; the ball is that of h = 1.9",
            observe=at_once,
            expect=lambda p: radius(p._replace(eta=1.9 / p.eigenvalues[0])),
            change={"h": 2.5},
        ),
    ),
)
