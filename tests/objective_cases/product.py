"""Twin of the product of weights."""

import autograd.numpy as anp
from cases import ObjectiveCase

from flatlab.objectives import Product


def product(w):
    """(w_1 ... w_L - 1)^2 / 2."""
    return (anp.prod(w) - 1) ** 2 / 2


CASES = {"Product": lambda: ObjectiveCase(Product(4), 4, product)}
