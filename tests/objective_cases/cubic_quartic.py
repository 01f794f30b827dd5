"""Twin of the polynomial of order four."""

import itertools

import autograd.numpy as anp
import numpy as np
from cases import ObjectiveCase

from flatlab.objectives import CubicQuartic

EIGENVALUES = np.array([3.0, 1.0, 0.5])


def symmetric_tensors(size, seed):
    """Random symmetric tensors of order three and four."""
    rng, tensors = np.random.default_rng(seed), []
    for order in (3, 4):
        raw = rng.standard_normal((size,) * order)
        orders = list(itertools.permutations(range(order)))
        tensors.append(sum(raw.transpose(axes) for axes in orders) / len(orders))
    return tensors


def cubic_quartic(eigenvalues, cubic, quartic):
    """(1/2) sum lambda_i w_i^2 + T[w, w, w] / 6 + Q[w, w, w, w] / 24."""

    def value(w):
        three = anp.dot(anp.dot(anp.dot(cubic, w), w), w)
        four = anp.dot(anp.dot(anp.dot(anp.dot(quartic, w), w), w), w)
        return anp.sum(anp.array(eigenvalues) * w**2) / 2 + three / 6 + four / 24

    return value


TENSORS = symmetric_tensors(3, 3)
CASES = {
    "CubicQuartic": lambda: ObjectiveCase(CubicQuartic(EIGENVALUES, *TENSORS), 3, cubic_quartic(EIGENVALUES, *TENSORS))
}
