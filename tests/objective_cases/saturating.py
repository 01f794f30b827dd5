"""Twin of the saturating loss."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import Saturating


def saturating(w):
    """f(w) = sum_i w_i^2 / (1 + w_i^2)."""
    return anp.sum(w**2 / (1 + w**2))


CASES = {"Saturating": lambda: ObjectiveCase(Saturating(), 5, saturating)}
