"""Compiled entry points that call generic functions."""

import functools
import threading
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from flatlab.compiler.disk_cache import is_kept
from flatlab.compiler.errors import COMPILER_ERRORS, refuse
from flatlab.compiler.floating_mode import call_flushed
from flatlab.compiler.options import entry_point, jit_is_on

_inside = ContextVar("inside", default=False)
_by_name = {}  # class name -> the first NamedTuple class of that name
_shared = set()  # names that several classes bear


def kernel(function):
    """Make ``function`` a compiled entry point, interpreted where compilation is switched off."""
    dispatchers = {}
    making = threading.Lock()

    def dispatcher_for(arguments):
        namesakes = _namesakes(arguments)
        if namesakes not in dispatchers:
            with making:  # one dispatcher each, however many threads ask first
                if namesakes not in dispatchers:
                    dispatchers[namesakes] = entry_point(function)
        return dispatchers[namesakes]

    @functools.wraps(function)
    def call(*arguments):
        if not jit_is_on():
            with np.errstate(all="ignore"):  # inf and nan come as silently as from machine code
                return _interpret(function, arguments)
        try:
            return call_flushed(dispatcher_for(arguments), arguments)
        except COMPILER_ERRORS as error:
            refuse(error, function, arguments)

    call.is_kept = lambda *arguments: jit_is_on() and is_kept(dispatcher_for(arguments), arguments)
    return call


def inside_kernel():
    """Return whether an interpreted kernel is running in this thread: what it calls was checked at its door."""
    return _inside.get()


@contextmanager
def unchecked():
    """Leave out the checks of arguments that generic functions make where Python calls them."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def _interpret(function, arguments):
    with unchecked():
        return call_flushed(function, arguments)


def _namesakes(arguments):
    """Return the classes among the arguments that share their name with another class.

    A dispatcher of numba tells NamedTuples apart by the name of their class alone: classes of one name (a cell of a
    notebook run twice) need dispatchers of their own.
    """
    found = ()
    for argument in arguments:
        if isinstance(argument, tuple):
            cls = type(argument)
            if _by_name.setdefault(cls.__name__, cls) is not cls:
                _shared.add(cls.__name__)
            if cls.__name__ in _shared:
                found += (cls,)
            found += _namesakes(argument)
    return found
