r"""Values and gradients under Gaussian weight noise are the sums of a product of Gauss-Hermite rules."""

import itertools

import numpy as np
from scipy.special import roots_hermitenorm

from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Close
from flatlab.geometry.smoothing import smoothed_gradient, smoothed_value
from flatlab.objectives import gradient, value
from paper_checks.laboratory.problems.objectives import placed

NODES = 8  # of a rule that is exact to degree 15
SMOOTHED = ("CoshSum", "DenseQuadratic", "DoubleWell", "NormQuartic", "Product", "Saturating", "WeightDecay")


def smoothed_by_library(p, rng):
    (objective, w), s = p
    with interpreted():
        return [smoothed_value(objective, w, s), *smoothed_gradient(objective, w, s)]


def smoothed(p):
    """Return the means of value and gradient over the nodes of a product of Gauss-Hermite rules."""
    (objective, w), s = p
    z, weight = roots_hermitenorm(NODES)
    total, grad = np.zeros(w.size + 1), np.empty(w.size)
    with interpreted():
        for picks in map(list, itertools.product(range(NODES), repeat=w.size)):
            point = w + s * z[picks]
            gradient(objective, point, grad)
            total += weight[picks].prod() * np.array([value(objective, point), *grad])
    return total / weight.sum() ** w.size


CLAIM = Claim(
    id="laboratory/smoothed-values",
    title="values and gradients under weight noise",
    statement=r"$E\,f(w+U)$ and its gradient, $U\sim N(0,s^2I)$, are the sums of a product of Gauss-Hermite rules.",
    relation=Close(rtol=1e-7),
    problem=lambda s, **setting: (placed(**setting), s),
    observe=smoothed_by_library,
    expect=smoothed,
    domain={"name": Choice(SMOOTHED), "s": Uniform(0.02, 0.15), "seed": SEED},
    corners=tuple({"name": name, "s": 0.1, "seed": 1} for name in SMOOTHED),
    quick=1,
    seconds=0.009,
    controls=(
        Control(
            "twice the noise",
            "it adds four times as much",
            observe=lambda p, rng: smoothed_by_library((p[0], 2 * p[1]), rng),
        ),
    ),
    source="Answers of objectives",
    origin="derived",
    kind="equality",
    full=200,
)
