r"""What an objective says is conserved does not change along its gradient; profiles state their own derivatives."""

import numpy as np

from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Close
from flatlab.objectives import conserved, gradient
from flatlab.objectives.valleys.profile_flow import flow_height
from flatlab.objectives.valleys.profiles import profile_at
from paper_checks.laboratory.problems.objectives import OBJECTIVES, PROFILES, placed

CONSERVED = (
    *(name for name in OBJECTIVES if name in ("DiagonalNetwork", "Product", "RankOne", "Valley", "ValleyRisk")),
    *(name for name, profile in PROFILES.items() if flow_height.implemented(type(profile)) and name != "Constant"),
)


def slope(function, w, along, h=1e-3):
    """Return the derivative along a direction by differences of sixth order."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    return sum(c * (function(w + k * h * along) - function(w - k * h * along)) / h for k, c in weights.items())


def along_the_flow(p, rng, across=0.0):
    """Return how fast each conserved quantity changes along the gradient, or a direction ``across`` off it."""
    objective, w = p
    grad = np.empty(w.size)
    with interpreted():
        gradient(objective, w, grad)
        way = grad / np.linalg.norm(grad) + across * np.arange(1.0, w.size + 1)
        return slope(lambda point: conserved(objective, point), w, way)


def derivatives(p, rng, shift=0.0):
    """Return a profile's first three derivatives at the place, or ``shift`` beyond it."""
    with interpreted():
        return profile_at(PROFILES[p.profile], p.y + shift)[1:]


def differences(p):
    """Return the slopes of the profile and of its first two derivatives."""
    with interpreted():
        return slope(lambda y: np.array(profile_at(PROFILES[p.profile], y)[:3]), p.y, 1.0)


SHARED = {"source": "Answers of objectives", "origin": "derived", "kind": "equality", "full": 200}
CLAIMS = (
    Claim(
        id="laboratory/conserved-quantities",
        title="what the gradient flow keeps",
        statement=r"""What an objective says is conserved does not change along the gradient: $\nabla c\cdot\nabla f=0$
            for each such $c$.""",
        relation=Close(atol=1e-7),
        problem=placed,
        observe=along_the_flow,
        expect=lambda p: np.zeros(conserved(*p).size),
        domain={"name": Choice(CONSERVED), "seed": SEED},
        corners=tuple({"name": name, "seed": 1} for name in CONSERVED),
        quick=1,
        seconds=0.001,
        controls=(
            Control(
                "off the gradient",
                "other directions change what is conserved",
                observe=lambda p, rng: along_the_flow(p, rng, across=0.1),
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="laboratory/profiles",
        title="derivatives of the profiles of valleys",
        statement=r"The three derivatives that a profile $a(y)$ states are those of $a$, $a'$ and $a''$.",
        relation=Close(atol=1e-6),
        observe=derivatives,
        expect=differences,
        domain={"profile": Choice(tuple(PROFILES)), "y": Uniform(0.2, 0.9)},
        corners=tuple({"profile": name, "y": 0.6} for name in PROFILES),
        quick=1,
        seconds=0.0005,
        controls=(
            Control(
                "a hundredth further",
                "the derivatives are those of another place",
                observe=lambda p, rng: derivatives(p, rng, 0.01),
                everywhere=False,
            ),
        ),
        **SHARED,
    ),
)
