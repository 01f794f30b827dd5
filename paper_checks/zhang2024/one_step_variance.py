r"""On $Cw^2/2$ a step of $k$ points has the variance $(\sigma^2+C^2H)/k$, $\sigma^2+C^2H/k$ with one sample for all."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.objectives import CoordinateNoise, Quadratic
from flatlab.theory.noise import OneStep
from paper_checks.zhang2024.problems.estimators import estimates, one_sided

COPIES, BATCHES = 60_000, 40  # equal coordinates: each is one draw


class Bowl(NamedTuple):
    """C w^2/2 seen through an oracle of deviation sigma, k points with weight noise of size s."""

    C: float
    sigma: float
    s: float
    k: int
    shared: bool

    def variance(self, rng, shared=None):
        """Return the variance of the mean of k one-sided gradients in one coordinate."""
        objective = CoordinateNoise(Quadratic(np.full(COPIES, self.C)), np.full(COPIES, self.sigma))
        method = one_sided(self.s, self.k)._replace(shared_sample=self.shared if shared is None else shared)
        found = estimates(method, objective, np.ones(COPIES), None, rng)
        return mean(found.reshape(BATCHES, -1).var(axis=1, ddof=1))


CLAIM = Claim(
    id="zhang2024/one-step-variance",
    title="the variance of one step is the bound's on a bowl",
    statement=r"""On $Cw^2/2$ the mean of $k$ one-sided gradients has the variance $(\sigma^2+C^2H)/k$ with samples
        of their own, and $\sigma^2+C^2H/k$ with one sample for all.""",
    source="Upper bound",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.1),
    problem=Bowl,
    observe=lambda p, rng: p.variance(rng),
    expect=lambda p: OneStep(p.sigma, p.C, p.s**2, p.k, p.shared).variance,
    domain={
        "C": LogUniform(0.1, 10.0),
        "sigma": LogUniform(0.1, 1.0),
        "s": LogUniform(0.1, 1.0),
        "k": Whole(2, 4),
        "shared": Choice((False, True)),
    },
    corners=({"C": 1.0, "sigma": 1.0, "s": 1.0, "k": 4, "shared": True},),
    quick=4,
    full=200,
    seconds=0.02,
    note="The authors' code uses one mini-batch for all evaluations of a step.",
    controls=(
        Control(
            "a sample for each point",
            "the oracle's noise is then averaged as well",
            observe=lambda p, rng: p.variance(rng, shared=False),
            change={"sigma": 1.0, "C": 1.0, "k": 4, "shared": True},
        ),
    ),
)
