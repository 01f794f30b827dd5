r"""With every step perturbed on $a|z|^2/2$, $\mathbb E|\nabla f|^2=\eta a^3\rho^2(n-1)/(d(2-\eta a))$ at rest."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import running
from flatlab.theory.escape import SmoothingAtRest


def observe(s, rng, projected=True):
    objective, method = Valley(Constant(s.curvature), s.n), RandomlySmoothed(s.eta, 0.1, s.rho, math.inf, projected)
    square, start = SquaredGradientNorm(), np.zeros(s.n + 1)
    return mean(
        [
            running(method, objective, start, square, checkpoints=[s.steps], rng=child).mean[0]
            for child in rng.spawn(s.replicates)
        ]
    )


CLAIM = Claim(
    id="ahn2024/stationary-gradient",
    title="what the gate must cover",
    statement=r"""With every step perturbed on $a|z|^2/2$, $z\in\mathbb R^n$,
        $\mathbb E|\nabla f|^2=\eta a^3\rho^2(n-1)/(d(2-\eta a))$ at rest.""",
    source="What the gate must cover",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.1),
    observe=observe,
    expect=lambda s: SmoothingAtRest(s.eta, s.rho, s.curvature, s.n, s.n + 1).gradient ** 2,
    fixed={"steps": 400000, "replicates": 8},
    domain={
        "curvature": Uniform(1, 4),
        "n": Choice((3, 4, 6, 9)),
        "eta": Uniform(0.02, 0.1),
        "rho": Uniform(0.01, 0.1),
    },
    corners=({"curvature": 2.0, "n": 4, "eta": 0.05, "rho": 0.02, "steps": 200000},),
    quick=0,
    full=4,
    note="Observed: the mean of the squared gradient along runs with an open gate.",
    controls=(
        Control("no projection", "the noise along the gradient returns", observe=lambda s, rng: observe(s, rng, False)),
    ),
)
