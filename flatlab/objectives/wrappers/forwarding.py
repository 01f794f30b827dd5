"""Objectives made of another one, their field ``base``: they state what they change, the base answers the rest."""

from typing import Any, NamedTuple

from flatlab.base import checks
from flatlab.compiler.generic import forward_to_base
from flatlab.objectives.questions import FUNCTION, ORACLE, SPACE, gradient, value

__all__ = ["another_function", "another_oracle", "without_oracle"]

_oracles = set()


def another_oracle(cls: checks.Class) -> checks.Class:
    """Declare that a class is the function of its ``base`` with another oracle: it states its samples and no more.

    cls : a NamedTuple with a field ``base``. It registers ``new_sample``, ``draw`` and ``sample_gradient``; every other
        question, curvature and block forms included, is answered by the base.

    The class itself.
    """
    forward_to_base(cls, {FUNCTION, ORACLE, SPACE})
    _oracles.add(cls)
    return _with_randomness(cls)


def another_function(cls: checks.Class) -> checks.Class:
    """Declare that a class is a function made of its ``base``, in the same variables and with the samples of the base.

    cls : a NamedTuple with a field ``base``. It registers what it knows of its function. The base answers
        ``dimension``, ``new_sample`` and ``draw``; any other question that the class leaves out has its default or is
        refused.

    The class itself.
    """
    forward_to_base(cls, {ORACLE, SPACE})
    return _with_randomness(cls)


def without_oracle(objective: Any) -> Any:
    """Return the objective inside all wrappers that change the oracle only; it is the same function."""
    while type(objective) in _oracles:
        objective = objective.base
    return objective


def check_base(base: NamedTuple, of: type | None = None) -> NamedTuple:
    """Return the base of a wrapper, or refuse it.

    of : what it must be an instance of; any objective will do if not given
    """
    if of is not None and not isinstance(base, of):
        raise ValueError(f"base must be a {of.__name__} objective, got {checks.shown(base)}")
    if of is None and not (value.is_own(base) or gradient.is_own(base)):
        raise ValueError(f"base must be an objective, got {checks.shown(base)}")
    return base


def _with_randomness(cls):
    if "random" not in vars(cls):
        cls.random = property(lambda self: getattr(self.base, "random", False), doc="Whether the base draws samples.")
    return cls
