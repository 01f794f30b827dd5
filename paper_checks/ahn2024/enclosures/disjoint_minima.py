r"""Gradient, Hessian and trace of $(xy-1)^2/2$: the trace is $x^2+y^2$, and where it is least, at the origin, $f=1/2$.

The gradient vanishes there, and a symmetric matrix of trace 0 and determinant $-1$ has the eigenvalues $\pm1$: a
saddle of $f$, while the trace has no other minimum.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from flatlab.evidence.enclosures.formula import Dual
from flatlab.objectives import Product, hessian, value


def gradient(x, y):
    return (x * y - 1) * y, (x * y - 1) * x


def hyperbola(x, y, wrong=0):
    loss = (Dual(x, 1) * y - 1) ** 2 / 2
    (first, mixed), (_, second) = gradient(Dual(x, 1), Dual(y, 0)), gradient(Dual(x, 0), Dual(y, 1))
    return {
        "f": (loss.value, (x * y) * (x * y - 2) / 2 + 1 / 2),
        "slope of f": (loss.slope, gradient(x, y)[0]),
        "trace": (first.slope + second.slope, x**2 + y**2 + wrong),
        "determinant": (first.slope * second.slope - mixed.slope**2, (1 - x * y) * (3 * x * y - 1)),
    }


def tie(s, observed, expected):
    (far, loss, curvature), (near, half, least) = observed, expected
    sides = both("f", loss, half) | both("trace", far**2, near**2) | both("slope of f", 0, 0)
    yield At("hyperbola", {"x": 0, "y": 0}, sides | both("determinant", -(curvature**2), least * (near - least)))
    start, objective = np.array([s.x, s.y]), Product(2)
    matrix = hessian(objective, start)
    sides = both("f", *[value(objective, start)] * 2) | both("trace", *[np.trace(matrix)] * 2)
    yield At("hyperbola", {"x": s.x, "y": s.y}, sides | both("determinant", *[np.linalg.det(matrix)] * 2))


ENCLOSURE = Enclosure(
    proves="the statement",
    parts=(Identity("hyperbola", ("x", "y"), hyperbola, lambda *given: hyperbola(*given, wrong=1)),),
    tie=tie,
    rtol=1e-6,
)
