"""Ravines beyond a straight line of minima: several side by side, and one with a single minimum."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import dimension, gradient, hessian, third_derivative, value
from flatlab.objectives.valleys.profiles import check_profile, profile_at
from flatlab.objectives.valleys.valley import Valley

__all__ = ["IsolatedRavine", "SeparableRavine"]


@checks.validated
class SeparableRavine(NamedTuple):
    """The sum of k ravines, f(x, y) = (1/2) sum_i a_i(y_i) x_i^2, a separable least-squares problem.

    Here a_i(y) = level_i g(y / width_i): it is (1/2)|F|^2 with F_i = sqrt(a_i(y_i)) x_i. A point is
    ``w = (x_1 .. x_k, y_1 .. y_k)``, d = 2k. On the bottom x = 0 the eigenvalues are the a_i(y_i) and k zeros, so the
    two largest can cross as y moves.

    profile : the profile g, from ``flatlab.objectives.valleys``, the same for all
    levels : (k,), above 0
    widths : (k,), above 0

    >>> print(round(value(SeparableRavine(named_profile("double-well"), [1.0], [1.0]), [1.0, 2.0]), 6))
    5.0
    """

    profile: NamedTuple
    levels: checks.Array
    widths: checks.Array

    def clean_fields(self) -> tuple:
        levels = checks.vector("levels", self.levels)
        widths = checks.vector("widths", self.widths, levels.size)
        for name, values in (("levels", levels), ("widths", widths)):
            if values.min() <= 0:
                raise ValueError(f"{name} must be above 0, got {values.min():g} at index {int(values.argmin())}")
        return check_profile("profile", self.profile), levels, widths


@value.register(SeparableRavine)
def _(objective, w):
    count, total = objective.levels.size, 0.0
    for i in range(count):
        shape, _, _, _ = profile_at(objective.profile, w[count + i] / objective.widths[i])
        total += objective.levels[i] * shape * w[i] * w[i]
    return total / 2


@gradient.register(SeparableRavine)
def _(objective, w, out):
    count = objective.levels.size
    for i in range(count):
        shape, slope, _, _ = profile_at(objective.profile, w[count + i] / objective.widths[i])
        out[i] = objective.levels[i] * shape * w[i]
        out[count + i] = objective.levels[i] * slope / objective.widths[i] * w[i] * w[i] / 2


@dimension.register(SeparableRavine)
def _(objective):
    return 2 * objective.levels.size


def _each_curvature(objective, w):
    y = w[objective.levels.size :] / objective.widths
    shapes = np.array([profile_at(objective.profile, float(s)) for s in y]).T
    return [objective.levels * shape / objective.widths**order for order, shape in enumerate(shapes)]


@hessian.register(SeparableRavine)
def _(objective, w):
    x = w[: objective.levels.size]
    a, slope, curvature, _ = _each_curvature(objective, w)
    cross = np.diag(slope * x)
    return np.block([[np.diag(a), cross], [cross, np.diag(curvature * x**2 / 2)]])


@third_derivative.register(SeparableRavine)
def _(objective, w, v):
    count = objective.levels.size
    x, across, along = w[:count], v[:count], v[count:]
    _, slope, curvature, third = _each_curvature(objective, w)
    return np.concatenate(
        [
            2 * slope * across * along + curvature * x * along**2,
            slope * across**2 + 2 * curvature * x * across * along + third * x**2 / 2 * along**2,
        ]
    )


@checks.validated
class IsolatedRavine(NamedTuple):
    """The ravine with one minimum, f(x, y) = a(y) x^2 / 2 + bottom * y^2 / 2.

    A point is ``w = (x, y)``. The minimum is 0, with Hessian diag(a(0), bottom) and third derivative
    T[x, x, y] = a'(0).

    profile : the curvature a across, from ``flatlab.objectives.valleys``
    bottom : curvature along the bottom, above 0

    >>> print(round(value(IsolatedRavine(named_profile("bowl"), bottom=0.5), [1.0, 2.0]), 6))
    3.5
    """

    profile: NamedTuple
    bottom: float

    def clean_fields(self) -> tuple:
        return check_profile("profile", self.profile), checks.positive("bottom", self.bottom)


@value.register(IsolatedRavine)
def _(objective, w):
    a, _, _, _ = profile_at(objective.profile, w[1])
    return a * w[0] * w[0] / 2 + objective.bottom * w[1] * w[1] / 2


@gradient.register(IsolatedRavine)
def _(objective, w, out):
    a, slope, _, _ = profile_at(objective.profile, w[1])
    out[0] = a * w[0]
    out[1] = slope * w[0] * w[0] / 2 + objective.bottom * w[1]


@dimension.register(IsolatedRavine)
def _(objective):
    return 2


@hessian.register(IsolatedRavine)
def _(objective, w):
    a, slope, curvature, _ = profile_at(objective.profile, float(w[1]))
    return np.array([[a, slope * w[0]], [slope * w[0], curvature * w[0] ** 2 / 2 + objective.bottom]])


@third_derivative.register(IsolatedRavine)
def _(objective, w, v):
    return third_derivative(Valley(objective.profile), w, v)
