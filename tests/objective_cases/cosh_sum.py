"""Twin of the sum of hyperbolic cosines."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import CoshSum


def cosh_sum(w):
    """f(w) = sum_i cosh(w_i)."""
    return anp.sum(anp.cosh(w))


CASES = {"CoshSum": lambda: ObjectiveCase(CoshSum(), 3, cosh_sum)}
