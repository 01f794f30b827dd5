"""Twin of the oracle with Gaussian noise."""

import numpy as np
import twins
from cases import ObjectiveCase
from objective_cases.dense_quadratic import HESSIAN, dense_quadratic

from flatlab.objectives import DenseQuadratic, Noisy


def noisy_oracle(value, sigma):
    """The oracle grad f(w) + z with z ~ N(0, (sigma^2/d) I), one z a step."""
    exact = twins.gradient(value)

    def draw(w, rng):
        z = sigma / np.sqrt(w.size) * rng.standard_normal(w.size)
        return lambda point: exact(point) + z

    return draw


def _noisy():
    twin = dense_quadratic(HESSIAN)
    return ObjectiveCase(Noisy(DenseQuadratic(HESSIAN), 0.3), 5, twin, noisy_oracle(twin, 0.3), same_function=True)


CASES = {"Noisy": _noisy}
