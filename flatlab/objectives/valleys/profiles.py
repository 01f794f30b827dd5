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
    "NAMED",
    "Bump",
    "Constant",
    "ExponentialTail",
    "Parabola",
    "PowerTail",
    "Ramp",
    "ScaledProfile",
    "Sigmoid",
    "SoftRamp",
    "TwoWells",
    "Wave",
    "WavyBowl",
    "named_profile",
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


class TwoWells(NamedTuple):
    """The profile a(y) = 1 + (y^2 - 1)^2: minima at -1 and 1, a maximum between them."""


@profile_at.register(TwoWells)
def _(profile, y):
    well = y * y - 1.0
    return 1.0 + well * well, 4.0 * y * well, 12.0 * y * y - 4.0, 24.0 * y


class WavyBowl(NamedTuple):
    """The profile a(y) = 2 + y^2/8 - cos 2y: a lowest minimum at 0 and local ones on both sides."""


@profile_at.register(WavyBowl)
def _(profile, y):
    cosine, sine = math.cos(2.0 * y), math.sin(2.0 * y)
    return 2.0 + y * y / 8.0 - cosine, y / 4.0 + 2.0 * sine, 0.25 + 4.0 * cosine, -8.0 * sine


class Sigmoid(NamedTuple):
    """The profile a(y) = 1 + 1/(1 + exp(-y)): it falls to 1 as y goes to minus infinity, stationary nowhere."""


@profile_at.register(Sigmoid)
def _(profile, y):
    small = math.exp(-abs(y))
    fraction = (1.0 if y >= 0 else small) / (1.0 + small)
    slope = small / (1.0 + small) ** 2
    return 1.0 + fraction, slope, slope * (1.0 - 2.0 * fraction), slope * (1.0 - 6.0 * slope)


class Bump(NamedTuple):
    """The profile a(y) = 1 + exp(-y^2): one maximum at 0, it falls to 1 on both sides."""


@profile_at.register(Bump)
def _(profile, y):
    bump = math.exp(-y * y)
    return 1.0 + bump, -2.0 * y * bump, (4.0 * y * y - 2.0) * bump, (12.0 * y - 8.0 * y * y * y) * bump


@checks.validated
class ScaledProfile(NamedTuple):
    """The profile a(y) = level g(y / width), g another profile.

    profile : the profile g
    level, width : above 0
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


NAMED = {"bowl": Parabola(), "double-well": TwoWells(), "wavy": WavyBowl(), "slope": Sigmoid(), "hill": Bump()}


def named_profile(name: str) -> NamedTuple:
    """Return the profile that a claim or a command line calls by a name of ``NAMED``."""
    return NAMED[checks.one_of("profile", name, tuple(NAMED))]
