r"""$L\le\hat L/\beta+B(\mathrm{KL}+\log(1/\delta))/(2\beta(1-\beta)n)$ fails with probability at most $\delta$."""

from typing import NamedTuple

from scipy.stats import binom

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost
from flatlab.theory.noise import GaussianPosterior

RARE = {"n": 10_000, "beta": 0.85, "delta": 1e-4, "outcome": 0.015}


class Fixed(NamedTuple):
    """A predictor that has not moved, with losses 0 and B, on n samples; the outcome k0 is a share of n."""

    n: int
    B: float
    beta: float
    delta: float
    outcome: float

    def failure(self, paid=None):
        """Return the chance of k0 losses or fewer where the risk is just above the bound that k0 gives."""
        posterior, k0 = GaussianPosterior(self.n, 0.0, self.B), int(self.outcome * self.n)
        bound = posterior.linear_bound(self.B * k0 / self.n, 1.0, self.beta, paid or self.delta)
        p = bound / self.B * (1 + 1e-9)
        return binom.cdf(k0, self.n, p) if p < 1 else 0.0


CLAIM = Claim(
    id="zhang2024/linear-bound",
    title="the linear bound fails with probability at most δ",
    statement=r"""For $\beta\in(0,1)$ and losses in $[0,B]$ at $W=W_0$, $E_QL>E_Q\hat L/\beta+B\log(1/\delta)/
        (2\beta(1-\beta)n)$ has probability at most $\delta$.""",
    source="Linear bound",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=6.0),
    problem=Fixed,
    observe=lambda p, rng: p.failure(),
    expect=lambda p: p.delta,
    domain={
        "n": Whole(1, 10_000, log=True),
        "B": LogUniform(0.1, 10.0),
        "beta": Uniform(0.05, 0.95),
        "delta": LogUniform(1e-4, 0.6),
        "outcome": Uniform(0.0, 0.5),
    },
    corners=({"n": 2000, "B": 2.0, "beta": 0.93, "delta": 0.5, "outcome": 0.03}, {**RARE, "B": 1.0}),
    quick=30,
    full=1000,
    note="""An exact binomial sum, the risk just above the bound of one outcome. Its term with
        the divergence is the subject of zhang2024/pac-bayes-memoriser.""",
    seconds=0.001,
    controls=(
        Control(
            "no logarithm",
            "the training loss over beta falls short",
            observe=lambda p, rng: p.failure(paid=1 - 1e-9),
            change={"n": 2000, "beta": 0.95, "delta": 0.1, "outcome": 0.02},
        ),
        Control(
            "half of the logarithm",
            "the failure at a small delta is above it, though not above its root",
            observe=lambda p, rng: p.failure(paid=p.delta**0.5),
            change=RARE,
        ),
    ),
)
