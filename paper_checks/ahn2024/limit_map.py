r"""The closed forms of the limit map $\Phi$ are where a stiff solver of the gradient flow ends."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Close
from flatlab.geometry.limit_map import flow_limit, limit_map
from flatlab.methods import GD
from flatlab.objectives import DiagonalNetwork, hessian
from paper_checks.ahn2024.enclosures.limit_map import ENCLOSURE
from paper_checks.ahn2024.problems.attracted import PROBLEMS, attracted


def descent_limit(objective, w):
    """Return where gradient descent of a moderate step ends: near the limit of the flow, to the order of the step."""
    curvature = max(np.linalg.eigvalsh(hessian(objective, w))[-1], 1.0)
    full = objective._replace(batch=len(objective.labels)) if isinstance(objective, DiagonalNetwork) else objective
    return trajectory(GD(0.2 / curvature), full, w, steps=4000, record_every=4000, rng=np.random.default_rng(0))[-1]


CLAIM = Claim(
    id="ahn2024/limit-map",
    title="closed forms of the limit of the gradient flow",
    statement=r"""$\Phi(x)=\lim_{t\to\infty}x(t)$, $\dot x=-\nabla f(x)$: its closed form is where a stiff solver
        of the flow ends.""",
    source="Test problems",
    origin="derived",
    kind="equality",
    relation=Close(atol=1e-8),
    problem=attracted,
    observe=lambda p, rng: flow_limit(*p),
    expect=lambda p: limit_map(*p),
    domain={"problem": Choice(PROBLEMS), "seed": SEED},
    corners=(
        *({"problem": name, "seed": 1} for name in PROBLEMS),
        {"problem": "wave", "seed": 2},  # of the other sign
    ),
    quick=3,
    full=191,
    seconds=0.013,
    note="The solver's own accuracy sets the tolerance; coordinates are of order 1.",
    controls=(
        Control(
            "gradient descent in place of the flow",
            "its end is off by the order of the step size",
            observe=lambda p, rng: descent_limit(*p),
            change=lambda s: s if s.problem in ("hyperbola", "parabola", "network") else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
