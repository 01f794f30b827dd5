"""Twin of the oracle with Rademacher noise along a new coordinate at every sample."""

import itertools

import numpy as np
import twins
from cases import ObjectiveCase
from objective_cases.quadratic import EIGENVALUES, quadratic

from flatlab.objectives import FreshNoise, Quadratic


def fresh_noise_oracle(value, sigma, first):
    """The oracle that pushes coordinate first, first + 1, ... by a fair sign times sigma."""
    exact, count = twins.gradient(value), itertools.count()

    def draw(w, rng):
        push = np.zeros(w.size)
        push[first + next(count) % (w.size - first)] = sigma if rng.random() < 0.5 else -sigma
        return lambda point: exact(point) + push

    return draw


CASES = {
    "FreshNoise": lambda: ObjectiveCase(
        FreshNoise(Quadratic(EIGENVALUES), 0.4, 2),
        5,
        quadratic(EIGENVALUES),
        fresh_noise_oracle(quadratic(EIGENVALUES), 0.4, 2),
        around=lambda base, size: FreshNoise(base, 0.4, 0),
        same_function=True,
    )
}
