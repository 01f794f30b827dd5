"""What a method around another method passes on."""

from typing import Any, NamedTuple

from flatlab.base import checks
from flatlab.methods._generic import step

DECLARED = {
    "random": False,
    "gradients_per_step": 1,
    "full_gradients_per_step": 0,
    "values_per_step": 0,
    "needs_gradient": True,
}


def wrapper(cls: Any) -> Any:
    """Let a class with a field ``method`` declare what that method declares, and refuse what it refuses."""
    for name, default in DECLARED.items():
        setattr(cls, name, property(lambda self, name=name, default=default: getattr(self.method, name, default)))
    cls.refuse_unfit = _refuse_unfit
    return cls


def check_method(method: NamedTuple) -> NamedTuple:
    """Return ``method`` if it has a registered step, or refuse it."""
    if not isinstance(method, tuple) or not step.implemented(type(method)):
        raise ValueError(f"method must be a NamedTuple with a registered step, got {checks.shown(method)}")
    return method


def _refuse_unfit(self, objective):
    if hasattr(self.method, "refuse_unfit"):
        self.method.refuse_unfit(objective)
