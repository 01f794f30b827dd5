"""Twin of the smoothed separable objective."""

import numpy as np
from cases import ObjectiveCase
from objective_cases.saturating import saturating

from flatlab.objectives import Saturating, Smoothed


def smoothed(value, s, nodes):
    """E f(w + sZ) of a separable f, by the physicists' Gauss-Hermite rule."""
    x, weight = np.polynomial.hermite.hermgauss(nodes)
    return lambda w: sum(q * value(w + np.sqrt(2) * s * node) for node, q in zip(x, weight)) / np.sqrt(np.pi)


CASES = {"Smoothed": lambda: ObjectiveCase(Smoothed(Saturating(), 0.3, 20), 3, smoothed(saturating, 0.3, 20))}
