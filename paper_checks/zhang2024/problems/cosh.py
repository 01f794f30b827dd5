"""A sum of hyperbolic cosines, of which all powers of the Laplacian are the sum itself."""

import numpy as np

from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.objectives import CoshSum

DOMAIN = {"d": Whole(1, 50, log=True), "scale": LogUniform(0.1, 3.0), "seed": SEED}
CORNERS = ({"d": 1, "scale": 0.1, "seed": 1}, {"d": 50, "scale": 3.0, "seed": 2})


def cosh(*, d, scale, seed):
    """Return the objective and a Gaussian point of size ``scale``, shape (d,)."""
    return CoshSum(), scale * np.random.default_rng(seed).standard_normal(d)
