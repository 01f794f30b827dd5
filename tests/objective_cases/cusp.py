"""Twin of the cusp."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import Cusp


def cusp(w):
    """|w_1| w_1^3 / 4."""
    return anp.abs(w[0]) * w[0] ** 3 / 4


CASES = {"Cusp": lambda: ObjectiveCase(Cusp(3), 3, cusp)}
