r"""Stationary noise under momentum: $C^2E\,w^2=C\eta v(1+\mu)/((1-\mu)(2(1+\mu)-\eta C))$."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO, HeavyBall
from flatlab.objectives import FreshNoise, Quadratic
from flatlab.theory.noise import HeavyBallOnQuadratic
from paper_checks.zhang2024.enclosures.momentum_stationary import ENCLOSURE


def spectral_radius(h, mu):
    law = HeavyBallOnQuadratic(h * (1 + mu), 1.0, 0.0, mu)
    return np.abs(np.linalg.eigvals(law.transition)).max()


class Stationary(NamedTuple):
    """Momentum mu with the step h(1+mu)/C on curvature C, k pairs, an oracle of deviation sigma, weight noise s."""

    C: float
    h: float
    mu: float
    sigma: float
    s: float
    k: int

    @property
    def law(self):
        """The stationary law."""
        return HeavyBallOnQuadratic(self.h * (1 + self.mu) / self.C, self.C, self.sigma**2 / self.k, self.mu)


def squared_gradients(p, rng, mu=None):
    """Return C^2 times the squared length of all fresh coordinates after the transient, and SciPy's C^2 E w^2."""
    steps = int(np.ceil(30 / -np.log(spectral_radius(p.h, p.mu))))
    method = HeavyBall(NSO(p.law.eta, p.s, p.k), p.mu if mu is None else mu)
    objective = FreshNoise(Quadratic(np.full(p.k * steps, p.C)), p.sigma, 0)
    end = trajectory(method, objective, np.zeros(p.k * steps), steps=steps, record_every=steps, rng=rng)[-1]
    return [p.C**2 * (end @ end), p.C**2 * p.law.lyapunov_covariance[0, 0]]


def plain_descent(p):
    """State plain SGD's value at eta/(1 - mu) for the run."""
    step = p.law.effective_step
    return [p.C * step * p.law.variance / max(2 - step * p.C, 1e-9), p.law.squared_gradient]


def with_momentum_but_stable_without(s):
    """Return a setting whose step is stable without momentum too: else the run overflows and says nothing."""
    mu = max(s.mu, 0.3)
    return {**s, "mu": mu} if s.h * (1 + mu) < 1.9 else None


CLAIM = Claim(
    id="zhang2024/momentum-stationary",
    title="stationary noise under momentum",
    statement=r"On curvature $C$ with noise variance $v$: $C^2E\,w^2 = C\eta v(1+\mu)/((1-\mu)(2(1+\mu)-\eta C))$.",
    source="Momentum",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=Stationary,
    observe=squared_gradients,
    expect=lambda p: p.law.squared_gradient,
    domain={
        "C": LogUniform(0.1, 10.0),
        "h": Uniform(0.05, 1.9),
        "mu": Uniform(0.0, 0.9),
        "sigma": LogUniform(0.1, 10.0),
        "s": LogUniform(0.01, 1.0),
        "k": Whole(1, 3),
    },
    corners=tuple({"C": 1.0, "h": 0.3, "mu": mu, "sigma": 1.0, "s": 0.1, "k": 1} for mu in (0.0, 0.5, 0.9)),
    hypotheses={"the transient ends within 600 steps": lambda s: spectral_radius(s.h, s.mu) <= 0.95},
    quick=4,
    full=200,
    note="""One run of the method on fresh coordinates: its squared length is the variance, without sampling error.
        Second witness: scipy.linalg.solve_discrete_lyapunov.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "momentum left out",
            "plain SGD with the same step has less noise",
            change=with_momentum_but_stable_without,
            observe=lambda p, rng: squared_gradients(p, rng, mu=0.0),
        ),
        Control(
            "effective step",
            "SGD at eta/(1 - mu) agrees to first order in eta only",
            expect=plain_descent,
            change=lambda s: {**s, "mu": max(s.mu, 0.3)},
        ),
    ),
)
