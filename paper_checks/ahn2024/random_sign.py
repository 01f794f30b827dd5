r"""Off the minima SAP moves along the valley by $-\eta a'(z^2+\rho^2)/2$ in the mean: no term of order $\rho$."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import SharpnessAwarePerturbation
from flatlab.objectives import ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail
from flatlab.simulation.trajectories import restarts

ETA = 0.05


def steps_along_valley(s, rng, count, **breach):
    method = SharpnessAwarePerturbation(ETA, 0.1, s.rho, math.inf, **breach)
    objective, start = ValleyRisk(ExponentialTail(1.0, 1.0, 1.0), 3), np.array([s.off, s.off, s.off, 0.0])
    return restarts(method, objective, start, count=count, rng=rng)[:, -1]


CLAIM = Claim(
    id="ahn2024/random-sign",
    title="the random sign cancels the odd terms",
    statement=r"""Off the minima the mean step of SAP along the valley has no term of first order in $\rho$:
        it is $-\eta a'(z^2+\rho^2)/2$ to leading order, on $f_i=a(y)z_i^2/2$ at $z_i=z$.""",
    source="Drift of the sharpness-aware perturbation",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.025),
    observe=lambda s, rng: mean(steps_along_valley(s, rng, s.draws)),
    # a' = -1; of the sample's own part the projection takes off, in the mean, just what the full gradient adds
    expect=lambda s: ETA * (s.off**2 + s.rho**2) / 2,
    fixed={"draws": 64000},
    domain={"rho": Uniform(0.01, 0.03), "off": Uniform(0.01, 0.02)},
    corners=({"rho": 0.02, "off": 0.01},),
    quick=4,
    full=199,
    seconds=0.015,
    controls=(
        Control(
            "fixed sign",
            "a term of first order in the radius stays; the samples are equal, so any draw gives the same step",
            observe=lambda s, rng: steps_along_valley(s, rng, 1, random_sign=False)[0],
        ),
        Control(
            "no projection",
            "the gradient counts twice",
            observe=lambda s, rng: mean(steps_along_valley(s, rng, s.draws, projected=False)),
        ),
    ),
)
