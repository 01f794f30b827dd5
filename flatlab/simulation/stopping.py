"""Rules that end a run.

A rule is a NamedTuple with a ``stops``; register your own as for an objective.
"""

from typing import Any, NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.generic import generic
from flatlab.objectives.observables import observe
from flatlab.simulation.requirements import check_observable

__all__ = ["Above", "Below", "check_rule", "stopping_rule", "stops"]


@generic(required=True)
def stops(rule: tuple, objective: NamedTuple, w: np.ndarray) -> bool:
    """Return whether a run ends at the point ``w``."""
    raise NotImplementedError


def check_rule(rule: tuple, objective: NamedTuple, size: int) -> None:
    """Refuse a rule that is none, or that cannot be asked of this objective's points, of ``size`` variables."""
    if not stops.implemented(type(rule)):
        raise ValueError(f"until must be a NamedTuple with a registered stops, got {checks.shown(rule)}")
    refuse = getattr(rule, "refuse_unfit", None)
    if refuse is not None:
        refuse(objective, size)


def _clean_level(rule):
    return rule.observable, checks.number("level", rule.level)


def _refuse_unobservable(rule, objective, size):
    check_observable(rule.observable, objective, size)


@checks.validated
class Below(NamedTuple):
    """Stop where an observable is at or below a level; a value that is not a number does not stop the run.

    The observable is one of ``flatlab.objectives.observables``, or any with a registered ``observe``.

    >>> len(trajectory(GD(0.3), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=100, until=Below(Loss(), 0.5)))
    2
    """

    observable: tuple
    level: float
    clean_fields = _clean_level
    refuse_unfit = _refuse_unobservable


@checks.validated
class Above(NamedTuple):
    """Stop where an observable is at or above a level, infinity included.

    The observable is one of ``flatlab.objectives.observables``, or any with a registered ``observe``.

    >>> len(trajectory(GD(0.7), Quadratic([3.0, 1.0]), [1.0, 1.0], steps=100, until=Above(Loss(), 9.0)))
    11
    """

    observable: tuple
    level: float
    clean_fields = _clean_level
    refuse_unfit = _refuse_unobservable


@stops.register(Below)
def _(rule, objective, w):
    return observe(rule.observable, objective, w) <= rule.level


@stops.register(Above)
def _(rule, objective, w):
    return observe(rule.observable, objective, w) >= rule.level


def stopping_rule(
    observable: Any,
    below: float | None,
    above: float | None,
    until: tuple | None,
    objective: NamedTuple,
    size: int,
) -> tuple:
    """Return the rule that the arguments of a hitting time describe; none, or more than one, is refused."""
    if until is not None:
        if not (observable is below is above is None):
            raise ValueError("until must stand alone: leave observable, below and above out")
        check_rule(until, objective, size)
        return until
    check_observable(observable, objective, size)
    if (below is None) == (above is None):
        raise ValueError(f"one of below and above must be given with an observable, got {below!r} and {above!r}")
    if above is None:
        return Below(observable, checks.number("below", below))
    return Above(observable, checks.number("above", above))
