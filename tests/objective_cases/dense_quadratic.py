"""Twin of the dense quadratic."""

import autograd.numpy as anp
import numpy as np
from cases import ObjectiveCase

from flatlab.objectives import DenseQuadratic

HALF = np.random.default_rng(1).standard_normal((5, 5))
HESSIAN = HALF @ HALF.T / 5


def dense_quadratic(hessian):
    """f(w) = (1/2) w^T H w."""
    return lambda w: anp.dot(w, anp.dot(anp.array(hessian), w)) / 2


CASES = {"DenseQuadratic": lambda: ObjectiveCase(DenseQuadratic(HESSIAN), 5, dense_quadratic(HESSIAN))}
