"""Twin of random SAM."""

import numpy as np
from cases import MethodCase

from flatlab.methods import RSAM


def rsam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho h / |h|), h = g(w + U)."""
    h = g(w + method.s * rng.standard_normal(w.size))
    return w - method.eta * g(w + method.rho * h / np.linalg.norm(h)), None


CASES = {
    "RSAM": lambda: MethodCase(
        RSAM(eta=0.2, rho=0.1, s=0.05),
        rsam,
        ("Quadratic", "DenseQuadratic", "MultilayerPerceptron", "PerceptronBatch", "Noisy"),
    )
}
