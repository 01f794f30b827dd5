"""Twins of the quartics."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import NormQuartic, SeparableQuartic


def separable_quartic(coefficients):
    """f(w) = sum_i a_i w_i^4."""
    return lambda w: anp.sum(anp.array(coefficients) * w**4)


def norm_quartic(w):
    """f(w) = |w|^4."""
    return anp.sum(w**2) ** 2


CASES = {
    "SeparableQuartic": lambda: ObjectiveCase(
        SeparableQuartic([0.7, -0.2, 1.1]), 3, separable_quartic([0.7, -0.2, 1.1])
    ),
    "NormQuartic": lambda: ObjectiveCase(NormQuartic(), 3, norm_quartic),
}
