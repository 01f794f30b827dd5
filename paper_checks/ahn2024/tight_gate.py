r"""Behind a gate of at most half the gradient at rest fewer than four fifths of the steps are perturbed."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtMost
from flatlab.geometry.flatness import Perturbed
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import running
from flatlab.theory.escape import SmoothingAtRest


def observe(s, rng):
    gate = s.multiple * SmoothingAtRest(s.eta, s.rho, s.curvature, 2, 3).gradient
    method, objective = RandomlySmoothed(s.eta, 0.1, s.rho, gate), Valley(Constant(s.curvature), 2)
    return running(method, objective, np.zeros(3), Perturbed(gate), checkpoints=[100000], rng=rng).mean[0]


CLAIM = Claim(
    id="ahn2024/tight-gate",
    title="a tight gate leaves steps unperturbed",
    statement=r"""For $z\in\mathbb R^2$, $\eta'=0.1$, $a\le5$, $0.04\le\eta a\le0.25$ and a gate of at most $0.5$ of
        that at rest, $\varepsilon_0\le0.5\,(\mathbb E|\nabla f|^2)^{1/2}$, fewer than four fifths of the steps are
        perturbed.""",
    source="What the gate must cover",
    origin="measured",
    kind="upper bound",
    relation=AtMost(),
    observe=observe,
    expect=0.8,
    domain={
        "curvature": Uniform(1, 5),
        "eta": Uniform(0.005, 0.05),
        "rho": Uniform(0.01, 0.1),
        "multiple": Uniform(0.2, 0.5),
    },
    hypotheses={"the step size times the curvature is at least 0.04": lambda s: s.eta * s.curvature >= 0.04},
    corners=tuple({"curvature": 4.0, "eta": 0.02, "rho": 0.05, "multiple": multiple} for multiple in (0.5, 0.3)),
    quick=2,
    full=40,
    note="""A rate measured behind such a gate is not that of the algorithm analysed; the escape times warn with the
        share.""",
    controls=(Control("a wide gate", "nearly all steps are then perturbed", change={"multiple": 2.5}),),
)
