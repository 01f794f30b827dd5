"""What separable objectives share: f(w) = sum_i f_i(w_i), so one-variable formulas say everything."""

from collections.abc import Callable

import numpy as np

from flatlab.objectives.questions import gradient, gradients, hessian, hessian_trace, value


def register_separable(cls: type, term: Callable, derivative: Callable, curvature: Callable) -> None:
    """Register value, gradient, block gradients and Hessian of a separable objective of this package.

    cls : the NamedTuple; it is marked ``separable``
    term, derivative, curvature : compiled ``f(objective, i, x)``: f_i(x), its first and its second derivative
    """
    cls.separable = True

    @value.register(cls)
    def _(objective, w):
        total = 0.0
        for i in range(w.size):
            total += term(objective, i, w[i])
        return total

    @gradient.register(cls)
    def _(objective, w, out):
        for i in range(w.size):
            out[i] = derivative(objective, i, w[i])

    @gradients.register(cls)
    def _(objective, points, out):
        for i in range(points.shape[0]):
            source, target = points[i], out[i]
            for b in range(source.size):
                target[b] = derivative(objective, i, source[b])

    def diagonal(objective, w):
        return np.array([curvature(objective, i, float(x)) for i, x in enumerate(w)])

    hessian.register(cls)(lambda objective, w: np.diag(diagonal(objective, w)))
    hessian_trace.register(cls)(lambda objective, w: float(diagonal(objective, w).sum()))
