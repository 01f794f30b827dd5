"""The trace at the limits of many points: on two valleys to the order that one step needs, on the hyperbola exact."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from flatlab.objectives import Product, Valley
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola


class Start(NamedTuple):
    """An objective, a minimum, and the trace at the limit over d as a function of many points, shape (n, d)."""

    objective: Any
    w: np.ndarray
    trace: Callable


def valley(profile, curvature, slope, y):
    """Return the :class:`Start` at y on the valley of a profile, with its curvature and slope for many points."""

    def trace(points):
        # where the flow ends, by one midpoint step in u: to order u^3
        u, along = (points[:, :-1] ** 2).sum(axis=1) / 2, points[:, -1]
        middle = along - u * slope(along) / (4 * curvature(along))
        return 2 / 3 * curvature(along - u * slope(middle) / (2 * curvature(middle)))

    return Start(Valley(profile, 2), np.array([0.0, 0.0, y]), trace)


def parabola(y=1.2):
    """Return the :class:`Start` on a = 1 + y^2/2."""
    return valley(Parabola(1.0, 1.0), lambda y: 1 + y**2 / 2, lambda y: y, y)


def exponential(y=0.0):
    """Return the :class:`Start` on a = 1 + exp(-y)."""
    return valley(ExponentialTail(1.0, 1.0, 1.0), lambda y: 1 + np.exp(-y), lambda y: -np.exp(-y), y)


def hyperbola():
    """Return the :class:`Start` at (2, 1/2) on xy = 1, where x^2 - y^2 is kept by the flow."""

    def trace(points):
        x, y = points.T
        return np.hypot(2.0, (x - y) * (x + y)) / 2

    return Start(Product(2), np.array([2.0, 0.5]), trace)
