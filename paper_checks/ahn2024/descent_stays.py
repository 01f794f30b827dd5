r"""From a minimum, where $\nabla f=0$, gradient descent moves nowhere, and the trace keeps its value."""

import math

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from flatlab.geometry.limit_map import limit_map
from flatlab.methods import GD, RandomlySmoothed
from flatlab.objectives import hessian_trace
from paper_checks.ahn2024.problems.sharp_minima import PROBLEMS, sharp_minimum


def start(problem, steps, seed):
    return *sharp_minimum(problem, seed), steps


def observe(case, rng, perturbed=False):
    """Return by how much the trace at the limit of the last iterate has changed."""
    objective, w, steps = case
    eta = 0.1 / hessian_trace(objective, w)
    method = RandomlySmoothed(eta, eta, 0.3, math.inf) if perturbed else GD(eta)
    end = trajectory(method, objective, w, steps=steps, record_every=steps, rng=rng)[-1]
    return abs(hessian_trace(objective, limit_map(objective, end)) - hessian_trace(objective, w))


CLAIM = Claim(
    id="ahn2024/descent-stays",
    title="gradient descent stays at a sharp minimum",
    statement=r"From a minimum gradient descent moves nowhere: the trace changes by less than $10^{-8}$.",
    source="Decrease per step",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8),
    problem=start,
    observe=observe,
    expect=0,
    fixed={"steps": 2000},
    domain={"problem": Choice(PROBLEMS), "seed": SEED},
    corners=tuple({"problem": name, "seed": 1} for name in ("hyperbola", "network")),
    quick=0,
    full=40,
    controls=(
        Control(
            "random smoothing",
            "its drift lowers the trace",
            observe=lambda case, rng: observe(case, rng, perturbed=True),
            change=lambda s: s if s.problem == "hyperbola" else None,
        ),
    ),
)
