"""Profiles a(y): how the curvature across a valley changes along it.

A profile is a NamedTuple of numbers. ``profile_at`` gives a and its first three derivatives at once; the compiler
drops what a caller leaves unused. Valleys, and anything else whose curvature follows one coordinate, take a profile
as a field.
"""

import math
from typing import NamedTuple

from flatlab import _arguments, _checks
from flatlab.compiler.generic import generic

__all__ = ["Constant", "ExponentialTail", "Parabola", "PowerTail", "Ramp", "SoftRamp", "Wave", "profile_at"]


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
        raise ValueError(f"{name} must be a profile from flatlab.profiles, got {profile!r:.80}")
    return profile


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        return (_checks.positive("level", self.level),)


@profile_at.register(Constant)
def _(profile, y):
    return profile.level, 0.0, 0.0, 0.0


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        return _checks.positive("level", self.level), _checks.number("slope", self.slope)


@profile_at.register(Ramp)
def _(profile, y):
    return profile.level + profile.slope * y, profile.slope, 0.0, 0.0


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        return tuple(_checks.positive(name, value) for name, value in zip(self._fields, self))


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


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        return _checks.positive("level", self.level), _checks.positive("bend", self.bend)


@profile_at.register(Parabola)
def _(profile, y):
    return profile.level + profile.bend * y * y / 2, profile.bend * y, profile.bend, 0.0


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        rate = _checks.number("rate", self.rate)
        if rate == 0:
            raise ValueError("rate must not be 0, got 0.0: take the profile Constant instead")
        return _checks.nonnegative("level", self.level), _checks.positive("scale", self.scale), rate


@profile_at.register(ExponentialTail)
def _(profile, y):
    tail = profile.scale * math.exp(-profile.rate * y)
    bend = profile.rate * profile.rate * tail
    return profile.level + tail, -profile.rate * tail, bend, -profile.rate * bend


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        return (
            _checks.nonnegative("level", self.level),
            _checks.positive("scale", self.scale),
            _checks.positive("power", self.power),
        )


@profile_at.register(PowerTail)
def _(profile, y):
    if y <= 0:
        return math.nan, math.nan, math.nan, math.nan
    tail = profile.scale * y ** (-profile.power)
    slope = -profile.power * tail / y
    bend = -(profile.power + 1) * slope / y
    return profile.level + tail, slope, bend, -(profile.power + 2) * bend / y


@_checks.checked
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

    def checked(self):
        """Return the fields as clean values."""
        level, height = _checks.positive("level", self.level), _checks.number("height", self.height)
        if abs(height) >= level:
            raise ValueError(f"height must be below the level {level:g} in size, got {height:g}")
        return level, height, _checks.positive("wavenumber", self.wavenumber), _checks.number("phase", self.phase)


@profile_at.register(Wave)
def _(profile, y):
    k, angle = profile.wavenumber, profile.wavenumber * y + profile.phase
    wave, rise = profile.height * math.cos(angle), profile.height * math.sin(angle)
    return profile.level + wave, -k * rise, -k * k * wave, k**3 * rise
