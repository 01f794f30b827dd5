"""Twin of the double well."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import DoubleWell

FIELDS = (0.9, 0.4, 0.7, 0.8, 0.5, 0.1)


def double_well(a, wide_a, b, wide_b, c, bowl):
    """f(x) = bowl x^2/2 less a sharp well at -c and a flat one at c."""

    def value(w):
        sharp, flat = anp.exp(-((w[0] + c) ** 2) / (2 * wide_a**2)), anp.exp(-((w[0] - c) ** 2) / (2 * wide_b**2))
        return bowl * w[0] ** 2 / 2 - a * sharp - b * flat

    return value


CASES = {"DoubleWell": lambda: ObjectiveCase(DoubleWell(*FIELDS), 1, double_well(*FIELDS))}
