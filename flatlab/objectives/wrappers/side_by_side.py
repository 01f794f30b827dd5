"""Several replicates of one objective as a single point, so that they share its data in one pass."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import dimension, draw, gradient, gradients, hessian_product, hessian_trace, value
from flatlab.objectives.wrappers.forwarding import another_function

__all__ = ["SideBySide"]


@another_function
@checks.validated
class SideBySide(NamedTuple):
    """The objective f(w_1) + ... + f(w_m) of the vector (w_1, ..., w_m), for a deterministic f.

    Every method treats the replicates as it would treat each alone, with noise of its own for each, because neither the
    gradient nor the noise couples them (methods that normalise the gradient do couple them). All replicates, and all
    perturbed points of each, go through one call of the block form of f.

    base : the objective f, which must know its number of variables
    count : number of replicates m, 1 or above

    >>> print(round(value(SideBySide(Quadratic([3.0, 1.0]), count=2), [1.0, 1.0, 0.0, 0.0]), 6))
    2.0
    """

    base: NamedTuple
    count: int

    def clean_fields(self) -> tuple:
        known = gradient.is_own(self.base) and not draw.is_own(self.base)
        if not known or dimension(self.base) is None:
            raise ValueError(
                f"base must be a deterministic objective of a known number of variables, got {checks.shown(self.base)}"
            )
        return self.base, checks.integer("count", self.count, at_least=1)


@value.register(SideBySide)
def _(objective, w):
    size, total = w.size // objective.count, 0.0
    for k in range(objective.count):
        total += value(objective.base, w[k * size : (k + 1) * size])
    return total


@gradient.register(SideBySide)
def _(objective, w, out):
    size = w.size // objective.count
    block = np.empty((2, size, objective.count))
    for k in range(objective.count):
        for i in range(size):
            block[0, i, k] = w[k * size + i]
    gradients(objective.base, block[0], block[1])
    for k in range(objective.count):
        for i in range(size):
            out[k * size + i] = block[1, i, k]


@gradients.register(SideBySide)
def _(objective, points, out):
    count, columns = objective.count, points.shape[1]
    size = points.shape[0] // count
    block = np.empty((2, size, count * columns))
    for k in range(count):
        for i in range(size):
            for b in range(columns):
                block[0, i, k * columns + b] = points[k * size + i, b]
    gradients(objective.base, block[0], block[1])
    for k in range(count):
        for i in range(size):
            for b in range(columns):
                out[k * size + i, b] = block[1, i, k * columns + b]


@dimension.register(SideBySide)
def _(objective):
    return dimension(objective.base) * objective.count


@hessian_trace.register(SideBySide)
def _(objective, w):
    return float(sum(hessian_trace(objective.base, part) for part in np.split(w, objective.count)))


@hessian_product.register(SideBySide)
def _(objective, w, vectors):
    parts = zip(np.split(w, objective.count), np.split(np.asarray(vectors, dtype=float), objective.count))
    return np.concatenate([hessian_product(objective.base, point, part) for point, part in parts])
