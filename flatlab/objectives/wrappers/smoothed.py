"""The objective that weight noise minimises: F(w) = E f(w + U), by quadrature."""

from typing import NamedTuple

import numpy as np
from scipy.special import roots_hermitenorm

from flatlab.base import checks
from flatlab.objectives.questions import gradient, hessian, value
from flatlab.objectives.wrappers.forwarding import another_function

__all__ = ["Smoothed", "hermite_nodes"]

MOST_NODES = 10_000


@another_function
@checks.validated
class Smoothed(NamedTuple):
    """F(w) = E f(w + U), U ~ N(0, s^2 I), of a separable f, by Gauss-Hermite quadrature.

    Each coordinate of F needs one variable only, so shifting all coordinates by the same node gives every
    coordinate its quadrature: ``F'(w)_i = sum_q weight_q f'(w + s z_q 1)_i``. Exact to rounding for polynomials of
    degree below 2 * nodes.

    base : a separable objective (``separable = True`` on its class)
    s : standard deviation of the noise in each coordinate, 0 or above
    nodes : number of nodes; kept as an array of nodes and weights, shape (2, n)

    >>> print(round(value(Smoothed(SeparableQuartic([1.0]), s=0.1), [1.0]), 6))
    1.0603
    """

    base: NamedTuple
    s: float
    nodes: int | checks.Array = 60

    def clean_fields(self) -> tuple:
        if not getattr(type(self.base), "separable", False):
            raise ValueError(f"base must be a separable objective, got {checks.shown(self.base)}")
        nodes = self.nodes
        if not isinstance(nodes, (np.ndarray, list, tuple)):
            nodes = np.array(hermite_nodes(nodes))
        return self.base, checks.nonnegative("s", self.s), checks.matrix("nodes", nodes)


def hermite_nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights of the Gauss-Hermite rule for a standard normal variable."""
    z, weight = roots_hermitenorm(checks.integer("nodes", count, at_least=1, at_most=MOST_NODES))
    return z, weight / weight.sum()


@value.register(Smoothed)
def _(objective, w):
    shifted = np.empty(w.size)
    total = 0.0
    for q in range(objective.nodes.shape[1]):
        for i in range(w.size):
            shifted[i] = w[i] + objective.s * objective.nodes[0, q]
        total += objective.nodes[1, q] * value(objective.base, shifted)
    return total


@gradient.register(Smoothed)
def _(objective, w, out):
    shifted, grad = np.empty(w.size), np.empty(w.size)
    out[:] = 0.0
    for q in range(objective.nodes.shape[1]):
        for i in range(w.size):
            shifted[i] = w[i] + objective.s * objective.nodes[0, q]
        gradient(objective.base, shifted, grad)
        for i in range(out.size):
            out[i] += objective.nodes[1, q] * grad[i]


@hessian.register(Smoothed)
def _(objective, w):
    shifts = w + objective.s * objective.nodes[0][:, None]
    return np.tensordot(objective.nodes[1], [hessian(objective.base, point) for point in shifts], 1)
