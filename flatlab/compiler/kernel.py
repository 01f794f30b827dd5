"""Compiled entry points that call generic functions."""

import functools
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from flatlab.compiler import notice as notice  # the word on compiling
from flatlab.compiler.disk_cache import is_kept
from flatlab.compiler.errors import COMPILER_ERRORS, refuse
from flatlab.compiler.floating_mode import call_flushed
from flatlab.compiler.options import enter, entry_point, jit_is_on, leave

_by_name = {}  # class name -> the first NamedTuple class of that name
_shared = set()  # names that several classes bear


def kernel(function: Callable) -> Any:
    """Make ``function`` a compiled entry point, interpreted where compilation is switched off."""
    dispatchers, by_kinds = {}, {}
    making = threading.Lock()

    def dispatcher_for(arguments):
        known = kinds(arguments)
        if known not in by_kinds:
            namesakes = _namesakes(known)
            with making:  # one dispatcher each, however many threads ask first
                if namesakes not in dispatchers:
                    dispatchers[namesakes] = entry_point(function)
            by_kinds[known] = dispatchers[namesakes]
        return by_kinds[known]

    @functools.wraps(function)
    def call(*arguments):
        if not jit_is_on():
            return interpret(function, *arguments)
        try:
            return call_flushed(dispatcher_for(arguments), arguments)
        except COMPILER_ERRORS as error:
            refuse(error, function, arguments)

    entry: Any = call
    entry.is_kept = lambda *arguments: jit_is_on() and is_kept(dispatcher_for(arguments), arguments)
    return entry


def interpret(function: Callable, *arguments: Any) -> Any:
    """Call a function as an interpreted kernel: inf and nan come as silently as from machine code."""
    with np.errstate(all="ignore"):
        return call_inside(function, arguments)


def call_inside(function: Callable, arguments: tuple) -> Any:
    """Call a function as an interpreted kernel does what it calls: unchecked, with denormal numbers flushed."""
    token = enter("inside")
    try:
        return call_flushed(function, arguments)
    finally:
        leave(token)


def kinds(parts: tuple) -> tuple:
    """Return the type of a tuple and the kinds of the tuples among its fields, in order: ``(type, kinds, ...)``."""
    found: list = [type(parts)]
    for field in parts:
        if isinstance(field, tuple):
            found.append(kinds(field))
    return tuple(found)


def _namesakes(known):
    """Return the classes among the kinds of arguments that share their name with another class.

    A dispatcher of numba tells NamedTuples apart by the name of their class alone: classes of one name (a cell of a
    notebook run twice) need dispatchers of their own.
    """
    cls, *inner = known
    if _by_name.setdefault(cls.__name__, cls) is not cls:
        _shared.add(cls.__name__)
    found = (cls,) if cls.__name__ in _shared else ()
    return sum(map(_namesakes, inner), found)
