"""Twin of least squares with quadratic models."""

import autograd.numpy as anp
import numpy as np
import twins
from cases import ObjectiveCase

from flatlab.objectives import QuadraticModels

GRADIENTS = np.random.default_rng(7).standard_normal((3, 4))
HALVES = np.random.default_rng(8).standard_normal((3, 4, 4))
HESSIANS = HALVES + HALVES.transpose(0, 2, 1)


def quadratic_models(gradients, hessians, chosen=None):
    """The mean of (g_i . w + w^T H_i w / 2)^2 / 2 over all samples or the chosen ones."""
    chosen = list(range(len(gradients)) if chosen is None else chosen)
    return lambda w: sum(
        (anp.dot(gradients[i], w) + anp.dot(w, anp.dot(hessians[i], w)) / 2) ** 2 for i in chosen
    ) / (2 * len(chosen))  # fmt: skip


CASES = {
    "QuadraticModels": lambda: ObjectiveCase(
        QuadraticModels(GRADIENTS, HESSIANS, 2),
        4,
        quadratic_models(GRADIENTS, HESSIANS),
        twins.BatchOracle(lambda chosen: quadratic_models(GRADIENTS, HESSIANS, chosen), 3, 2),
    )
}
