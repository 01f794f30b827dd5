"""Twin of the valley."""

import autograd.numpy as anp
from cases import ObjectiveCase
from objective_cases.profiles import wave

from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave

WAVE = (2.0, -0.8, 1.5, 0.4)


def valley(profile):
    """f(z, y) = a(y) |z|^2 / 2."""
    return lambda w: profile(w[-1]) * anp.sum(w[:-1] ** 2) / 2


CASES = {"Valley": lambda: ObjectiveCase(Valley(Wave(*WAVE), 3), 4, valley(wave(*WAVE)))}
