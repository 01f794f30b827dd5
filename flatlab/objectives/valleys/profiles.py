"""Profiles a(y): how the curvature across a valley changes along it.

A profile is a NamedTuple of numbers. ``profile_at`` gives a and its first three derivatives at once; the compiler
drops what a caller leaves unused. Valleys, and anything else whose curvature follows one coordinate, take a profile
as a field.
"""

import math
from typing import NamedTuple

from flatlab.base import checks
from flatlab.compiler import arguments as _arguments
from flatlab.compiler.generic import generic

__all__ = [
    "Constant",
    "ExponentialTail",
    "Parabola",
    "PowerTail",
    "Ramp",
    "ScaledProfile",
    "SoftRamp",
    "Wave",
    "profile_at",
]


@generic(required=True, check=lambda profile, y: (_arguments.number("y", y),))
def profile_at(profile: NamedTuple, y: float) -> tuple[float, float, float, float]:
    """Return the curvature a(y) and its first three derivatives.

    a(y), a'(y), a''(y), a'''(y).
    """
    raise NotImplementedError


def check_profile(name: str, profile: NamedTuple) -> NamedTuple:
    """Return ``profile`` if it has a registered ``profile_at``, or refuse it."""
    if not profile_at.implemented(type(profile)):
        raise ValueError(f"{name} must be a profile from flatlab.objectives.valleys, got {checks.shown(profile)}")
    return profile


@checks.validated
class Constant(NamedTuple):
    """The profile a(y) = level.

    level : above 0

    >>> profile_at(Constant(level=2.0), 1.0)
    (2.0, 0.0, 0.0, 0.0)
    """

    level: float = 1.0

    def clean_fields(self) -> tuple:
        return (checks.positive("level", self.level),)


@profile_at.register(Constant)
def _(profile, y):
    return profile.level, 0.0, 0.0, 0.0


@checks.validated
class Ramp(NamedTuple):
    """The profile a(y) = level + slope y, positive on one side only.

    level, slope : the level is above 0

    >>> profile_at(Ramp(level=1.0, slope=0.5), 1.0)
    (1.5, 0.5, 0.0, 0.0)
    """

    level: float = 1.0
    slope: float = 1.0

    def clean_fields(self) -> tuple:
        return checks.positive("level", self.level), checks.number("slope", self.slope)


@profile_at.register(Ramp)
def _(profile, y):
    return profile.level + profile.slope * y, profile.slope, 0.0, 0.0


@checks.validated
class SoftRamp(NamedTuple):
    """The profile a(y) = level + slope width log(1 + exp(y / width)): flat for y < 0, a ramp for y > 0.

    level, slope, width : above 0. The slope a' runs from 0 to ``slope`` over a few widths.

    >>> round(profile_at(SoftRamp(level=1.0, slope=2.0, width=0.1), 3.0)[0], 6)
    7.0
    """

    level: float = 1.0
    slope: float = 1.0
    width: float = 1.0

    def clean_fields(self) -> tuple:
        return tuple(checks.positive(name, value) for name, value in zip(self._fields, self))


@profile_at.register(SoftRamp)
def _(profile, y):
    small = math.exp(-abs(y) / profile.width)
    above = max(y, 0.0) + profile.width * math.log1p(small)
    fraction = (1.0 if y >= 0 else small) / (1.0 + small)
    curvature = profile.slope * small / (1.0 + small) ** 2 / profile.width
    return (
        profile.level + profile.slope * above,
        profile.slope * fraction,
        curvature,
        curvature * (1.0 - 2.0 * fraction) / profile.width,
    )


@checks.validated
class Parabola(NamedTuple):
    """The profile a(y) = level + curvature y^2 / 2.

    level, curvature : above 0

    >>> profile_at(Parabola(level=1.0, curvature=2.0), 1.0)
    (2.0, 2.0, 2.0, 0.0)
    """

    level: float = 1.0
    curvature: float = 2.0

    def clean_fields(self) -> tuple:
        return checks.positive("level", self.level), checks.positive("curvature", self.curvature)


