r"""With $\sigma^2=kCD^2$ every fixed step size leaves L1: $8.5\,CD^2/T$ at $T=100$ and $86\,CD^2/T$ at $T=10^4$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import AtLeast
from flatlab.theory.noise import NoisyDescent, best_step
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, FixedStep

TIMES = (100, 10_000)


def descents(C, gap, k):
    return [NoisyDescent(C, gap, np.sqrt(k * C * gap), T, k) for T in TIMES]


def least(cases, rng, share=1.0):
    """Return the least E|grad f|^2 over C D^2/T at each T, for ``share`` of the oracle's variance."""
    found = []
    for descent in cases:
        c, gap, sigma, T, _ = descent
        eta = best_step(share / T, T).eta / c
        found.append(FixedStep(eta, descent._replace(sigma=sigma * np.sqrt(share))).minimum() * T / (c * gap))
    return found


CLAIM = Claim(
    id="zhang2024/excess-over-printed-rate",
    title="by how much the printed rate is missed",
    statement=r"""With $\sigma^2 = kCD^2$ every fixed step size leaves at least L1, that is $8.5\,CD^2/T$ at $T=100$
        and $86\,CD^2/T$ at $T=10^4$, on the instance built against it.""",
    source="L1",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.05),
    problem=descents,
    observe=least,
    expect=lambda cases: [d.warm_quadratic * d.steps / (d.smoothness * d.gap) for d in cases],
    domain={**SCALES, "k": Whole(1, 16)},
    corners=(PLAIN,),
    quick=1,
    full=10,
    note="In units of C D^2/T, at the step size that does best on the instance.",
    controls=(
        Control(
            "hardly any noise",
            "without noise the rate is 1/T",
            observe=lambda cases, rng: least(cases, rng, share=1e-8),
        ),
    ),
)
