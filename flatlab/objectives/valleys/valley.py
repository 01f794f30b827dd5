"""A straight valley of minima whose curvature follows a profile: f = a(y) |z|^2 / 2."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives.questions import (
    closed_limit,
    conserved,
    dimension,
    distance_and_certificate,
    gradient,
    hessian,
    hessian_trace,
    third_derivative,
    trace_gradient,
    value,
)
from flatlab.objectives.valleys.profile_flow import flow_end, flow_height
from flatlab.objectives.valleys.profiles import check_profile, profile_at

__all__ = ["Valley"]


@checks.validated
class Valley(NamedTuple):
    """The valley f(z, y) = a(y) |z|^2 / 2 with z in R^n; the point is w = (z_1, ..., z_n, y), d = n + 1.

    With n = 1, the default, it is the ravine a(y) x^2 / 2. Its minima are z = 0, of value 0, where the trace of the
    Hessian is n a(y). The gradient flow keeps the direction of z and follows dy/du = a'(y) / (2 a(y)), u = |z|^2 / 2.

    profile : the curvature a, from ``flatlab.objectives.valleys``
    transverse : the number n of coordinates z, 1 or above

    >>> print(round(value(Valley(named_profile("bowl")), [1.0, 2.0]), 6))
    2.5
    """

    profile: NamedTuple
    transverse: int = 1

    def clean_fields(self) -> tuple:
        return check_profile("profile", self.profile), checks.integer("transverse", self.transverse, at_least=1)


@value.register(Valley)
def _(objective, w):
    n = w.size - 1
    a, _, _, _ = profile_at(objective.profile, w[n])
    squares = 0.0
    for i in range(n):
        squares += w[i] * w[i]
    return a * squares / 2


@gradient.register(Valley)
def _(objective, w, out):
    n = w.size - 1
    a, slope, _, _ = profile_at(objective.profile, w[n])
    squares = 0.0
    for i in range(n):
        squares += w[i] * w[i]
        out[i] = a * w[i]
    out[n] = slope * squares / 2


@dimension.register(Valley)
def _(objective):
    return objective.transverse + 1


@hessian.register(Valley)
def _(objective, w):
    a, slope, curvature, _ = profile_at(objective.profile, float(w[-1]))
    z = np.asarray(w[:-1])
    matrix = np.diag(np.append(np.full(z.size, a), curvature * (z @ z) / 2))
    matrix[-1, :-1] = matrix[:-1, -1] = slope * z
    return matrix


@hessian_trace.register(Valley)
def _(objective, w):
    a, _, curvature, _ = profile_at(objective.profile, float(w[-1]))
    z = np.asarray(w[:-1])
    return float(z.size * a + curvature * (z @ z) / 2)


@trace_gradient.register(Valley)
def _(objective, w):
    z = np.asarray(w[:-1], dtype=float)
    _, slope, curvature, third = profile_at(objective.profile, float(w[-1]))
    return np.append(curvature * z, z.size * slope + third * (z @ z) / 2)


@third_derivative.register(Valley)
def _(objective, w, v):
    z, across, along = np.asarray(w[:-1], dtype=float), v[:-1], v[-1]
    _, slope, curvature, third = profile_at(objective.profile, float(w[-1]))
    last = slope * (across @ across) + 2 * curvature * along * (z @ across) + third * along**2 * (z @ z) / 2
    return np.append(2 * slope * along * across + curvature * along**2 * z, last)


@closed_limit.register(Valley)
def _(objective, w):
    end = flow_end(objective.profile, float(w[-1]), float(w[:-1] @ w[:-1]) / 2)
    if not math.isfinite(end):
        raise ValueError(f"w must start where the profile is positive, got y = {w[-1]:g} on {objective.profile}")
    return np.append(np.zeros(w.size - 1), end)


@conserved.register(Valley)
def _(objective, w):
    # the direction of z, and F(y) - u
    z = np.asarray(w[:-1], dtype=float)
    return np.append(z / np.linalg.norm(z), flow_height(objective.profile, float(w[-1])) - z @ z / 2)


@compiled
def distance_and_slope(profile, w):
    """Return how far the gradient flow from w moves, and the slope |a'| where it ends, by one midpoint step."""
    n = w.size - 1
    u = 0.0
    for i in range(n):
        u += w[i] * w[i]
    u /= 2
    # dy/du = a'/(2a) from u to 0
    a, slope, _, _ = profile_at(profile, w[n])
    a, slope, _, _ = profile_at(profile, w[n] - u * slope / (4 * a))
    move = u * slope / (2 * a)
    _, slope, _, _ = profile_at(profile, w[n] - move)
    return math.sqrt(2 * u + move * move), abs(slope)


@distance_and_certificate.register(Valley)
def _(objective, w):
    n = w.size - 1
    distance, slope = distance_and_slope(objective.profile, w)
    return distance, n * slope / (n + 1)
