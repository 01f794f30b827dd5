"""Twin of sharpness-aware perturbation."""

import cases
import numpy as np
import twins
from cases import MethodCase
from twins import sphere, without

from flatlab.methods import SharpnessAwarePerturbation


def sharpness_aware(value):
    """Return the twin of SAP for one finite sum: the full gradient is that of ``value``."""
    full_gradient = twins.gradient(value)

    def step(method, g, w, memory, rng):
        full = full_gradient(w)
        sign = -1.0 if method.random_sign and rng.random() < 0.5 else 1.0
        direction = g(w)
        if np.linalg.norm(direction) < 1e-150:
            direction = g(w + method.offset * sphere(w.size, rng))
        if np.linalg.norm(full) > method.gate:
            return w - method.eta_prime * full, None
        length = np.linalg.norm(direction)
        perturbed = g(w + sign * method.rho * direction / length if length > 1e-150 else w)
        return w - method.eta * (full + (without(perturbed, full) if method.projected else perturbed)), None

    return step


CASES = {
    "SharpnessAwarePerturbation": lambda: MethodCase(
        SharpnessAwarePerturbation(0.05, 0.02, 0.1, 3.0),
        sharpness_aware(cases.objective("ValleyRisk").value),
        ("ValleyRisk",),
    )
}
