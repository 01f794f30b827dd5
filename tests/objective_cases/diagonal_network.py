"""Twin of the diagonal network."""

import autograd.numpy as anp
import numpy as np
import twins
from cases import ObjectiveCase

from flatlab.objectives import DiagonalNetwork

FEATURES = np.sign(np.random.default_rng(6).standard_normal((4, 5)))
LABELS = np.array([0.5, -1.0, 0.3, 1.2])


def diagonal_network(features, labels, chosen=None):
    """The mean of (a_i . (u*u - v*v) - b_i)^2 / 2 over all samples or the chosen ones."""
    chosen = list(range(len(labels)) if chosen is None else chosen)
    a, b = np.array(features)[chosen], np.array(labels)[chosen]

    def value(w):
        k = w.size // 2
        return anp.mean((anp.dot(a, w[:k] ** 2 - w[k:] ** 2) - b) ** 2) / 2

    return value


CASES = {
    "DiagonalNetwork": lambda: ObjectiveCase(
        DiagonalNetwork(FEATURES, LABELS, 3),
        10,
        diagonal_network(FEATURES, LABELS),
        twins.BatchOracle(lambda chosen: diagonal_network(FEATURES, LABELS, chosen), 4, 3),
    )
}
