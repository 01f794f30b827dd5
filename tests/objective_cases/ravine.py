"""Twins of the ravines."""

from cases import ObjectiveCase
from objective_cases.profiles import SHAPES

from flatlab.objectives import IsolatedRavine, SeparableRavine
from flatlab.objectives.valleys.named_profiles import TwoWells, WavyBowl

LEVELS, WIDTHS = [1.0, 2.0, 0.5], [0.7, 1.0, 1.4]


def ravine(profile, level, width):
    """f(x, y) = level g(y / width) x^2 / 2 with g named."""
    return lambda w: level * SHAPES[profile](w[1] / width) * w[0] ** 2 / 2


def separable_ravine(profile, levels, widths):
    """The sum of ravines; first all x, then all y."""
    parts, k = [ravine(profile, level, width) for level, width in zip(levels, widths)], len(levels)
    return lambda w: sum(part([w[i], w[k + i]]) for i, part in enumerate(parts))


def isolated_ravine(profile, bottom):
    """f(x, y) = g(y) x^2 / 2 + bottom y^2 / 2 with g named."""
    return lambda w: ravine(profile, 1.0, 1.0)(w) + bottom * w[1] ** 2 / 2


CASES = {
    "SeparableRavine": lambda: ObjectiveCase(
        SeparableRavine(TwoWells(), LEVELS, WIDTHS), 6, separable_ravine("double-well", LEVELS, WIDTHS)
    ),
    "IsolatedRavine": lambda: ObjectiveCase(IsolatedRavine(WavyBowl(), 0.3), 2, isolated_ravine("wavy", 0.3)),
}
