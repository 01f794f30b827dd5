r"""Where labels cannot be fitted, the moves of sharpness-aware steps do not shrink with the radius."""

import math

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork
from flatlab.simulation.trajectories import restarts
from paper_checks.ahn2024.enclosures.labels_that_disagree import ENCLOSURE

DRAWS = 96  # one of four equally likely moves is missed with probability 1e-12


def minimum(s, gap=1.0):
    """Return two samples of one input with labels apart by twice the gap, and a minimum of their mean loss."""
    rng = np.random.default_rng(s.seed)
    row, u, v = rng.choice([-1.0, 1.0], s.k), rng.uniform(0.5, 1.5, s.k), rng.uniform(0.5, 1.5, s.k)
    fitted = row @ (u**2 - v**2)
    labels = fitted + gap * s.gap * np.array([-1.0, 1.0])
    return DiagonalNetwork(np.tile(row, (2, 1)), labels), np.concatenate([u, v])


def moves(s, rng, smoothed=False, gap=1.0):
    """Return the shortest and the longest move of a step from the minimum, over eta.

    At a minimum the projector is the identity; left in, it would take off the direction of a rounding error.
    """
    objective, w = minimum(s, gap)
    cls = RandomlySmoothed if smoothed else SharpnessAwarePerturbation
    method = cls(s.eta, 1.0, s.rho, math.inf, projected=False)
    lengths = np.linalg.norm(restarts(method, objective, w, count=DRAWS, rng=rng) - w, axis=1) / s.eta
    return lengths.min(), lengths.max()


def stated(s):
    """Return the least and the largest move over eta, over the signs of residual and perturbation."""
    objective, w = minimum(s)
    bend = 2 * np.concatenate([objective.features[0], -objective.features[0]])
    grad = bend * w
    length = np.linalg.norm(grad)
    unit = grad / length
    sizes = []
    for residual in (-s.gap, s.gap):
        for shift in (-s.rho, s.rho):
            model = residual + shift * length + shift**2 / 2 * (unit @ (bend * unit))
            sizes.append(abs(model) * np.linalg.norm(grad + shift * bend * unit))
    return min(sizes), max(sizes)


CLAIM = Claim(
    id="ahn2024/labels-that-disagree",
    title="where labels disagree the steps do not shrink with the radius",
    statement=r"""At a minimum of $\frac12\sum_\pm(p-y\pm b)^2/2$, whose labels cannot both be fitted, $\nabla f=0$ and
        SAP moves by $\eta\,|\pm b+\sigma\rho|\nabla p|+\frac{\rho^2}2\hat g^\top\nabla^2p\,\hat g|\,
        |\nabla p+\sigma\rho\nabla^2p\,\hat g|$, $\hat g=\nabla p/|\nabla p|$: by $\eta b|\nabla p|$ as $\rho\to0$,
        where fitted labels give at most $\eta\beta\rho$.""",
    source=("Where Theorem 2 does not apply", "Cost of one step"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6),
    observe=moves,
    expect=stated,
    domain={
        "k": Whole(2, 4),
        "gap": Uniform(0.2, 2.0),
        "eta": LogUniform(1e-3, 0.1),
        "rho": LogUniform(1e-4, 0.02),
        "seed": SEED,
    },
    corners=({"k": 2, "gap": 1.0, "eta": 0.01, "rho": 0.01, "seed": 1},),
    quick=4,
    full=199,
    seconds=0.004,
    note=r"""Observed over $\eta$: the shortest and the longest move of 96 steps; b is the gap. The model is a
        diagonal network.""",
    controls=(
        Control("labels that agree", "the samples are then at rest", observe=lambda s, rng: moves(s, rng, gap=0.0)),
        Control(
            "random smoothing",
            "it takes the full gradient, which does not see the labels",
            observe=lambda s, rng: moves(s, rng, smoothed=True),
        ),
    ),
    enclosure=ENCLOSURE,
)
