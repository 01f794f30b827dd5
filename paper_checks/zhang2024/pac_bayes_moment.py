r"""The budget $\log(2J\sqrt n/\delta)$ covers the moment $E\exp(n\,\mathrm{kl}(\hat L\|L))\le2\sqrt n$."""

import numpy as np
from scipy.special import rel_entr
from scipy.stats import binom

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.enclosures.pac_bayes_moment import ENCLOSURE
from paper_checks.zhang2024.problems.exact_coverage import EXACT_DRAWS, Shells


def kl(q, p):
    return rel_entr(q, p) + rel_entr(1 - q, 1 - p)


def shells(risk, **setting):
    return Shells(**setting), risk


def allowed(case, rng, paid=None, moment=1.0):
    """Return exp(n kl(L+ || bound)) delta/J, where L+ is what the bound makes of the training loss."""
    p, _ = case
    grid = len(p.grid[:paid])
    raised = -np.expm1(-np.log(2 * grid / 1e-3) / EXACT_DRAWS)  # no loss among the draws
    return np.exp(p.n * kl(raised, p.rule(paid)(0))) * p.delta / p.J / moment


def needed(case):
    """Return E exp(n kl(L^ || L)) for n Bernoulli losses, the largest of all losses in [0, 1] with this mean."""
    p, risk = case
    k = np.arange(p.n + 1)
    return np.sum(np.exp(binom.logpmf(k, p.n, risk) + p.n * kl(k / p.n, risk)))


CLAIM = Claim(
    id="zhang2024/pac-bayes-moment",
    title="the bound's budget covers the moment that its proof needs",
    statement=r"""The budget of the rigorous bound is $\log(JM/\delta)$ with $M=2\sqrt n\ge E\exp(n\,\mathrm{kl}(\hat
        L\|L))$ for $n$ losses of any mean $L$, and $M$ is reached at $n=1$.""",
    source="Rigorous bound",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-6, tight_within=1.001),
    problem=shells,
    observe=allowed,
    expect=needed,
    fixed={"outcome": 0.0},
    domain={
        "n": Whole(1, 2000, log=True),
        "J": Whole(1, 100, log=True),
        "delta": LogUniform(1e-4, 0.3),
        "risk": Uniform(0.05, 0.95),
    },
    corners=({"n": 1, "J": 1, "delta": 0.05, "risk": 0.5},),
    quick=20,
    full=400,
    note="""Observed: what the bound allows the moment, read back from its value. As n grows the moment tends to 1.25
        sqrt(n). No instance here needs the 2 sqrt(n) in the bound itself; the proof does.""",
    enclosure=ENCLOSURE,
    seconds=0.001,
    controls=(
        Control(
            "without 2 sqrt(n)",
            "the moment is above 1",
            observe=lambda c, rng: allowed(c, rng, moment=2 * c[0].n ** 0.5),
        ),
        Control(
            "one of J paid for",
            "each posterior has a J-th of delta",
            observe=lambda c, rng: allowed(c, rng, paid=1),
            change={"J": 50},
        ),
    ),
)
