"""The smoothed objective F(w) = E f(w + U), U ~ N(0, s^2 I), and its gradient: closed forms, else quadrature.

Points are arrays of shape (..., d), so a whole path is answered at once. An objective registers its closed form as
``closed_smoothing``; a separable one without is answered by :class:`flatlab.objectives.Smoothed`, and any other in up
to four variables by a product of Gauss-Hermite rules. What is smoothed is the function: noise of an oracle is none of
it.
"""

import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.objectives import Smoothed, closed_smoothing, gradient, value
from flatlab.objectives.wrappers.forwarding import without_oracle
from flatlab.objectives.wrappers.smoothed import hermite_nodes

__all__ = ["quadrature_expectation", "smoothed_gradient", "smoothed_value"]

MOST_VARIABLES = 4
NODES = 60
MOST_CALLS = 10**9


@checks.formula
def smoothed_value(objective: NamedTuple, w: ArrayLike, s: float) -> checks.Entries:
    """Return F(w) = E f(w + U), shape (...), for points of shape (..., d) and noise of standard deviation ``s``.

    An objective that has no closed form, is not separable and has more than four variables is refused.

    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing" and "Smoothed wells".
    """
    objective, w, s = _function(objective), _points(w), checks.nonnegative("s", s)
    closed = closed_smoothing(objective, w, s)
    result = _expectation(objective, w, s, value, ()) if closed is None else closed[0]
    return float(result) if np.ndim(result) == 0 else result


@checks.formula
def smoothed_gradient(objective: NamedTuple, w: ArrayLike, s: float) -> np.ndarray:
    """Return the gradient of F, ``E grad f(w + U)``, shape (..., d); as :func:`smoothed_value` otherwise.

    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    objective, w, s = _function(objective), _points(w), checks.nonnegative("s", s)
    closed = closed_smoothing(objective, w, s)
    return _expectation(objective, w, s, _gradient_at, w.shape[-1:]) if closed is None else closed[1]


def quadrature_expectation(
    function: Callable[[np.ndarray], float | np.ndarray], size: int, s: float, nodes: int = NODES
) -> checks.Entries:
    """Return ``E function(U)``, U ~ N(0, s^2 I) in ``size`` variables, by a product of Gauss-Hermite rules.

    Exact to rounding for polynomials of degree below 2 * nodes in each variable; the cost is ``nodes**size`` calls.

    Source: RECALLED, Gauss-Hermite quadrature.
    """
    size, s = checks.integer("size", size, at_least=1), checks.nonnegative("s", s)
    checks.function("function", function)
    z, weight = hermite_nodes(nodes)
    if size * math.log(z.size) > math.log(MOST_CALLS):
        raise ValueError(f"size must leave {MOST_CALLS:.0e} calls at most, got {size} with {z.size} nodes each")
    total = 0.0
    for picks in itertools.product(range(z.size), repeat=size):
        total = total + np.prod(weight[list(picks)]) * np.asarray(function(s * z[list(picks)]))
    return total


def _expectation(objective, w, s, function, shape):
    """Return E function(objective, w + U), of the given shape, at every point of ``w`` by quadrature."""
    if getattr(type(objective), "separable", False):
        smoothed = Smoothed(objective, s, NODES)
        results = [function(smoothed, point) for point in w.reshape(-1, w.shape[-1])]
    elif w.shape[-1] > MOST_VARIABLES:
        raise ValueError(
            f"objective must be separable or have a closed form in more than {MOST_VARIABLES} variables, "
            f"got {type(objective).__name__} in {w.shape[-1]}"
        )
    else:
        results = [
            quadrature_expectation(lambda u, point=point: function(objective, point + u), point.size, s, 12)
            for point in w.reshape(-1, w.shape[-1])
        ]
    return np.array(results).reshape(w.shape[:-1] + shape)


def _function(objective):
    if not gradient.is_own(objective):
        raise ValueError(f"objective must be a NamedTuple with a registered gradient, got {checks.shown(objective)}")
    return without_oracle(objective)


def _gradient_at(objective, point):
    out = np.empty(point.size)
    gradient(objective, point, out)
    return out


def _points(w):
    points = checks.entries("w", w)
    if points.ndim == 0:
        raise ValueError(f"w must be an array of finite numbers with shape (..., d), got {checks.shown(w)}")
    return points
