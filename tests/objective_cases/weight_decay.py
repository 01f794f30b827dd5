"""Twin of weight decay."""

import autograd.numpy as anp
from cases import ObjectiveCase
from objective_cases.quadratic import EIGENVALUES, quadratic

from flatlab.objectives import Quadratic, WeightDecay


def with_decay(value, strength):
    """f(w) + strength |w|^2."""
    return lambda w: value(w) + strength * anp.sum(w**2)


CASES = {
    "WeightDecay": lambda: ObjectiveCase(
        WeightDecay(Quadratic(EIGENVALUES), 0.3), 5, with_decay(quadratic(EIGENVALUES), 0.3)
    )
}
