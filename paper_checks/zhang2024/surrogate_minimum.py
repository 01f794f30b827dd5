r"""The Hessian-trace surrogate is what the linear bound adds at its best noise, both means expanded in s."""

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import GaussianPosterior
from paper_checks.zhang2024.enclosures.surrogate_is_a_minimum import ENCLOSURE


class Terms(NamedTuple):
    """What the surrogate is made of."""

    n: int
    r: float
    B: float
    alpha: float
    epsilon: float

    def before(self, s):
        """Return what the linear bound adds to (1 + epsilon) times the loss once both means are expanded in s."""
        beta = 1 / (1 + self.epsilon)
        return s**2 / 2 * (1 / beta - 1) * self.alpha + self.B * self.r**2 / (4 * beta * (1 - beta) * self.n * s**2)

    def least(self, radius=1.0):
        """Return the least of it over s, by a search, and where it is."""
        p = self._replace(r=radius * self.r)
        found: Any = minimize_scalar(
            lambda log_s: np.log(p.before(np.exp(log_s))), bounds=(-12, 12), method="bounded", options={"xatol": 1e-11}
        )
        return [float(np.exp(found.fun)), p.before(float(np.exp(found.x))) / p.before(self.noise)]

    @property
    def noise(self):
        """The noise level that is stated to be the best."""
        return GaussianPosterior(self.n, self.r, self.B).surrogate_noise(self.alpha, self.epsilon)

    @property
    def stated(self):
        """The surrogate at a training loss of 0, and 1."""
        return [GaussianPosterior(self.n, self.r, self.B).surrogate(0.0, self.alpha, self.epsilon), 1.0]


CLAIM = Claim(
    id="zhang2024/surrogate-is-a-minimum",
    title="the surrogate is the linear bound at its best noise",
    statement=r"""$\min_s\frac{s^2}2(\frac1\beta-1)\alpha+\frac{Br^2}{4\beta(1-\beta)ns^2} =
        (1+\epsilon)\sqrt{B\alpha r^2/(2n)}$, $\beta=1/(1+\epsilon)$, at $s^4=Br^2/(2(1-\beta)^2n\alpha)$.""",
    source="Hessian-trace surrogate",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=Terms,
    observe=lambda p, rng: p.least(),
    expect=lambda p: p.stated,
    domain={
        "n": Whole(1, 10**6, log=True),
        "r": LogUniform(0.01, 10.0),
        "B": LogUniform(0.1, 10.0),
        "alpha": LogUniform(0.01, 100.0),
        "epsilon": LogUniform(0.01, 3.0),
    },
    quick=10,
    full=200,
    seconds=0.001,
    note="Observed: the least over s, found by a search, and its ratio to the value at the stated s.",
    enclosure=ENCLOSURE,
    controls=(Control("twice the radius", "it is linear in r", observe=lambda p, rng: p.least(2.0)),),
)
