"""Twin of randomly smoothed perturbation."""

import numpy as np
from cases import MethodCase
from twins import sphere, without

from flatlab.methods import RandomlySmoothed


def randomly_smoothed(method, g, w, memory, rng):
    """The perturbed step inside the gate, the plain one outside; the kernel draws a direction in both."""
    full, direction = g(w), sphere(w.size, rng)
    if np.linalg.norm(full) > method.gate:
        return w - method.eta_prime * full, None
    perturbed = g(w + method.rho * direction)
    return w - method.eta * (full + (without(perturbed, full) if method.projected else perturbed)), None


CASES = {
    "RandomlySmoothed": lambda: MethodCase(
        RandomlySmoothed(0.1, 0.2, 0.05, 1.5), randomly_smoothed, ("Quadratic", "Product", "Valley")
    )
}
