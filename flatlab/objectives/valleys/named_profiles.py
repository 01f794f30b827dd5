"""Profiles without parameters, and the names by which a claim or a command line calls a profile."""

import math
from typing import NamedTuple

from flatlab.base import checks
from flatlab.objectives.valleys.profiles import Parabola, profile_at

__all__ = ["NAMED", "Bump", "Sigmoid", "TwoWells", "WavyBowl", "named_profile"]


class TwoWells(NamedTuple):
    """The profile a(y) = 1 + (y^2 - 1)^2: minima at -1 and 1, a maximum between them.

    >>> profile_at(TwoWells(), 1.0)
    (1.0, 0.0, 8.0, 24.0)
    """


@profile_at.register(TwoWells)
def _(profile, y):
    well = y * y - 1.0
    return 1.0 + well * well, 4.0 * y * well, 12.0 * y * y - 4.0, 24.0 * y


class WavyBowl(NamedTuple):
    """The profile a(y) = 2 + y^2/8 - cos 2y: a lowest minimum at 0 and local ones on both sides.

    >>> profile_at(WavyBowl(), 0.0)
    (1.0, 0.0, 4.25, -0.0)
    """


@profile_at.register(WavyBowl)
def _(profile, y):
    cosine, sine = math.cos(2.0 * y), math.sin(2.0 * y)
    return 2.0 + y * y / 8.0 - cosine, y / 4.0 + 2.0 * sine, 0.25 + 4.0 * cosine, -8.0 * sine


class Sigmoid(NamedTuple):
    """The profile a(y) = 1 + 1/(1 + exp(-y)): it falls to 1 as y goes to minus infinity, stationary nowhere.

    >>> profile_at(Sigmoid(), 0.0)
    (1.5, 0.25, 0.0, -0.125)
    """


@profile_at.register(Sigmoid)
def _(profile, y):
    small = math.exp(-abs(y))
    fraction = (1.0 if y >= 0 else small) / (1.0 + small)
    slope = small / (1.0 + small) ** 2
    return 1.0 + fraction, slope, slope * (1.0 - 2.0 * fraction), slope * (1.0 - 6.0 * slope)


class Bump(NamedTuple):
    """The profile a(y) = 1 + exp(-y^2): one maximum at 0, it falls to 1 on both sides.

    >>> profile_at(Bump(), 0.0)
    (2.0, -0.0, -2.0, 0.0)
    """


@profile_at.register(Bump)
def _(profile, y):
    bump = math.exp(-y * y)
    return 1.0 + bump, -2.0 * y * bump, (4.0 * y * y - 2.0) * bump, (12.0 * y - 8.0 * y * y * y) * bump


NAMED = {"bowl": Parabola(), "double-well": TwoWells(), "wavy": WavyBowl(), "slope": Sigmoid(), "hill": Bump()}


def named_profile(name: str) -> NamedTuple:
    """Return the profile that a claim or a command line calls by a name of ``NAMED``."""
    return NAMED[checks.one_of("profile", name, tuple(NAMED))]
