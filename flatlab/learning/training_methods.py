"""The methods of the training tables: one entry a method, with the candidates for its own parameter."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, NoiseInjection

__all__ = ["CANDIDATES", "METHODS", "Recipe", "TrainingMethod"]

CANDIDATES = 13  # for every method
HALVINGS = 0.5 ** np.arange(CANDIDATES)[::-1]  # no hole: neighbours differ by a factor of two


class Recipe(NamedTuple):
    """A method inside the base optimiser, the label smoothing it trains with, and the weight decay it adds.

    >>> METHODS["label smoothing"].build(0.05, 0.2)
    Recipe(method=GD(eta=0.05), smoothing=0.2, decay=0.0)
    """

    method: NamedTuple
    smoothing: float = 0.0
    decay: float = 0.0


class TrainingMethod(NamedTuple):
    """``build(eta, value)`` returns the :class:`Recipe` for a value of the method's own parameter.

    The candidates halve from ``largest`` down. Where ``unit(start)`` is given they are in its unit, the value at which
    the perturbation is as large as the weights of a start: sizes of the perturbation relative to the weights.

    >>> METHODS["SAM"].candidates(np.array([3.0, 4.0]))[-2:]
    array([10., 20.])
    """

    build: Callable[[float, float], Recipe]
    unit: Callable[[np.ndarray], float] | None = None
    largest: float = 4.0

    @property
    def grid(self) -> np.ndarray:
        """The candidates in units of ``unit``, upwards."""
        return self.largest * HALVINGS

    def candidates(self, start: np.ndarray) -> np.ndarray:
        """Return the candidates for the method's parameter on the way from a start."""
        return self.grid * self.unit_at(start)

    def unit_at(self, start: np.ndarray) -> float:
        """Return the unit of the candidates at a start."""
        return 1.0 if self.unit is None else self.unit(start)


def length(start: np.ndarray) -> float:
    """Return the radius that is the length of the weights; USAM steps so far where the gradient has length 1."""
    return float(np.linalg.norm(start))


def spread(start: np.ndarray) -> float:
    """Return the noise in every weight whose root mean square length is that of the weights."""
    return length(start) / float(np.sqrt(start.size))


def every_weight(start: np.ndarray) -> float:
    """Return ASAM's radius at which the root mean square of the weights' relative changes is 1."""
    return float(np.sqrt(start.size))


# for SGD the parameter is the step size; every other method has the common step size eta and a parameter of its own
METHODS = {
    "SGD": TrainingMethod(lambda eta, size: Recipe(GD(size)), largest=0.16),
    "weight decay": TrainingMethod(lambda eta, decay: Recipe(GD(eta), decay=decay), largest=1.0),
    "label smoothing": TrainingMethod(lambda eta, share: Recipe(GD(eta), smoothing=share), largest=0.8),
    "noise, 1 point": TrainingMethod(lambda eta, s: Recipe(NoiseInjection(eta, s, 1, shared_sample=True)), spread),
    "noise, 2 points": TrainingMethod(lambda eta, s: Recipe(NoiseInjection(eta, s, 2, shared_sample=True)), spread),
    "NSO, k = 1": TrainingMethod(lambda eta, s: Recipe(NSO(eta, s, 1, shared_sample=True)), spread),
    "NSO, k = 2": TrainingMethod(lambda eta, s: Recipe(NSO(eta, s, 2, shared_sample=True)), spread),
    "NSO, k = 3": TrainingMethod(lambda eta, s: Recipe(NSO(eta, s, 3, shared_sample=True)), spread),
    "SAM": TrainingMethod(lambda eta, rho: Recipe(SAM(eta, rho)), length),
    "USAM": TrainingMethod(lambda eta, rho: Recipe(USAM(eta, rho)), length),
    "ASAM": TrainingMethod(lambda eta, rho: Recipe(ASAM(eta, rho)), every_weight),
    "RSAM": TrainingMethod(lambda eta, rho: Recipe(RSAM(eta, rho, rho / 20)), length),
}
