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
def profile_at(profile, y):
    """Return the curvature a(y) and its first three derivatives.

    Parameters
    ----------
    profile : NamedTuple
    y : float

    Returns
    -------
    tuple of four floats
        a(y), a'(y), a''(y), a'''(y).
    """


def check_profile(name, profile):
    """Return ``profile`` if it has a registered ``profile_at``, or refuse it."""
    if not profile_at.implemented(type(profile)):
        raise ValueError(f"{name} must be a profile from flatlab.objectives.valleys, got {checks.shown(profile)}")
    return profile


@checks.validated
class Constant(NamedTuple):
    """The profile a(y) = level.

    Parameters
    ----------
    level : float
        Above 0.

    Raises
    ------
    ValueError
        If the level is not positive.
    """

    level: float = 1.0

    def clean_fields(self):
        """Return the fields as clean values."""
        return (checks.positive("level", self.level),)


@profile_at.register(Constant)
def _(profile, y):
    return profile.level, 0.0, 0.0, 0.0


@checks.validated
class Ramp(NamedTuple):
    """The profile a(y) = level + slope y, positive on one side only.

    Parameters
    ----------
    level, slope : float
        The level is above 0.

    Raises
    ------
    ValueError
        If the level is not positive or the slope is not finite.
    """

    level: float = 1.0
    slope: float = 1.0

    def clean_fields(self):
        """Return the fields as clean values."""
        return checks.positive("level", self.level), checks.number("slope", self.slope)


@profile_at.register(Ramp)
def _(profile, y):
    return profile.level + profile.slope * y, profile.slope, 0.0, 0.0


@checks.validated
class SoftRamp(NamedTuple):
    """The profile a(y) = level + slope width log(1 + exp(y / width)): flat for y < 0, a ramp for y > 0.

    Parameters
    ----------
    level, slope, width : float
        Above 0. The slope a' runs from 0 to ``slope`` over a few widths.

    Raises
    ------
    ValueError
        If a parameter is not positive.
    """

    level: float = 1.0
    slope: float = 1.0
    width: float = 1.0

    def clean_fields(self):
        """Return the fields as clean values."""
        return tuple(checks.positive(name, value) for name, value in zip(self._fields, self))


@profile_at.register(SoftRamp)
def _(profile, y):
    small = math.exp(-abs(y) / profile.width)
    above = max(y, 0.0) + profile.width * math.log1p(small)
    share = (1.0 if y >= 0 else small) / (1.0 + small)
    bend = profile.slope * small / (1.0 + small) ** 2 / profile.width
    return (
        profile.level + profile.slope * above,
        profile.slope * share,
        bend,
        bend * (1.0 - 2.0 * share) / profile.width,
    )


@checks.validated
class Parabola(NamedTuple):
    """The profile a(y) = level + bend y^2 / 2.

    Parameters
    ----------
    level, bend : float
        Above 0.

    Raises
    ------
    ValueError
        If a parameter is not positive.
    """

    level: float = 1.0
    bend: float = 2.0

    def clean_fields(self):
        """Return the fields as clean values."""
        return checks.positive("level", self.level), checks.positive("bend", self.bend)


@profile_at.register(Parabola)
def _(profile, y):
    return profile.level + profile.bend * y * y / 2, profile.bend * y, profile.bend, 0.0


@checks.validated
class ExponentialTail(NamedTuple):
    """The profile a(y) = level + scale exp(-rate y); level 0 gives a pure exponential.

    Parameters
    ----------
    level : float
        0 or above.
    scale : float
        Above 0.
    rate : float
        Either sign, not 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    level: float = 1.0
    scale: float = 1.0
    rate: float = 1.0

    def clean_fields(self):
        """Return the fields as clean values."""
        rate = checks.number("rate", self.rate)
        if rate == 0:
            raise ValueError("rate must not be 0, got 0.0: take the profile Constant instead")
        return checks.nonnegative("level", self.level), checks.positive("scale", self.scale), rate


@profile_at.register(ExponentialTail)
def _(profile, y):
    tail = profile.scale * math.exp(-profile.rate * y)
    bend = profile.rate * profile.rate * tail
    return profile.level + tail, -profile.rate * tail, bend, -profile.rate * bend


@checks.validated
class PowerTail(NamedTuple):
    """The profile a(y) = level + scale y^(-power) on y > 0; not a number elsewhere.

    Parameters
    ----------
    level : float
        0 or above.
    scale, power : float
        Above 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    level: float = 1.0
    scale: float = 1.0
    power: float = 0.5

    def clean_fields(self):
        """Return the fields as clean values."""
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
    bend = -(profile.power + 1) * slope / y
    return profile.level + tail, slope, bend, -(profile.power + 2) * bend / y


