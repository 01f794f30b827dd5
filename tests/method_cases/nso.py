"""Twin of noise stability optimisation."""

import numpy as np
from cases import MethodCase

from flatlab.methods import NSO


def nso(method, g, w, memory, rng):
    """Pairs of perturbed points, all with one sample; Gaussian noise."""
    total = np.zeros_like(w)
    for _ in range(method.k):
        u = method.s * rng.standard_normal(w.size)
        total = total + g(w + u) + g(w - u)
    return w - method.eta * total / (2 * method.k), None


CASES = {
    "NSO": lambda: MethodCase(
        NSO(0.1, 0.3, 2, shared_sample=True),
        nso,
        ("Quadratic", "DenseQuadratic", "Noisy", "FreshNoise", "Saturating", "MatrixSensing"),
    )
}
