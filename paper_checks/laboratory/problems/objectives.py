"""Objectives of the library, each with a point at which its terms matter, found by a walk where plain values suffice.

Networks are left out: a check of one, interpreted, takes as long as all others together.
"""

import numpy as np

import flatlab.objectives
from flatlab.objectives import (
    CoordinateNoise,
    CubicQuartic,
    DoubleWell,
    IsolatedRavine,
    LeastSquares,
    Quadratic,
    QuadraticModels,
    ResidualBatch,
    Saturating,
    SeparableRavine,
    Smoothed,
    Valley,
    ValleyRisk,
    WeightDecay,
    dimension,
)
from flatlab.objectives.questions import gradient, value
from flatlab.objectives.valleys.named_profiles import TwoWells, WavyBowl
from flatlab.objectives.valleys.profiles import Parabola, ScaledProfile, Wave, profile_at
from paper_checks.laboratory.problems.instances import classes, instances


def _symmetric(rng, order):
    """Return a symmetric tensor in two dimensions, whose entries depend on the number of ones among their indices."""
    return rng.standard_normal(order + 1)[np.indices((2,) * order).sum(axis=0)]


def _residuals(rng):
    return LeastSquares(rng.standard_normal((3, 2)), rng.standard_normal((3, 2)), rng.standard_normal(3), "tanh")


BUILT = {  # whose fields no plain value fits
    "CubicQuartic": lambda rng: CubicQuartic([2.0, 0.7], _symmetric(rng, 3), _symmetric(rng, 4)),
    "DoubleWell": lambda rng: DoubleWell(0.9, 0.4, 0.7, 0.8, 0.5, 0.1),
    "IsolatedRavine": lambda rng: IsolatedRavine(WavyBowl(), 0.3),
    "QuadraticModels": lambda rng: QuadraticModels(
        rng.standard_normal((3, 2)), [_symmetric(rng, 2) for _ in range(3)], 2
    ),
    "ResidualBatch": lambda rng: ResidualBatch(_residuals(rng), 2),
    "SeparableRavine": lambda rng: SeparableRavine(TwoWells(), [1.0, 2.0], [0.7, 1.4]),
    "Smoothed": lambda rng: Smoothed(Saturating(), 0.3, 20),
    "Valley": lambda rng: Valley(Wave(2.0, -0.8, 1.5, 0.4), 2),
    "ValleyRisk": lambda rng: ValleyRisk(Parabola(), 3, 2),
    "WeightDecay": lambda rng: WeightDecay(CoordinateNoise(Quadratic([1.0, 0.5]), [0.3, 0.2]), 0.4),
}


def _profiles():
    found = {name: cls() for name, cls in classes(flatlab.objectives, profile_at).items() if _all_defaults(cls)}
    return {**found, "ScaledProfile": ScaledProfile(TwoWells(), 1.2, 0.8)}


def _all_defaults(cls):
    return len(cls._field_defaults) == len(cls._fields)


PROFILES = _profiles()


def _walk():
    found = dict(BUILT)
    for name, cls in classes(flatlab.objectives, value, gradient).items():
        try:
            made = next(instances(cls), None)
        except KeyError:  # a field of a type that the walk has no values for
            continue
        if made is not None:
            found.setdefault(name, lambda rng, made=made: made)
    return dict(sorted(found.items()))


OBJECTIVES = _walk()


def placed(name, seed):
    """Return the objective of a name, or the valley of a profile's name, and a point off the axes."""
    rng = np.random.default_rng(seed)
    objective = OBJECTIVES[name](rng) if name in OBJECTIVES else Valley(PROFILES[name], 2)
    size = dimension(objective) or 2
    point = rng.choice([-1.0, 1.0], size) * rng.uniform(0.3, 0.9, size)
    return objective, np.append(point[:-1], abs(point[-1])) if name in PROFILES else point
