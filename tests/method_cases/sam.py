"""Twin of SAM."""

import numpy as np
from cases import MethodCase

from flatlab.methods import SAM


def sam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho g(w)/|g(w)|); without the ascent where |g(w)| counts as zero."""
    length = np.linalg.norm(g(w))
    ascent = method.rho * g(w) / length if length > 1e-150 else 0.0
    return w - method.eta * g(w + ascent), None


CASES = {"SAM": lambda: MethodCase(SAM(eta=0.2, rho=0.1), sam)}