@checks.validated
class Wave(NamedTuple):
    """The profile a(y) = level + height cos(wavenumber y + phase): flattest where the cosine is -1.

    Parameters
    ----------
    level : float
        Above |height|.
    height, phase : float
        Of either sign.
    wavenumber : float
        Above 0.

    Raises
    ------
    ValueError
        If a parameter is out of range.
    """

    level: float = 2.0
    height: float = 1.0
    wavenumber: float = 6.0
    phase: float = 0.0

    def clean_fields(self):
        """Return the fields as clean values."""
        level, height = checks.positive("level", self.level), checks.number("height", self.height)
        if abs(height) >= level:
            raise ValueError(f"height must be below the level {level:g} in size, got {height:g}")
        return level, height, checks.positive("wavenumber", self.wavenumber), checks.number("phase", self.phase)


@profile_at.register(Wave)
def _(profile, y):
    k, angle = profile.wavenumber, profile.wavenumber * y + profile.phase
    wave, rise = profile.height * math.cos(angle), profile.height * math.sin(angle)
    return profile.level + wave, -k * rise, -k * k * wave, k**3 * rise


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
    wave, rise = math.cos(2.0 * y), math.sin(2.0 * y)
    return 2.0 + y * y / 8.0 - wave, y / 4.0 + 2.0 * rise, 0.25 + 4.0 * wave, -8.0 * rise


class Sigmoid(NamedTuple):
    """The profile a(y) = 1 + 1/(1 + exp(-y)): it falls to 1 as y goes to minus infinity, stationary nowhere."""


@profile_at.register(Sigmoid)
def _(profile, y):
    small = math.exp(-abs(y))
    share = (1.0 if y >= 0 else small) / (1.0 + small)
    rise = small / (1.0 + small) ** 2
    return 1.0 + share, rise, rise * (1.0 - 2.0 * share), rise * (1.0 - 6.0 * rise)


class Bump(NamedTuple):
    """The profile a(y) = 1 + exp(-y^2): one maximum at 0, it falls to 1 on both sides."""


@profile_at.register(Bump)
def _(profile, y):
    bump = math.exp(-y * y)
    return 1.0 + bump, -2.0 * y * bump, (4.0 * y * y - 2.0) * bump, (12.0 * y - 8.0 * y * y * y) * bump


@checks.validated
class ScaledProfile(NamedTuple):
    """The profile a(y) = level g(y / width), g another profile.

    Parameters
    ----------
    profile : NamedTuple
        The profile g.
    level, width : float
        Above 0.

    Raises
    ------
    ValueError
        If the profile is none or a parameter is not positive.
    """

    profile: tuple
    level: float = 1.0
    width: float = 1.0

    def clean_fields(self):
        """Return the fields as clean values."""
        return (
            check_profile("profile", self.profile),
            checks.positive("level", self.level),
            checks.positive("width", self.width),
        )


@profile_at.register(ScaledProfile)
def _(profile, y):
    level, width = profile.level, profile.width
    g, slope, bend, third = profile_at(profile.profile, y / width)
    square = width * width
    return level * g, level * slope / width, level * bend / square, level * third / (square * width)


NAMED = {
    "bowl": Parabola(),
    "double-well": TwoWells(),
    "wavy": WavyBowl(),
    "slope": Sigmoid(),
    "hill": Bump(),
}


def named_profile(name):
    """Return the profile that a claim or a command line calls by a name of ``NAMED``.

    Parameters
    ----------
    name : str

    Returns
    -------
    NamedTuple

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    return NAMED[checks.one_of("profile", name, tuple(NAMED))]
