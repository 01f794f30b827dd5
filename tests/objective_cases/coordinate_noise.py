"""Twin of the oracle whose noise differs from coordinate to coordinate."""

import numpy as np
import twins
from cases import ObjectiveCase
from objective_cases.quadratic import EIGENVALUES, quadratic

from flatlab.objectives import CoordinateNoise, Quadratic

DEVIATIONS = [0.3, 0.0, 1.0, 0.2, 0.0]


def coordinate_noise_oracle(value, deviations):
    """The oracle grad f(w) + z, z_i of deviation sigma_i; coordinates without noise draw nothing."""
    exact = twins.gradient(value)

    def draw(w, rng):
        z = np.array([sigma * rng.standard_normal() if sigma > 0 else 0.0 for sigma in deviations])
        return lambda point: exact(point) + z

    return draw


CASES = {
    "CoordinateNoise": lambda: ObjectiveCase(
        CoordinateNoise(Quadratic(EIGENVALUES), DEVIATIONS),
        5,
        quadratic(EIGENVALUES),
        coordinate_noise_oracle(quadratic(EIGENVALUES), DEVIATIONS),
        around=lambda base, size: CoordinateNoise(base, np.full(size, 0.2)),
        same_function=True,
    )
}
