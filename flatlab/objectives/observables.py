"""Numbers read off a point while a trajectory runs.

An observable is a NamedTuple with an ``observe``; register your own as for an objective.
"""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler import arguments as _arguments
from flatlab.compiler.generic import generic
from flatlab.compiler.vectors import dot, norm
from flatlab.objectives import dimension, gradient, value

__all__ = [
    "Coordinate",
    "CycleDistance",
    "Distance",
    "GradientNorm",
    "Loss",
    "OnObjective",
    "SquaredGradientNorm",
    "observe",
    "observe_state",
]


def _check(observable, objective, w):
    w = _arguments.vector("w", w, dimension(objective))
    if hasattr(observable, "refuse_unfit"):
        observable.refuse_unfit(objective, w.size)
    return objective, w


@generic(required=True, check=_check)
def observe(observable: NamedTuple, objective: NamedTuple, w: np.ndarray) -> float:
    """Return the observable at the point ``w``."""
    raise NotImplementedError


@generic(required=True)
def observe_state(
    observable: NamedTuple, method: NamedTuple, objective: NamedTuple, w: np.ndarray, work: tuple
) -> float:
    """Return an observable of what a method keeps beside the point; a class registers this instead of ``observe``.

    w : (d,)
    work : from ``workspace``, as the last step left it
    """
    raise NotImplementedError


class Loss(NamedTuple):
    """The value f(w).

    >>> float(observe(Loss(), Quadratic([3.0, 1.0]), np.ones(2)))
    2.0
    """


@observe.register(Loss)
def _(observable, objective, w):
    return value(objective, w)


class GradientNorm(NamedTuple):
    """The length of the gradient at w.

    >>> round(observe(GradientNorm(), Quadratic([3.0, 1.0]), np.ones(2)), 4)
    3.1623
    """


@observe.register(GradientNorm)
def _(observable, objective, w):
    grad = np.empty(w.size)
    gradient(objective, w, grad)
    return norm(grad)


@checks.validated
class Distance(NamedTuple):
    """The Euclidean distance from w to ``point``, a vector of shape (d,).

    >>> observe(Distance([0.0, 1.0]), Quadratic([3.0, 1.0]), np.ones(2))
    1.0
    """

    point: checks.Array

    def clean_fields(self) -> tuple:
        return (checks.vector("point", self.point),)

    def refuse_unfit(self, objective: NamedTuple, size: int) -> None:
        """Refuse to observe points of another size."""
        checks.vector("point", self.point, size)


@observe.register(Distance)
def _(observable, objective, w):
    return norm(w - observable.point)


@checks.validated
class CycleDistance(NamedTuple):
    """The distance from w to the nearer of the two points ``+point`` and ``-point``, shape (d,).

    >>> observe(CycleDistance([1.0, 0.0]), Quadratic([3.0, 1.0]), np.array([-1.0, 0.0]))
    0.0
    """

    point: checks.Array

    def clean_fields(self) -> tuple:
        return (checks.vector("point", self.point),)

    def refuse_unfit(self, objective: NamedTuple, size: int) -> None:
        """Refuse to observe points of another size."""
        checks.vector("point", self.point, size)


@observe.register(CycleDistance)
def _(observable, objective, w):
    return min(norm(w - observable.point), norm(w + observable.point))


@checks.validated
class Coordinate(NamedTuple):
    """The absolute value of coordinate ``index`` of w.

    >>> observe(Coordinate(0), Quadratic([3.0, 1.0]), np.array([-2.0, 0.0]))
    2.0
    """

    index: int

    def clean_fields(self) -> tuple:
        return (checks.integer("index", self.index),)

    def refuse_unfit(self, objective: NamedTuple, size: int) -> None:
        """Refuse to observe points that lack the coordinate."""
        if self.index >= size:
            raise ValueError(f"index must be below the number of variables {size}, got {self.index}")


@observe.register(Coordinate)
def _(observable, objective, w):
    return math.fabs(w[observable.index])


class SquaredGradientNorm(NamedTuple):
    """The squared length of the gradient at w.

    >>> float(observe(SquaredGradientNorm(), Quadratic([3.0, 1.0]), np.ones(2)))
    10.0
    """


@observe.register(SquaredGradientNorm)
def _(observable, objective, w):
    grad = np.empty(w.size)
    gradient(objective, w, grad)
    return dot(grad, grad)


class OnObjective(NamedTuple):
    """Another observable, of another objective than the one that is run.

    objective : for instance the smoothed objective, while the method sees the plain one
    observable : NamedTuple

    >>> float(observe(OnObjective(Quadratic([2.0, 2.0]), Loss()), Quadratic([3.0, 1.0]), np.ones(2)))
    2.0
    """

    objective: NamedTuple
    observable: NamedTuple

    def refuse_unfit(self, objective: NamedTuple, size: int) -> None:
        """Refuse parts that are none, an objective of other points, and what the inner observable refuses."""
        if not gradient.implemented(type(self.objective)) and not value.implemented(type(self.objective)):
            raise ValueError(
                f"objective must be a NamedTuple with a registered value, got {checks.shown(self.objective)}"
            )
        if not observe.implemented(type(self.observable)):
            raise ValueError(
                f"observable must be a NamedTuple with a registered observe, got {checks.shown(self.observable)}"
            )
        if dimension(self.objective) not in (None, size):
            raise ValueError(f"objective must have {size} variables as the run has, got {dimension(self.objective)}")
        refuse = getattr(self.observable, "refuse_unfit", None)
        if refuse is not None:
            refuse(self.objective, size)


@observe.register(OnObjective)
def _(observable, objective, w):
    return observe(observable.observable, observable.objective, w)
