"""Twin of the diagonal quadratic."""

import autograd.numpy as anp
import numpy as np
from cases import ObjectiveCase

from flatlab.objectives import Quadratic

EIGENVALUES = np.array([3.0, 1.0, 0.5, 0.0, 0.25])


def quadratic(eigenvalues):
    """f(w) = (1/2) sum_i lambda_i w_i^2."""
    return lambda w: anp.sum(anp.array(eigenvalues) * w**2) / 2


CASES = {"Quadratic": lambda: ObjectiveCase(Quadratic(EIGENVALUES), 5, quadratic(EIGENVALUES))}
