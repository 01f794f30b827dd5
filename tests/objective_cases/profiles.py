"""Twins of the profiles that have a name, and an instance of every profile."""

import autograd.numpy as anp

from flatlab.objectives.valleys import named_profiles, profiles
from flatlab.objectives.valleys.any_profile import AnyProfile
from flatlab.objectives.valleys.kink import Kink

SHAPES = {
    "bowl": lambda s: 1 + s**2,
    "double-well": lambda s: 1 + (s**2 - 1) ** 2,
    "wavy": lambda s: 2 + s**2 / 8 - anp.cos(2 * s),
    "slope": lambda s: 1 + 1 / (1 + anp.exp(-s)),
    "hill": lambda s: 1 + anp.exp(-(s**2)),
}
PROFILES = [
    profiles.Constant(),
    profiles.Ramp(),
    profiles.SoftRamp(),
    profiles.Parabola(),
    profiles.ExponentialTail(),
    Kink(),
    profiles.PowerTail(),
    profiles.Wave(),
    named_profiles.TwoWells(),
    named_profiles.WavyBowl(),
    named_profiles.Sigmoid(),
    named_profiles.Bump(),
    profiles.ScaledProfile(named_profiles.TwoWells(), 1.2, 0.8),
    AnyProfile(2, 1.0, 0.7, 0.6, 0.0, 1.1, 0.9),
]


def wave(level, height, wavenumber, phase):
    """a(y) = level + height cos(wavenumber y + phase)."""
    return lambda y: level + height * anp.cos(wavenumber * y + phase)


def soft_ramp(level, slope, width):
    """a(y) = level + slope width log(1 + exp(y / width))."""
    return lambda y: level + slope * width * anp.log(1 + anp.exp(y / width))
