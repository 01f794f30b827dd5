"""A nonconvex objective with a Lipschitz gradient: a well that levels off."""

from typing import NamedTuple

import numpy as np
from scipy.special import wofz

from flatlab.compiler.options import compiled
from flatlab.objectives._separable import register_separable
from flatlab.objectives.questions import closed_smoothing

__all__ = ["Saturating"]


class Saturating(NamedTuple):
    """The nonconvex f(w) = sum_i w_i^2 / (1 + w_i^2), in any number of variables.

    Each term lies in [0, 1); the gradient is 2-Lipschitz, attained at 0.

    >>> print(round(value(Saturating(), [1.0, 0.0]), 6))
    0.5
    """


@compiled
def _term(objective, i, x):
    return x * x / (1 + x * x)


@compiled
def _derivative(objective, i, x):
    rest = 1 + x * x
    return 2 * x / (rest * rest)


@compiled
def _curvature(objective, i, x):
    rest = 1 + x * x
    return (2 - 6 * x * x) / (rest * rest * rest)


register_separable(Saturating, _term, _derivative, _curvature)


@closed_smoothing.register(Saturating)
def _(objective, w, s):
    if s == 0:
        return (w**2 / (1 + w**2)).sum(axis=-1), 2 * w / (1 + w**2) ** 2
    # E 1/(1 + (w + sZ)^2) is pi times a Voigt profile: Re wofz((w + i)/(s sqrt 2)) sqrt(pi/2)/s
    z = (w + 1j) / (s * np.sqrt(2))
    height, profile = np.sqrt(np.pi / 2) / s, wofz(z)
    # the derivative of wofz along the real axis; its other term, 2i over the root of pi, is imaginary
    derivative = -2 * (z * profile).real
    return (1 - height * profile.real).sum(axis=-1), -height * derivative / (s * np.sqrt(2))
