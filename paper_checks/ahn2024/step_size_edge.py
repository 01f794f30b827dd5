r"""Off the minima $|z|$ is multiplied by $|1-\eta a|$ with the projection and by $|1-2\eta a|$ without it."""

import math

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import Equal
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant
from paper_checks.ahn2024.enclosures.step_size_edge import ENCLOSURE


def growth(s, rng, projected):
    """Return the factor by which |z| grows in a step, far above the noise."""
    method = RandomlySmoothed(s.h / s.curvature, 0.1, 1e-9, math.inf, projected)
    objective, start = Valley(Constant(s.curvature), 2), np.array([0.6, 0.8, 0.0])
    path = np.asarray(trajectory(method, objective, start, steps=12, rng=rng, keep_divergence=True))
    return (np.linalg.norm(path[-1]) / np.linalg.norm(path[0])) ** (1 / 12)


CLAIM = Claim(
    id="ahn2024/step-size-edge",
    title="the projection doubles the largest step size",
    statement=r"""Off the minima $|z|$ is multiplied by $|1-\eta a|$ with the projection and by $|1-2\eta a|$ without:
        the edges are $\eta a=2$ and $\eta a=1$.""",
    source="Projection identity",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-5),
    observe=lambda s, rng: growth(s, rng, s.projected),
    expect=lambda s: abs(1 - (1 if s.projected else 2) * s.h),
    domain={"h": Uniform(1.3, 3.0), "curvature": Uniform(0.5, 5), "projected": Choice((True, False))},
    corners=tuple({"h": h, "curvature": 2.0, "projected": way} for h in (0.2, 1.9, 2.1) for way in (True, False)),
    quick=1,
    full=194,
    seconds=0.001,
    controls=(
        Control(
            "projection exchanged",
            "without it the gradient counts twice",
            observe=lambda s, rng: growth(s, rng, not s.projected),
        ),
    ),
    enclosure=ENCLOSURE,
)
