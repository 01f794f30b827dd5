r"""At rest under momentum $E\,wM=rE\,w^2$ and $E\,M^2=2rE\,w^2$ with $r=\eta C/(1+\mu)$, $M$ the last step."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import NSO, HeavyBall
from flatlab.objectives import FreshNoise, Quadratic
from paper_checks.zhang2024 import momentum_stationary
from paper_checks.zhang2024.momentum_stationary import Stationary, spectral_radius

PLAIN = {"C": 1.0, "h": 0.3, "mu": 0.5, "sigma": 1.0, "s": 0.1, "k": 1}


def moments(p, rng, mu=None):
    """Return w.w, w.M and M.M over all fresh coordinates after the transient, by the last two points."""
    steps = int(np.ceil(30 / -np.log(spectral_radius(p.h, p.mu))))
    method = HeavyBall(NSO(p.law.eta, p.s, p.k), p.mu if mu is None else mu)
    objective = FreshNoise(Quadratic(np.full(p.k * steps, p.C)), p.sigma, 0)
    before, end = trajectory(method, objective, np.zeros(p.k * steps), steps=steps, rng=rng)[-2:]
    moved = end - before
    return [end @ end, end @ moved, moved @ moved]


def stated(p):
    covariance = p.law.covariance
    return [covariance[0, 0], covariance[0, 1], covariance[1, 1]]


CLAIM = Claim(
    id="zhang2024/momentum-covariance",
    title="how point and step go together under momentum",
    statement=r"""On curvature $C$ with noise and momentum $\mu$, once the transient is over and with $M=w_t-w_{t-1}$:
        $E\,wM=rE\,w^2$ and $E\,M^2=2rE\,w^2$, $r=\eta C/(1+\mu)$, $E\,w^2$ as without $M$.""",
    source="Momentum",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=Stationary,
    observe=moments,
    expect=stated,
    domain=momentum_stationary.CLAIM.domain,
    corners=(PLAIN, {**PLAIN, "mu": 0.9}),
    hypotheses=momentum_stationary.CLAIM.hypotheses,
    quick=4,
    full=200,
    seconds=0.003,
    note="Observed: E w^2, E wM and E M^2. One run of the method on fresh coordinates, without sampling error.",
    controls=(
        Control(
            "momentum left out",
            "plain SGD with the same step has less noise",
            observe=lambda p, rng: moments(p, rng, mu=0.0),
            change=PLAIN,
        ),
    ),
)
