"""The methods of the training tables: one entry a method, with the candidates for its own parameter."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.methods import (
    ASAM,
    GD,
    NSO,
    RSAM,
    SAM,
    USAM,
    NoiseInjection,
    RandomlySmoothed,
    SharpnessAwarePerturbation,
)

__all__ = ["CANDIDATES", "METHODS", "Recipe", "TrainingMethod"]

CANDIDATES = 6  # for every method and loss


class Recipe(NamedTuple):
    """A method inside the base optimiser, the label smoothing it trains with, and the weight decay it adds."""

    method: NamedTuple
    smoothing: float = 0.0
    decay: float = 0.0


class TrainingMethod(NamedTuple):
    """``build(eta, value)`` returns the :class:`Recipe` for a value of the method's own parameter.

    The candidates of that parameter, for each loss, were placed by a wider look at tuning seeds so that no best one
    is at an end. Where no perturbation helps, the two smallest tie, and a tie goes to the inner one.
    """

    build: Callable[[float, float], Recipe]
    squared: tuple[float, ...]
    cross_entropy: tuple[float, ...]

    def candidates(self, loss: str) -> tuple[float, ...]:
        """Return the candidates for ``squared`` or ``cross-entropy`` loss."""
        return {"squared": self.squared, "cross-entropy": self.cross_entropy}[loss]


STEP_SIZES = (1.5e-5, 1e-4, 7e-4, 5e-3, 0.05, 0.3)
SMOOTHINGS = (1e-6, 1e-5, 1e-3, 0.03, 0.2, 0.6)
# for SGD the parameter is the step size; every other method has the common step size eta and a parameter of its own
METHODS = {
    "SGD": TrainingMethod(
        lambda eta, size: Recipe(GD(size)),
        squared=STEP_SIZES,
        cross_entropy=STEP_SIZES,
    ),
    "weight decay": TrainingMethod(
        lambda eta, decay: Recipe(GD(eta), decay=decay),
        squared=(1e-3, 0.01, 0.05, 0.2, 0.5, 2.0),
        cross_entropy=(1e-6, 1e-5, 0.1, 0.25, 0.7, 3.0),
    ),
    "label smoothing": TrainingMethod(
        lambda eta, share: Recipe(GD(eta), smoothing=share),
        squared=SMOOTHINGS,
        cross_entropy=SMOOTHINGS,
    ),
    "noise, 1 point": TrainingMethod(
        lambda eta, s: Recipe(NoiseInjection(eta, s, 1, shared_sample=True)),
        squared=(0.001, 0.004, 0.008, 0.016, 0.03, 0.1),
        cross_entropy=(0.002, 0.06, 4.0, 16.0, 100.0, 2000.0),
    ),
    "noise, 2 points": TrainingMethod(
        lambda eta, s: Recipe(NoiseInjection(eta, s, 2, shared_sample=True)),
        squared=(0.002, 0.008, 0.016, 0.03, 0.06, 0.2),
        cross_entropy=(0.002, 0.06, 2.0, 8.0, 32.0, 128.0),
    ),
    "NSO, k = 1": TrainingMethod(
        lambda eta, s: Recipe(NSO(eta, s, 1, shared_sample=True)),
        squared=(0.002, 0.008, 0.016, 0.05, 0.2, 1.0),
        cross_entropy=(0.002, 0.06, 2.0, 8.0, 32.0, 128.0),
    ),
    "NSO, k = 2": TrainingMethod(
        lambda eta, s: Recipe(NSO(eta, s, 2, shared_sample=True)),
        squared=(0.004, 0.016, 0.03, 0.12, 0.4, 1.5),
        cross_entropy=(0.002, 0.06, 1.0, 2.0, 32.0, 128.0),
    ),
    "NSO, k = 3": TrainingMethod(
        lambda eta, s: Recipe(NSO(eta, s, 3, shared_sample=True)),
        squared=(0.004, 0.016, 0.03, 0.06, 0.13, 0.4),
        cross_entropy=(0.002, 0.06, 1.0, 2.0, 8.0, 64.0),
    ),
    "SAM": TrainingMethod(
        lambda eta, rho: Recipe(SAM(eta, rho)),
        squared=(0.005, 0.03, 0.06, 0.25, 1.0, 4.0),
        cross_entropy=(1e-5, 1e-4, 0.2, 4.0, 30.0, 1000.0),
    ),
    "USAM": TrainingMethod(
        lambda eta, rho: Recipe(USAM(eta, rho)),
        squared=(1e-5, 1e-4, 0.008, 0.03, 0.2, 1.0),
        cross_entropy=(1e-5, 1e-4, 0.05, 0.5, 8.0, 300.0),
    ),
    "ASAM": TrainingMethod(
        lambda eta, rho: Recipe(ASAM(eta, rho)),
        squared=(0.05, 0.3, 0.7, 1.5, 4.0, 15.0),
        cross_entropy=(1e-5, 1e-4, 0.3, 10.0, 300.0, 5000.0),
    ),
    "RSAM": TrainingMethod(
        lambda eta, rho: Recipe(RSAM(eta, rho, rho / 20)),
        squared=(0.004, 0.03, 0.06, 0.25, 0.5, 2.0),
        cross_entropy=(1e-4, 0.1, 60.0, 300.0, 3000.0, 50000.0),
    ),
    "RS": TrainingMethod(
        lambda eta, rho: Recipe(RandomlySmoothed(eta, eta, rho, np.inf)),
        squared=(0.03, 0.15, 0.5, 1.2, 3.0, 10.0),
        cross_entropy=(0.05, 0.5, 10.0, 150.0, 2500.0, 40000.0),
    ),
    "SAP": TrainingMethod(
        lambda eta, rho: Recipe(SharpnessAwarePerturbation(eta, eta, rho, np.inf)),
        squared=(0.005, 0.06, 0.13, 0.25, 0.5, 2.0),
        cross_entropy=(1e-5, 1e-4, 0.4, 60.0, 400.0, 6000.0),
    ),
}
