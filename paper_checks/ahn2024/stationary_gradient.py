r"""With every step perturbed on $a|z|^2/2$, $\mathbb E|\nabla f|^2=\eta a^3\rho^2(n-1)/(d(2-\eta a))$ at rest."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import running
from flatlab.theory.escape import SmoothingAtRest
from paper_checks.ahn2024.enclosures.stationary_gradient import ENCLOSURE


def observe(s, rng, other=False):
    """Return the mean squared gradient over the stated one, after the first steps; other: projection exchanged."""
    method = RandomlySmoothed(s.load / s.curvature, 0.1, s.rho, math.inf, s.projected != other)
    objective, square, begun = Valley(Constant(s.curvature), s.n), SquaredGradientNorm(), math.ceil(10 / s.load)
    steps, found = begun + s.steps, []
    for child in rng.spawn(s.replicates):
        means = running(method, objective, np.zeros(s.n + 1), square, checkpoints=[begun, steps], rng=child).mean
        found.append((steps * means[1] - begun * means[0]) / s.steps)
    return mean(np.array(found) / stated(s))


def stated(s):
    return SmoothingAtRest(s.load / s.curvature, s.rho, s.curvature, s.n, s.n + 1, s.projected).gradient ** 2


CLAIM = Claim(
    id="ahn2024/stationary-gradient",
    title="what the gate must cover",
    statement=r"""With every step perturbed on $a|z|^2/2$, $z\in\mathbb R^n$, at rest
        $\mathbb E|\nabla f|^2=\eta a^3\rho^2(n-1)/(d(2-\eta a))$, and without the projection
        $\eta a^3\rho^2n/(4d(1-\eta a))$.""",
    source="What the gate must cover",
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.05),
    observe=observe,
    expect=1,
    fixed={"steps": 4000, "replicates": 64},
    domain={
        "curvature": Uniform(0.5, 4),
        "n": Whole(3, 9),
        "load": Uniform(0.1, 0.8),
        "rho": LogUniform(0.01, 0.1),
        "projected": Choice((True, False)),
    },
    corners=tuple({"curvature": 2.0, "n": 4, "load": 0.2, "rho": 0.02, "projected": way} for way in (True, False)),
    quick=3,
    full=198,
    seconds=0.084,
    few="64 runs of 4000 steps",
    note="Observed: the mean of the squared gradient along runs with an open gate over the stated one; load is eta a.",
    controls=(
        Control(
            "projection exchanged",
            "it removes the noise along the gradient",
            observe=lambda s, rng: observe(s, rng, other=True),
            change=lambda s: {**s, "replicates": 16} if s.load == 0.2 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
