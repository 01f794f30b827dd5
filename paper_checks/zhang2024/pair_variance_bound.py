r"""With a $\rho$-Lipschitz Hessian the pair's gradient has a variance of at most $\rho^2E\|U\|^4/4$."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import Cubic
from flatlab.theory.noise import OneStep
from paper_checks.zhang2024.enclosures.pair_variance_bound import ENCLOSURE
from paper_checks.zhang2024.problems.estimators import estimates, one_sided, pair


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
        second, fourth = float(np.mean(self.outcomes**2)), float(np.mean(self.outcomes**4))
        return OneStep(0.0, 1e6, second, 1, False, 6 * self.a, fourth).weight_noise


CLAIM = Claim(
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
    seconds=0.001,
    note="Over all outcomes of the law, through one step of the method.",
    enclosure=ENCLOSURE,
    controls=(
        Control("one point", "its variance is of second order", observe=lambda p, rng: p.variance(one_sided(1.0), rng)),
    ),
)
