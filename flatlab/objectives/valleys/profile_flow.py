"""Gradient flow of a valley a(y) |z|^2 / 2 reduced to one dimension: where along the valley it ends.

With u = |z|^2 / 2 the flow obeys dy/du = a'(y) / (2 a(y)) while u falls to 0, so that F(y) - u is constant,
F = integral of 2a/a'. The end y_0 solves F(y_0) = F(y) - u.
"""

import math
from typing import NamedTuple, cast

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import wrightomega

from flatlab.compiler.arguments import number
from flatlab.compiler.generic import generic
from flatlab.objectives.valleys.named_profiles import Sigmoid, TwoWells
from flatlab.objectives.valleys.profiles import (
    Constant,
    ExponentialTail,
    Parabola,
    PowerTail,
    Ramp,
    ScaledProfile,
    Wave,
    profile_at,
)

TOLERANCE = 1e-13


def _numbers(profile, y, *u):
    return (number("y", y), *(number("u", size) for size in u))


@generic(compiled=False, check=_numbers)
def flow_end(profile: NamedTuple, y: float, u: float) -> float:
    """Return where along the valley the gradient flow from (y, u = |z|^2/2) ends.

    ``F(y_0) = F(y) - u`` in closed form where it is known; the default integrates ``dy/du = a'/(2a)``, one smooth
    equation, to a relative 1e-13.

    u : |z|^2 / 2

    Source: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    return flow_end_by_integration(profile, y, u)


def flow_end_by_integration(profile: NamedTuple, y: float, u: float) -> float:
    """Return the same as :func:`flow_end` from the one-dimensional equation, whatever the profile.

    Source: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    if u == 0:
        return float(y)

    def velocity(_, state):
        a, profile_slope, _, _ = profile_at(profile, float(state[0]))
        return [profile_slope / (2 * a)]

    run = solve_ivp(velocity, (u, 0.0), [y], method="DOP853", rtol=TOLERANCE, atol=1e-15)
    return float(run.y[0, -1])


@generic(compiled=False, check=_numbers)
def flow_height(profile: NamedTuple, y: float) -> float:
    """Return F(y), the integral of 2a/a', where it is elementary; F(y) - u is constant along the flow.

    Up to a constant.

    Source: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    raise TypeError(f"{type(profile).__name__} has no elementary flow height")


@flow_height.register(Ramp)
def _(profile, y):
    return ((profile.level + profile.slope * y) / profile.slope) ** 2


@flow_height.register(Parabola)
def _(profile, y):
    return 2 * profile.level / profile.curvature * math.log(abs(y)) + y * y / 2


@flow_height.register(ExponentialTail)
def _(profile, y):
    c = profile.rate
    return -2 / c * (profile.level / (profile.scale * c) * math.exp(c * y) + y)


@flow_height.register(PowerTail)
def _(profile, y):
    p = profile.power
    return -2 / p * (profile.level * y ** (p + 2) / (profile.scale * (p + 2)) + y * y / 2)


@flow_height.register(Wave)
def _(profile, y):
    angle = profile.wavenumber * y + profile.phase
    ratio = profile.level / profile.height
    return -2 / profile.wavenumber**2 * (ratio * math.log(abs(math.tan(angle / 2))) + math.log(abs(math.sin(angle))))


@flow_height.register(TwoWells)
def _(profile, y):
    return math.log(abs(y * y - 1)) / 4 - math.log(abs(y)) + y * y / 4


@flow_height.register(Sigmoid)
def _(profile, y):
    return 6 * y + 4 * math.exp(y) - 2 * math.exp(-y)


@flow_height.register(ScaledProfile)
def _(profile, y):
    return profile.width**2 * flow_height(profile.profile, y / profile.width)


@flow_end.register(Constant)
def _(profile, y, u):
    return float(y)


@flow_end.register(ScaledProfile)
def _(profile, y, u):
    # in y / width the flow is that of the profile inside, with u / width^2; the level drops out of a'/a
    return profile.width * flow_end(profile.profile, y / profile.width, u / profile.width**2)


@flow_end.register(Ramp)
def _(profile, y, u):
    # a^2 falls by slope^2 u
    a = math.sqrt(max((profile.level + profile.slope * y) ** 2 - profile.slope**2 * u, 0.0))
    return (a - profile.level) / profile.slope if profile.slope else float(y)


@flow_end.register(Parabola)
def _(profile, y, u):
    # q + log q falls by (curvature/level) u where q = curvature y^2 / (2 level); Wright's omega solves q + log q = c
    if y == 0:
        return 0.0
    ratio = profile.curvature / (2 * profile.level)
    q = ratio * y * y
    return math.copysign(math.sqrt(float(wrightomega(q + math.log(q) - 2 * ratio * u)) / ratio), y)


@flow_end.register(ExponentialTail)
def _(profile, y, u):
    # q + log q rises by rate^2 u / 2 where q = (level/scale) exp(rate y)
    if profile.level == 0:
        return y + profile.rate * u / 2
    offset = math.log(profile.level / profile.scale)
    log_q = profile.rate * y + offset
    total = math.exp(log_q) + log_q + profile.rate**2 * u / 2
    return (total - float(wrightomega(total)) - offset) / profile.rate


@flow_end.register(PowerTail)
def _(profile, y, u):
    if y <= 0:
        return math.nan
    p = profile.power

    def height(x):
        return profile.level * x ** (p + 2) / (profile.scale * (p + 2)) + x * x / 2

    goal = height(y) + p * u / 2
    return _root(lambda x: height(x) - goal, y, math.sqrt(y * y + p * u))


@flow_end.register(Wave)
def _(profile, y, u):
    k, ratio = profile.wavenumber, profile.level / abs(profile.height) if profile.height else math.inf
    if math.isinf(ratio):
        return float(y)
    # measured from the top of the curve the angle runs up to pi, where the curve is flattest
    shift = profile.phase + (math.pi if profile.height < 0 else 0.0)
    turn = math.floor((k * y + shift + math.pi) / (2 * math.pi)) * 2 * math.pi
    angle = k * y + shift - turn
    if angle in (0.0, -math.pi) or u == 0:
        return float(y)
    side = math.copysign(1.0, angle)
    angle = abs(angle)

    def height(x):
        return ratio * math.log(math.tan(x / 2)) + math.log(math.sin(x))

    goal = height(angle) + k * k * u / 2
    below_flat = math.nextafter(math.pi, 0)
    end = _root(lambda x: height(x) - goal, angle, below_flat) if height(below_flat) > goal else math.pi
    return (side * end + turn - shift) / k


def _root(function, low, high):
    if function(low) >= 0:
        return float(low)
    if function(high) <= 0:  # the root is an end of the bracket, to rounding
        return float(high)
    return cast("float", brentq(function, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps))
