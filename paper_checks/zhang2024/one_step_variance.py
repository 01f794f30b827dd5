r"""One step has variance $(\sigma^2+C^2H)/k$, $\sigma^2+C^2H/k$ with one sample; the pair at most $\rho^2E|U|^4/4$."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost, WithinInterval
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import CoordinateNoise, Cubic, Quadratic
from flatlab.theory.noise import OneStep
from paper_checks.zhang2024.problems.estimators import estimates, one_sided, pair

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


class RareNoise(NamedTuple):
    """The cubic a w^3 at w, and a law that shows +-b once in ``rare`` draws each and else 0."""

    a: float
    w: float
    b: float
    rare: int

    @property
    def outcomes(self):
        """Equally likely values of U."""
        return np.append(np.zeros(self.rare - 2), [self.b, -self.b])

    def variance(self, method, rng, law=None):
        """Return the variance of a method's gradient over all outcomes, each in a coordinate of its own."""
        draws = self.outcomes if law is None else law
        objective = Cubic(np.full(draws.size, self.a))
        return np.var(estimates(method, objective, np.full(draws.size, self.w), Scripted(draws), rng))

    @property
    def stated(self):
        """What the weight noise leaves to the pair, with rho = 6 a."""
        second, fourth = np.mean(self.outcomes**2), np.mean(self.outcomes**4)
        return OneStep(0.0, 1e6, second, 1, False, 6 * self.a, fourth).weight_noise


CLAIMS = (
    Claim(
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
        quick=2,
        full=40,
        seconds=0.2,
        few="60000 draws of up to eight gradients",
        note="The authors' code uses one mini-batch for all evaluations of a step.",
        controls=(
            Control(
                "a sample for each point",
                "the oracle's noise is then averaged as well",
                observe=lambda p, rng: p.variance(rng, shared=False),
                change={"sigma": 1.0, "C": 1.0, "k": 4, "shared": True},
            ),
        ),
    ),
    Claim(
        id="zhang2024/pair-variance-bound",
        title="the pair's variance is of fourth order in the noise",
        statement=r"""With a $\rho$-Lipschitz Hessian the pair's gradient has a variance of at most
            $\rho^2E\|U\|^4/4$; on $aw^3$, $\rho=6a$, a law that is mostly 0 reaches it.""",
        source="Variance of the gradient estimators",
        origin="derived",
        kind="upper bound",
        relation=AtMost(slack=1e-9, tight_within=1.05),
        problem=RareNoise,
        observe=lambda p, rng: p.variance(pair(1.0), rng),
        expect=lambda p: p.stated,
        domain={
            "a": LogUniform(0.1, 10.0),
            "w": Uniform(0.5, 2.0),
            "b": LogUniform(0.01, 0.3),
            "rare": Whole(4, 200, log=True),
        },
        corners=({"a": 1.0, "w": 1.0, "b": 0.1, "rare": 200},),
        quick=8,
        full=200,
        note="Over all outcomes of the law, through one step of the method.",
        controls=(
            Control(
                "one point", "its variance is of second order", observe=lambda p, rng: p.variance(one_sided(1.0), rng)
            ),
        ),
    ),
)
