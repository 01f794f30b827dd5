"""Rules that end a run.

A rule is a NamedTuple with a ``stops``; register your own as for an objective.
"""

from typing import NamedTuple

from flatlab.base import checks
from flatlab.compiler.generic import generic
from flatlab.objectives.observables import observe
from flatlab.simulation.requirements import check_observable

__all__ = ["Above", "Below", "check_rule", "stops"]


@generic(required=True)
def stops(rule, objective, w):
    """Return whether a run ends at the point ``w``.

    Parameters
    ----------
    rule : NamedTuple
    objective : NamedTuple
    w : ndarray, shape (d,)

    Returns
    -------
    bool
    """


def check_rule(rule, objective, size):
    """Refuse a rule that is none, or that cannot be asked of this objective's points.

    Parameters
    ----------
    rule, objective : NamedTuple
    size : int
        Number of variables of a point.

    Raises
    ------
    ValueError
        For a wrong rule.
    """
    if not stops.implemented(type(rule)):
        raise ValueError(f"until must be a NamedTuple with a registered stops, got {checks.shown(rule)}")
    if hasattr(rule, "refuse_unfit"):
        rule.refuse_unfit(objective, size)


class _Level:
    def clean_fields(self):
        """Return the fields as clean values."""
        return self.observable, checks.number("level", self.level)

    def refuse_unfit(self, objective, size):
        """Refuse an observable that cannot be read off the objective's points."""
        check_observable(self.observable, objective, size)


@checks.validated
class Below(NamedTuple):
    """Stop where an observable is at or below a level; a value that is not a number does not stop the run.

    Parameters
    ----------
    observable : NamedTuple
        From ``flatlab.objectives.observables``, or any with a registered ``observe``.
    level : float

    Raises
    ------
    ValueError
        If the level is not a finite number.
    """

    observable: tuple
    level: float
    clean_fields = _Level.clean_fields
    refuse_unfit = _Level.refuse_unfit


@checks.validated
class Above(NamedTuple):
    """Stop where an observable is at or above a level, infinity included.

    Parameters
    ----------
    observable : NamedTuple
        From ``flatlab.objectives.observables``, or any with a registered ``observe``.
    level : float

    Raises
    ------
    ValueError
        If the level is not a finite number.
    """

    observable: tuple
    level: float
    clean_fields = _Level.clean_fields
    refuse_unfit = _Level.refuse_unfit


@stops.register(Below)
def _(rule, objective, w):
    return observe(rule.observable, objective, w) <= rule.level


@stops.register(Above)
def _(rule, objective, w):
    return observe(rule.observable, objective, w) >= rule.level
