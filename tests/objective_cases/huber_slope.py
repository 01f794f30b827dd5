"""Twin of the Huber function with a bowl."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import HuberSlope


def huber_slope(e, c):
    """The Huber function of w_0 and a bowl in the rest."""

    def value(w):
        r = anp.abs(w[0])
        first = anp.where(c * r <= e, c * r**2 / 2, e * r - e**2 / (2 * c))
        return first + c * anp.sum(w[1:] ** 2) / 2

    return value


CASES = {"HuberSlope": lambda: ObjectiveCase(HuberSlope(0.6, 1.5), 4, huber_slope(0.6, 1.5))}
