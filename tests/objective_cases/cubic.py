"""Twin of the separable cubic."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import Cubic


def cubic(coefficients):
    """f(w) = sum_i a_i w_i^3."""
    return lambda w: anp.sum(anp.array(coefficients) * w**3)


CASES = {"Cubic": lambda: ObjectiveCase(Cubic([1.0, -0.4]), 2, cubic([1.0, -0.4]))}
