"""Argument checks: each returns the clean value or raises one sentence that names the argument.

Every public entry point passes its arguments through these functions, so that a
wrong value is refused in the same words everywhere and before any kernel is compiled.
"""

import difflib
import functools
import inspect
import math
import numbers
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path, PurePath
from typing import Any, TypeAlias, TypeVar

import numpy as np

from flatlab.base.sentences import of_no_bare_ball, refuse, shown, without_bare_balls

Class = TypeVar("Class", bound=type)
Array: TypeAlias = np.ndarray | Any  # a field that is given as anything like an array and kept as an array
Entries: TypeAlias = Any  # a number, or an array where the setting holds one
Code: TypeAlias = int | Any  # a field that is given as a name and kept as its number in a list
LARGEST = 2**63 - 1  # the largest whole number that machine code holds
FEW = 40  # entries that the interpreter looks at sooner than NumPy
FLOAT64 = np.dtype(np.float64)
MOST_NUMBERS = 2**36  # 512 gigabytes of numbers in one array


def _is_number(value):
    """Return whether a value is one real number: no boolean, text, date or masked entry."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.ndim == 0 and value.dtype.kind in "iuf" and not isinstance(value, np.ma.MaskedArray)
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def number(name: str, value: Any, allowed: str = "a finite number") -> float:
    """Return ``value`` as a finite float."""
    if type(value) is float and math.isfinite(value):
        return value
    if not _is_number(value):
        refuse(name, value, allowed)
    try:
        result = float(value)
    except OverflowError:  # a whole number or fraction beyond 1.8e308
        result = math.inf
    if not math.isfinite(result):
        refuse(name, value, allowed)
    return result


def positive(name: str, value: Any) -> float:
    """Return ``value`` as a float in (0, inf)."""
    allowed = "a finite number above 0"
    result = number(name, value, allowed)
    if result <= 0:
        refuse(name, value, allowed)
    return result


def positive_or_infinite(name: str, value: Any) -> float:
    """Return ``value`` as a float in (0, inf]."""
    return math.inf if _is_number(value) and value == math.inf else positive(name, value)


def nonnegative(name: str, value: Any) -> float:
    """Return ``value`` as a float in [0, inf)."""
    allowed = "a finite number, 0 or above"
    result = number(name, value, allowed)
    if result < 0:
        refuse(name, value, allowed)
    return result


def between(name: str, value: Any, low: float, high: float, *, ends: str = "()") -> float:
    """Return ``value`` as a float in the interval whose ends are open or closed as in ``"(]"``."""
    allowed = f"a number in {ends[0]}{low:g}, {high:g}{ends[1]}"
    result = number(name, value, allowed)
    above = result >= low if ends[0] == "[" else result > low
    below = result <= high if ends[1] == "]" else result < high
    if not (above and below):
        refuse(name, value, allowed)
    return result


def integer(name: str, value: Any, at_least: int = 0, at_most: int | None = LARGEST) -> int:
    """Return ``value`` as an int from ``at_least`` to ``at_most``; None means that there is no upper end."""
    if type(value) is int and at_least <= value <= (value if at_most is None else at_most):
        return value
    allowed = f"a whole number, {at_least} or above"
    given: Any = value
    wrong_type = isinstance(value, (bool, np.bool_, np.timedelta64)) or not isinstance(value, numbers.Integral)
    if wrong_type or given < at_least:
        refuse(name, value, allowed)
    if at_most is not None and given > at_most:
        end = "2**63 - 1" if at_most == LARGEST else at_most
        refuse(name, value, f"a whole number from {at_least} to {end}")
    return int(given)


def seed(name: str, value: Any) -> int:
    """Return ``value`` as an int, 0 or above and of any length: generators take entropy of any size."""
    return integer(name, value, at_most=None)


def flag(name: str, value: Any) -> bool:
    """Return ``value`` as a bool; nothing but True and False is one."""
    if value is True or value is False:
        return value
    if not isinstance(value, np.bool_):
        refuse(name, value, "True or False")
    return bool(value)


def array(name: str, value: Any, ndim: int, copy: bool = True) -> np.ndarray:
    """Return a copy of ``value`` as a C-contiguous float64 array of ``ndim`` axes, finite and not empty.

    A copy, so that what the caller does to the array afterwards changes nothing that was made from it; without ``copy``
    an array that fits is returned as it is.
    """
    if type(value) is np.ndarray and value.dtype is FLOAT64 and value.ndim == ndim and value.size:
        result = value.copy() if copy or not value.flags.c_contiguous else value
        if all_finite(result):
            return result
    kind = {1: "a vector", 2: "a matrix"}.get(ndim, f"an array with {ndim} axes")
    allowed = f"{kind} of finite numbers"
    result = _numbers(name, value, allowed)
    if result.ndim != ndim or result.size == 0:
        raise ValueError(f"{name} must be {allowed}, got an array of shape {result.shape}")
    if not all_finite(result):
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        place = where[0] if ndim == 1 else where
        raise ValueError(f"{name} must be {allowed}, got {result[where]} at index {place}")
    return result


def all_finite(values: np.ndarray) -> bool:
    """Return whether every entry of an array is a finite number."""
    if values.size > FEW:
        return bool(np.isfinite(values).all())
    return all(map(math.isfinite, values.tolist() if values.ndim == 1 else values.ravel().tolist()))


def smallest(vector: np.ndarray) -> float:
    """Return the smallest entry of a vector without nan."""
    return vector.min() if vector.size > FEW else min(vector.tolist())


def _numbers(name, value, allowed):
    """Return a copy of ``value`` as an array of floats: complex numbers, booleans, text, dates and masks are none."""
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{name} must be {allowed}, got a masked array: fill or drop the masked entries first")
    try:
        given = np.asarray(value)
        if given.dtype.kind == "O":  # whole numbers beyond 64 bits, fractions, None
            given = np.array([number(name, entry) for entry in given.ravel()]).reshape(given.shape)
    except (TypeError, ValueError, OverflowError):
        refuse(name, value, allowed)
    if given.dtype.kind not in "iuf" and given.size:
        refuse(name, value, allowed)
    return np.array(given, dtype=np.float64, order="C", subok=False)


def vector(name: str, value: Any, length: int | None = None) -> np.ndarray:
    """Return ``value`` as a finite float64 vector, of ``length`` entries where that is given."""
    result = array(name, value, 1)
    if length is not None and result.size != length:
        raise ValueError(f"{name} must have {length} entries, got {result.size}")
    return result


def matrix(name: str, value: Any, columns: int | None = None, copy: bool = True) -> np.ndarray:
    """Return ``value`` as a finite float64 matrix of ``columns`` columns; ``copy`` is as for :func:`array`."""
    result = array(name, value, 2, copy)
    if columns is not None and result.shape[1] != columns:
        raise ValueError(f"{name} must have {columns} columns, got an array of shape {result.shape}")
    return result


def entries(name: str, value: Any, above: float = -math.inf) -> np.ndarray:
    """Return ``value``, a number or an array of any shape, as a float64 array of finite numbers above ``above``."""
    if type(value) is float and math.isfinite(value) and value > above:
        return np.array(value)
    if type(value) is np.ndarray and value.dtype is FLOAT64 and 0 < value.size <= FEW:
        result = np.array(value, order="C")
        if all(above < entry and math.isfinite(entry) for entry in result.ravel().tolist()):
            return result
    allowed = "finite numbers" if above == -math.inf else f"finite numbers above {above:g}"
    if isinstance(value, (str, bytes, bool)) or value is None:
        refuse(name, value, allowed)
    result = _numbers(name, value, allowed)
    if result.size == 0 or not (np.isfinite(result) & (result > above)).all():
        refuse(name, value, allowed)
    return result


def integers(name: str, value: Any, at_least: int = 0) -> np.ndarray:
    """Return ``value``, a whole number or an array of them of any shape, as an int64 array, ``at_least`` or above."""
    allowed = f"whole numbers, {at_least} or above"
    try:
        given = np.asarray(value)
    except ValueError:  # rows of several lengths
        refuse(name, value, allowed)
    fits = given.dtype.kind in "iu" and given.size and not isinstance(value, np.ma.MaskedArray)
    if not fits or given.min() < at_least or given.max() > LARGEST:
        refuse(name, value, allowed)
    return given.astype(np.int64)


def function(name: str, value: Any) -> Callable:
    """Return ``value``, something that can be called."""
    if not callable(value):
        refuse(name, value, "a function")
    return value


def path(name: str, value: Any) -> Path:
    """Return ``value``, text or a path, as a path."""
    if not isinstance(value, (str, PurePath)) or "\0" in str(value):
        refuse(name, value, "a path")
    return Path(value)


def generator(name: str, value: Any, reason: str = "") -> np.random.Generator:
    """Return ``value``, a ``numpy.random.Generator``; ``reason`` says what it is needed for."""
    if not isinstance(value, np.random.Generator):
        raise ValueError(f"{name} must be a numpy.random.Generator{reason}, got {shown(value)}")
    return value


def executor(name: str, value: Any) -> Any:
    """Return ``value``, an executor that takes work, or None."""
    if value is None:
        return None
    if isinstance(value, type) or not (isinstance(value, Executor) or callable(getattr(value, "submit", None))):
        refuse(name, value, "a concurrent.futures.Executor")
    if getattr(value, "_shutdown", False) is True or getattr(value, "_shutdown_thread", False) is True:
        raise ValueError(f"{name} must take work, got {shown(value)}, which is shut down")
    return value


def memory(name: str, *shape: float) -> None:
    """Refuse an array of numbers of this shape, set by the argument ``name``, that no machine holds."""
    if math.prod(map(int, shape)) > MOST_NUMBERS:
        size = math.prod(map(int, shape)) * 8 / 1e9
        raise ValueError(f"{name} must leave a result that fits in memory, got one of {size:.3g} gigabytes")


def formula(evaluate: Callable) -> Callable:
    """Decorate a formula: where its numbers overflow it refuses its arguments, with no OverflowError."""
    names = tuple(inspect.signature(evaluate).parameters)
    evaluate = of_no_bare_ball(evaluate)

    @functools.wraps(evaluate)
    def guarded(*arguments, **named):
        try:
            return evaluate(*arguments, **named)
        except (OverflowError, ZeroDivisionError, np.linalg.LinAlgError) as error:
            given = {**dict(zip(names, arguments, strict=False)), **named}
            told = ", ".join(f"{name}={shown(value)}" for name, value in given.items())
            raise ValueError(f"{evaluate.__name__} must have a finite value, got {told}: {error.args[-1]}") from error

    return guarded


def nearest(word: str, known: Iterable) -> str:
    """Return ``" Did you mean 'x'?"`` for the known word nearest to ``word``, or nothing."""
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.4)
    return f" Did you mean {close[0]!r}?" if close else ""


def one_of(name: str, value: Any, known: Iterable) -> Any:
    """Return ``value`` if it is one of ``known``; otherwise suggest the nearest."""
    plain = isinstance(value, (str, type(None))) or _is_number(value) or value is True or value is False
    if not plain or value not in known:  # an array has no single answer to "=="
        choices = ", ".join(repr(k) for k in known)
        raise ValueError(f"{name} must be one of {choices}, got {shown(value)}.{nearest(shown(value), known)}")
    return value


def validated(cls: Class) -> Class:
    """Class decorator: a NamedTuple whose ``clean_fields`` method returns its clean fields, run at construction."""
    build = cls.__new__
    for name, member in list(vars(cls).items()):
        if inspect.isfunction(member) and not name.startswith("_") and name not in (*cls._fields, "clean_fields"):
            setattr(cls, name, of_no_bare_ball(member))

    def __new__(cls, *args, **kwargs):
        given = build(cls, *args, **kwargs)
        without_bare_balls(zip(cls._fields, given))
        return build(cls, *given.clean_fields())

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    given = [(name, cls._field_defaults.get(name, inspect.Parameter.empty)) for name in cls._fields]
    cls.__signature__ = inspect.Signature([inspect.Parameter(name, kind, default=default) for name, default in given])
    cls.__new__ = __new__
    cls._make = classmethod(lambda cls, fields: cls(*fields))  # and so _replace
    return cls
