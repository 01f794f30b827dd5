"""Twin of adaptive SAM."""

import numpy as np
from cases import MethodCase

from flatlab.methods import ASAM


def asam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho w^2 g / | |w| g |)."""
    length = np.linalg.norm(np.abs(w) * g(w))
    ascent = method.rho * w**2 * g(w) / length if length > 1e-150 else 0.0
    return w - method.eta * g(w + ascent), None


CASES = {
    "ASAM": lambda: MethodCase(
        ASAM(eta=0.2, rho=0.1),
        asam,
        ("Quadratic", "DenseQuadratic", "MultilayerPerceptron", "PerceptronBatch", "Noisy"),
    )
}
