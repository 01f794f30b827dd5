"""Argument checks: each returns the clean value or raises one sentence that names the argument.

Every public entry point passes its arguments through these functions, so that a
wrong value is refused in the same words everywhere and before any kernel is compiled.
"""

import difflib
import math
import numbers

import numpy as np


def _refuse(name, value, allowed):
    text = repr(value)
    if len(text) > 80:
        text = text[:77] + "..."
    raise ValueError(f"{name} must be {allowed}, got {text}")


def number(name, value, allowed="a finite number"):
    """Return ``value`` as a finite float."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (numbers.Real, np.ndarray)):
        _refuse(name, value, allowed)
    if isinstance(value, np.ndarray) and (value.ndim or value.dtype.kind not in "iuf"):
        _refuse(name, value, allowed)
    if not math.isfinite(value):
        _refuse(name, value, allowed)
    return float(value)


def positive(name, value):
    """Return ``value`` as a float in (0, inf)."""
    allowed = "a finite number above 0"
    result = number(name, value, allowed)
    if result <= 0:
        _refuse(name, value, allowed)
    return result


def nonnegative(name, value):
    """Return ``value`` as a float in [0, inf)."""
    allowed = "a finite number, 0 or above"
    result = number(name, value, allowed)
    if result < 0:
        _refuse(name, value, allowed)
    return result


def between(name, value, low, high, *, ends="()"):
    """Return ``value`` as a float in the interval whose ends are open or closed as in ``"(]"``."""
    allowed = f"a number in {ends[0]}{low:g}, {high:g}{ends[1]}"
    result = number(name, value, allowed)
    above = result >= low if ends[0] == "[" else result > low
    below = result <= high if ends[1] == "]" else result < high
    if not (above and below):
        _refuse(name, value, allowed)
    return result


def whole(name, value, at_least=0):
    """Return ``value`` as an int, ``at_least`` or above."""
    allowed = f"a whole number, {at_least} or above"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral) or value < at_least:
        _refuse(name, value, allowed)
    return int(value)


def array(name, value, ndim):
    """Return ``value`` as a C-contiguous float64 array of ``ndim`` axes, finite and not empty."""
    kind = {1: "a vector", 2: "a matrix"}.get(ndim, f"an array with {ndim} axes")
    allowed = f"{kind} of finite numbers"
    try:
        result = np.ascontiguousarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        _refuse(name, value, allowed)
    if np.ndim(value) != ndim or result.size == 0:
        raise ValueError(f"{name} must be {allowed}, got an array of shape {np.shape(value)}")
    if not np.isfinite(result).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        place = where[0] if ndim == 1 else where
        raise ValueError(f"{name} must be {allowed}, got {result[where]} at index {place}")
    return result


def vector(name, value, length=None):
    """Return ``value`` as a finite float64 vector, of ``length`` entries where that is given."""
    result = array(name, value, 1)
    if length is not None and result.size != length:
        raise ValueError(f"{name} must have {length} entries, got {result.size}")
    return result


def matrix(name, value, columns=None):
    """Return ``value`` as a finite float64 matrix, of ``columns`` columns where that is given."""
    result = array(name, value, 2)
    if columns is not None and result.shape[1] != columns:
        raise ValueError(f"{name} must have {columns} columns, got an array of shape {result.shape}")
    return result


def nearest(word, known):
    """Return ``" Did you mean 'x'?"`` for the known word nearest to ``word``, or nothing."""
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.4)
    return f" Did you mean {close[0]!r}?" if close else ""


def one_of(name, value, known):
    """Return ``value`` if it is one of ``known``; otherwise suggest the nearest."""
    if value not in known:
        choices = ", ".join(repr(k) for k in known)
        raise ValueError(f"{name} must be one of {choices}, got {value!r}.{nearest(value, known)}")
    return value


def checked(cls):
    """Class decorator: a NamedTuple whose ``checked`` method returns its clean fields, run at construction."""
    build = cls.__new__

    def __new__(cls, *args, **kwargs):
        return build(cls, *build(cls, *args, **kwargs).checked())

    cls.__new__ = __new__
    cls._make = classmethod(lambda cls, fields: cls(*fields))  # and so _replace
    return cls