@profile_at.register(Parabola)
def _(profile, y):
    return profile.level + profile.curvature * y * y / 2, profile.curvature * y, profile.curvature, 0.0


@checks.validated
class ExponentialTail(NamedTuple):
    """The profile a(y) = level + scale exp(-rate y); level 0 gives a pure exponential.

    level : 0 or above
    scale : above 0
    rate : either sign, not 0

    >>> profile_at(ExponentialTail(level=1.0, scale=1.0, rate=0.5), 0.0)
    (2.0, -0.5, 0.25, -0.125)
    """

    level: float = 1.0
    scale: float = 1.0
    rate: float = 1.0

    def clean_fields(self) -> tuple:
        rate = checks.number("rate", self.rate)
        if rate == 0:
            raise ValueError("rate must not be 0, got 0.0: take the profile Constant instead")
        return checks.nonnegative("level", self.level), checks.positive("scale", self.scale), rate


@profile_at.register(ExponentialTail)
def _(profile, y):
    tail = profile.scale * math.exp(-profile.rate * y)
    curvature = profile.rate * profile.rate * tail
    return profile.level + tail, -profile.rate * tail, curvature, -profile.rate * curvature


@checks.validated
class PowerTail(NamedTuple):
    """The profile a(y) = level + scale y^(-power) on y > 0; not a number elsewhere.

    level : 0 or above
    scale, power : above 0

    >>> profile_at(PowerTail(level=1.0, scale=1.0, power=0.5), 4.0)[:2]
    (1.5, -0.0625)
    """

    level: float = 1.0
    scale: float = 1.0
    power: float = 0.5

    def clean_fields(self) -> tuple:
        return (
            checks.nonnegative("level", self.level),
            checks.positive("scale", self.scale),
            checks.positive("power", self.power),
        )


@profile_at.register(PowerTail)
def _(profile, y):
    if y <= 0:
        return math.nan, math.nan, math.nan, math.nan
    tail = profile.scale * y ** (-profile.power)
    slope = -profile.power * tail / y
    curvature = -(profile.power + 1) * slope / y
    return profile.level + tail, slope, curvature, -(profile.power + 2) * curvature / y


@checks.validated
class Wave(NamedTuple):
    """The profile a(y) = level + height cos(wavenumber y + phase): flattest where the cosine is -1.

    level : above |height|
    height, phase : of either sign
    wavenumber : above 0

    >>> profile_at(Wave(level=2.0, height=1.0, wavenumber=6.0), 0.0)[0]
    3.0
    """

    level: float = 2.0
    height: float = 1.0
    wavenumber: float = 6.0
    phase: float = 0.0

    def clean_fields(self) -> tuple:
        level, height = checks.positive("level", self.level), checks.number("height", self.height)
        if abs(height) >= level:
            raise ValueError(f"height must be below the level {level:g} in size, got {height:g}")
        return level, height, checks.positive("wavenumber", self.wavenumber), checks.number("phase", self.phase)


@profile_at.register(Wave)
def _(profile, y):
    k, angle = profile.wavenumber, profile.wavenumber * y + profile.phase
    cosine, sine = profile.height * math.cos(angle), profile.height * math.sin(angle)
    return profile.level + cosine, -k * sine, -k * k * cosine, k**3 * sine


@checks.validated
class ScaledProfile(NamedTuple):
    """The profile a(y) = level g(y / width), g another profile.

    profile : the profile g
    level, width : above 0

    >>> profile_at(ScaledProfile(Parabola(level=1.0, curvature=2.0), level=3.0, width=2.0), 2.0)
    (6.0, 3.0, 1.5, 0.0)
    """

    profile: NamedTuple
    level: float = 1.0
    width: float = 1.0

    def clean_fields(self) -> tuple:
        return (
            check_profile("profile", self.profile),
            checks.positive("level", self.level),
            checks.positive("width", self.width),
        )


@profile_at.register(ScaledProfile)
def _(profile, y):
    level, width = profile.level, profile.width
    g, slope, curvature, third = profile_at(profile.profile, y / width)
    square = width * width
    return level * g, level * slope / width, level * curvature / square, level * third / (square * width)
