"""Fields of a setting: plain numbers become floats; numbers of other types that compute and compare pass unchanged."""

import functools
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np

from flatlab.base import checks

Kind = TypeVar("Kind")
_PLAIN = (int, float, complex, Fraction, Decimal, np.generic, np.ndarray)
_ARITHMETIC = ("__add__", "__mul__", "__truediv__", "__pow__", "__lt__", "__abs__")


def is_other(value: Any) -> bool:
    """Return whether a value is a number of another type, such as a ball, which formulas take as it is."""
    kind = type(value)
    return (
        not isinstance(value, _PLAIN)
        and not hasattr(kind, "__len__")
        and all(hasattr(kind, name) for name in _ARITHMETIC)
    )


def _holds_others(value):
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "O" and any(map(is_other, value.ravel()))
    return isinstance(value, (list, tuple)) and any(map(is_other, value))


def text(value: Any) -> str:
    """Return a number in a few digits, for a sentence."""
    return f"{value:g}" if isinstance(value, float) else checks.shown(value)


def number(name: str, value: Any) -> Any:
    """Return ``value`` as a finite number."""
    return value if is_other(value) else checks.number(name, value)


def positive(name: str, value: Any) -> Any:
    """Return ``value`` as a number above 0."""
    return _inside(name, value, value > 0, "above 0") if is_other(value) else checks.positive(name, value)


def nonnegative(name: str, value: Any) -> Any:
    """Return ``value`` as a number, 0 or above."""
    return _inside(name, value, value >= 0, "0 or above") if is_other(value) else checks.nonnegative(name, value)


def between(name: str, value: Any, low: float, high: float, *, ends: str = "()") -> Any:
    """Return ``value`` as a number in the interval whose ends are open or closed as in ``"(]"``."""
    if not is_other(value) and not is_other(high):
        return checks.between(name, value, low, high, ends=ends)
    above = value >= low if ends[0] == "[" else value > low
    below = value <= high if ends[1] == "]" else value < high
    return _inside(name, value, above and below, f"in {ends[0]}{low}, {text(high)}{ends[1]}")


def _inside(name, value, holds, allowed):
    if not holds:
        checks.refuse(name, value, f"a number {allowed}")
    return value


def vector(name: str, value: Any, length: int | None = None) -> np.ndarray:
    """Return ``value`` as a vector, of ``length`` entries where that is given."""
    if not _holds_others(value):
        return checks.vector(name, value, length)
    result = np.array(value, dtype=object)
    if result.ndim != 1 or (length is not None and result.size != length):
        checks.refuse(name, value, "a vector" if length is None else f"a vector of {length} entries")
    return result


def entries(name: str, value: Any, above: float = -math.inf) -> Any:
    """Return ``value``, a number or an array of any shape, all above ``above``."""
    if is_other(value) or _holds_others(value):
        result = value if is_other(value) else np.array(value, dtype=object)
        holds = above == -math.inf or bool(np.all(result > above))
        return _inside(name, result, holds, f"above {above:g}")
    result = checks.entries(name, value, above=above)
    return result if result.ndim else result.item()


def descending(name: str, value: Any, *, zero_allowed: bool = False) -> np.ndarray:
    """Return ``value`` as a vector that never rises: above 0, or 0 or above with the first above 0."""
    spectrum = vector(name, value)
    low = spectrum.min()
    if spectrum[0] <= 0 or low < 0 or (not zero_allowed and low <= 0):
        worst = int(np.argmin(spectrum)) if spectrum[0] > 0 else 0
        allowed = "0 or above, the first above 0" if zero_allowed else "above 0"
        raise ValueError(f"{name} must be {allowed}, got {text(spectrum[worst])} at index {worst}")
    rises = np.flatnonzero(spectrum[1:] > spectrum[:-1])
    if rises.size:
        where = int(rises[0]) + 1
        raise ValueError(f"{name} must be sorted from the largest down, got {text(spectrum[where])} at index {where}")
    return spectrum


def instance(name: str, value: Any, kind: type[Kind]) -> Kind:
    """Return ``value``, a setting of the given kind."""
    if not isinstance(value, kind):
        checks.refuse(name, value, f"a {kind.__name__}")
    return value


def setting(cls: checks.Class) -> checks.Class:
    """Class decorator: a NamedTuple whose ``clean_fields`` method returns its clean fields, run at construction.

    Where the numbers of a formula overflow, it refuses the setting in one sentence.
    """
    for name, member in list(vars(cls).items()):
        if name.startswith("_") or name in (*cls._fields, "clean_fields"):
            continue
        if isinstance(member, property):
            setattr(cls, name, property(_finite(member.fget), doc=member.__doc__))
        elif callable(member):
            setattr(cls, name, _finite(member))
    return checks.validated(cls)


def _finite(evaluate):
    @functools.wraps(evaluate)
    def guarded(self, *arguments, **named):
        try:
            return evaluate(self, *arguments, **named)
        except (OverflowError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            given = ", ".join(map(checks.shown, (self, *arguments, *named.values())))
            raise ValueError(f"{evaluate.__name__} must have a finite value, got {given}: {error.args[-1]}") from error

    return guarded
