"""Ravines: a curvature across that changes along the bottom."""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.objectives._profiles import profile_and_slope, profile_code, profile_derivatives
from flatlab.objectives.questions import dimension, gradient, hessian, third_derivative, value

__all__ = ["IsolatedRavine", "Ravine", "SeparableRavine", "ravine_curvature"]


@_checks.checked
class Ravine(NamedTuple):
    """The ravine f(x, y) = a(y) x^2 / 2 with a(y) = level * g(y / width); its minima are the line x = 0.

    A point is ``w = (x, y)``. On the bottom the Hessian is diag(a(y), 0): the sharpness is a(y).

    Parameters
    ----------
    profile : str or int
        ``bowl`` (1 + s^2), ``double-well`` (1 + (s^2 - 1)^2), ``wavy`` (2 + s^2/8 - cos 2s),
        ``slope`` (1 + 1/(1 + exp(-s))) or ``hill`` (1 + exp(-s^2)); kept as its number in this list.
    level : float
        Scale of the curvature, above 0.
    width : float
        Length along the bottom over which it changes, above 0.

    Raises
    ------
    ValueError
        If a parameter is out of range or the profile unknown.
    """

    profile: int
    level: float = 1.0
    width: float = 1.0

    def checked(self):
        """Return the fields as clean values."""
        return (
            profile_code(self.profile),
            _checks.positive("level", self.level),
            _checks.positive("width", self.width),
        )


def ravine_curvature(ravine, y):
    """Return a(y), a'(y), a''(y) and a'''(y) of a ravine.

    Parameters
    ----------
    ravine : Ravine
    y : float or array_like

    Returns
    -------
    tuple of four ndarrays
        Each of the shape of ``y``.

    Notes
    -----
    Source: definition of the profiles.
    """
    shapes = profile_derivatives(ravine.profile, np.asarray(y, dtype=float) / ravine.width)
    return tuple(ravine.level * shape / ravine.width**order for order, shape in enumerate(shapes))


@value.register(Ravine)
def _(objective, w):
    shape, _ = profile_and_slope(objective.profile, w[1] / objective.width)
    return objective.level * shape * w[0] * w[0] / 2


@gradient.register(Ravine)
def _(objective, w, out):
    shape, rise = profile_and_slope(objective.profile, w[1] / objective.width)
    out[0] = objective.level * shape * w[0]
    out[1] = objective.level * rise / objective.width * w[0] * w[0] / 2


@dimension.register(Ravine)
def _(objective):
    return 2


@hessian.register(Ravine)
def _(objective, w):
    a, slope, bend, _ = ravine_curvature(objective, w[1])
    return np.array([[a, slope * w[0]], [slope * w[0], bend * w[0] ** 2 / 2]])


@third_derivative.register(Ravine)
def _(objective, w, v):
    _, slope, bend, third = ravine_curvature(objective, w[1])
    x = w[0]
    return np.array(
        [
            2 * slope * v[0] * v[1] + bend * x * v[1] ** 2,
            slope * v[0] ** 2 + 2 * bend * x * v[0] * v[1] + third * x**2 / 2 * v[1] ** 2,
        ]
    )


@_checks.checked
class SeparableRavine(NamedTuple):
    """The sum of k ravines, f(x, y) = (1/2) sum_i level_i g(y_i / width_i) x_i^2, a separable least-squares problem.

    It is (1/2)|F|^2 with F_i = sqrt(a_i(y_i)) x_i. A point is ``w = (x_1 .. x_k, y_1 .. y_k)``, d = 2k. On the
    bottom x = 0 the eigenvalues are the a_i(y_i) and k zeros, so the two largest can cross as y moves.

    Parameters
    ----------
    profile : str or int
        As for :class:`Ravine`, the same for all.
    levels : array_like, shape (k,)
        Above 0.
    widths : array_like, shape (k,)
        Above 0.

    Raises
    ------
    ValueError
        If a parameter is out of range or the profile unknown.
    """

    profile: int
    levels: np.ndarray
    widths: np.ndarray

    def checked(self):
        """Return the fields as clean values."""
        levels = _checks.vector("levels", self.levels)
        widths = _checks.vector("widths", self.widths, levels.size)
        for name, values in (("levels", levels), ("widths", widths)):
            if values.min() <= 0:
                raise ValueError(f"{name} must be above 0, got {values.min():g} at index {int(values.argmin())}")
        return profile_code(self.profile), levels, widths


@value.register(SeparableRavine)
def _(objective, w):
    count, total = objective.levels.size, 0.0
    for i in range(count):
        shape, _ = profile_and_slope(objective.profile, w[count + i] / objective.widths[i])
        total += objective.levels[i] * shape * w[i] * w[i]
    return total / 2


@gradient.register(SeparableRavine)
def _(objective, w, out):
    count = objective.levels.size
    for i in range(count):
        shape, rise = profile_and_slope(objective.profile, w[count + i] / objective.widths[i])
        out[i] = objective.levels[i] * shape * w[i]
        out[count + i] = objective.levels[i] * rise / objective.widths[i] * w[i] * w[i] / 2


@dimension.register(SeparableRavine)
def _(objective):
    return 2 * objective.levels.size


def _each_curvature(objective, w):
    shapes = profile_derivatives(objective.profile, w[objective.levels.size :] / objective.widths)
    return [objective.levels * shape / objective.widths**order for order, shape in enumerate(shapes)]


@hessian.register(SeparableRavine)
def _(objective, w):
    x = w[: objective.levels.size]
    a, slope, bend, _ = _each_curvature(objective, w)
    cross = np.diag(slope * x)
    return np.block([[np.diag(a), cross], [cross, np.diag(bend * x**2 / 2)]])


@third_derivative.register(SeparableRavine)
def _(objective, w, v):
    count = objective.levels.size
    x, across, along = w[:count], v[:count], v[count:]
    _, slope, bend, third = _each_curvature(objective, w)
    return np.concatenate(
        [
            2 * slope * across * along + bend * x * along**2,
            slope * across**2 + 2 * bend * x * across * along + third * x**2 / 2 * along**2,
        ]
    )


@_checks.checked
class IsolatedRavine(NamedTuple):
    """The ravine with one minimum, f(x, y) = (1 + slope * y) x^2 / 2 + bottom * y^2 / 2.

    A point is ``w = (x, y)``. The minimum is 0, with Hessian diag(1, bottom) and third derivative
    T[x, x, y] = slope. The curvature across is positive for ``slope * y > -1``.

    Parameters
    ----------
    slope : float
        Change of the curvature across along the bottom.
    bottom : float
        Curvature along the bottom, above 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    slope: float
    bottom: float

    def checked(self):
        """Return the fields as clean values."""
        return _checks.number("slope", self.slope), _checks.positive("bottom", self.bottom)


@value.register(IsolatedRavine)
def _(objective, w):
    return (1.0 + objective.slope * w[1]) * w[0] * w[0] / 2 + objective.bottom * w[1] * w[1] / 2


@gradient.register(IsolatedRavine)
def _(objective, w, out):
    out[0] = (1.0 + objective.slope * w[1]) * w[0]
    out[1] = objective.slope * w[0] * w[0] / 2 + objective.bottom * w[1]


@dimension.register(IsolatedRavine)
def _(objective):
    return 2


@hessian.register(IsolatedRavine)
def _(objective, w):
    cross = objective.slope * w[0]
    return np.array([[1 + objective.slope * w[1], cross], [cross, objective.bottom]])


@third_derivative.register(IsolatedRavine)
def _(objective, w, v):
    return objective.slope * np.array([2 * v[0] * v[1], v[0] ** 2])
