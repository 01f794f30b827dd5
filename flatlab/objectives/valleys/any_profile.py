"""The profiles of this package as one class, so that a run along one valley is compiled for all of them."""

import math
from collections import namedtuple
from typing import NamedTuple

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.common import common_form
from flatlab.compiler.options import compiled
from flatlab.objectives.valleys.kink import Kink
from flatlab.objectives.valleys.named_profiles import Bump, Sigmoid, TwoWells, WavyBowl
from flatlab.objectives.valleys.profiles import (
    Constant,
    ExponentialTail,
    Parabola,
    PowerTail,
    Ramp,
    ScaledProfile,
    SoftRamp,
    Wave,
    profile_at,
)

KINDS = (
    Constant,
    Ramp,
    SoftRamp,
    Parabola,
    ExponentialTail,
    PowerTail,
    Wave,
    TwoWells,
    WavyBowl,
    Sigmoid,
    Bump,
    Kink,
)


class AnyProfile(NamedTuple):
    """One of the profiles, scaled: a(y) = level g(y / width), g the profile number ``kind`` with fields p, q, r, s.

    >>> common_form(Ramp(level=1.0, slope=0.5))
    AnyProfile(kind=1, p=1.0, q=0.5, r=0.0, s=0.0, level=1.0, width=1.0)
    """

    kind: int
    p: float
    q: float
    r: float
    s: float
    level: float
    width: float


def _numbered(profile):
    p, q, r, s = [*map(float, profile), 0.0, 0.0, 0.0, 0.0][:4]
    return AnyProfile(KINDS.index(type(profile)), p, q, r, s, 1.0, 1.0)


@common_form.register(ScaledProfile)
def _(profile):
    if type(profile.profile) in KINDS:
        return _numbered(profile.profile)._replace(level=profile.level, width=profile.width)
    return profile


def _first_of(kind, number, others):
    """Return the function of a number and four fields that is the profile ``kind`` where the number says so."""
    fields = [*kind._fields, *(f"unused_{k}" for k in range(4 - len(kind._fields)))]
    numbers = namedtuple(f"{kind.__name__}Numbers", fields)  # without the checks of the profile's own class
    formula = compiled(profile_at.implementation(kind))

    @compiled
    def chosen(which, p, q, r, s, y):
        if which == number:
            return formula(numbers(p, q, r, s), y)
        return others(which, p, q, r, s, y)

    return chosen


@compiled
def _none_of_them(which, p, q, r, s, y):
    return math.nan, math.nan, math.nan, math.nan


_any_of_them = _none_of_them
for _number, _kind in enumerate(KINDS):
    _any_of_them = _first_of(_kind, _number, _any_of_them)
    common_form.register(_kind)(_numbered)


@compiled_apart
def _profile_of(which, p, q, r, s, y):
    return _any_of_them(which, p, q, r, s, y)


@profile_at.register(AnyProfile)
def _(profile, y):
    level, width = profile.level, profile.width
    if level == 1.0 and width == 1.0:
        return _profile_of(profile.kind, profile.p, profile.q, profile.r, profile.s, y)
    g, slope, curvature, third = _profile_of(profile.kind, profile.p, profile.q, profile.r, profile.s, y / width)
    square = width * width
    return level * g, level * slope / width, level * curvature / square, level * third / (square * width)
