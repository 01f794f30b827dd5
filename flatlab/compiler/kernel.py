"""Compiled entry points that call generic functions.

The disk cache of a ``kernel`` follows the files that registered the implementations it was given, so an edited
objective is never answered from an old compilation.
"""

import functools
import inspect
import threading
from pathlib import Path

import numpy as np

from flatlab.compiler.errors import COMPILER_ERRORS, refuse
from flatlab.compiler.options import entry_point, jit_is_on, source_hash, uncached

_PACKAGE = Path(__file__).parent.parent
_outside = {}  # class -> (file, hash) outside flatlab that registered something for it, or None: no file


def kernel(function):
    """Make ``function`` a compiled entry point whose cache follows its arguments' sources."""
    dispatchers = {}
    making = threading.Lock()

    @functools.wraps(function)
    def call(*arguments):
        if not jit_is_on():
            with np.errstate(all="ignore"):  # inf and nan come as silently as from machine code
                return function(*arguments)
        sources = _sources(arguments)
        if sources not in dispatchers:
            with making:  # one dispatcher each, however many threads ask first
                if sources not in dispatchers:
                    dispatchers[sources] = uncached(function) if sources is None else entry_point(function, sources)
        try:
            return dispatchers[sources](*arguments)
        except COMPILER_ERRORS as error:
            refuse(error, function, arguments)

    return call


def note_source(cls, implementation):
    """Remember the file that registered something for a class."""
    try:
        source = Path(inspect.getsourcefile(implementation)).resolve(strict=True)
    except (TypeError, OSError):  # typed at a prompt: nothing on disk to follow
        _outside[cls] = None
        return
    if not source.is_relative_to(_PACKAGE) and _outside.get(cls, ()) is not None:
        # helpers often live in a sibling file: follow the whole folder. Hashed now, not at the first
        # run: a module that is edited and loaded again must not meet the cache of its former self
        folder = frozenset((str(path), _hash_of(path, path.stat().st_mtime_ns)) for path in source.parent.glob("*.py"))
        _outside[cls] = _outside.get(cls, frozenset()) | folder


@functools.cache
def _hash_of(path, _modified):
    return source_hash([path])


def _sources(arguments):
    found = frozenset()
    for argument in arguments:
        if isinstance(argument, tuple):
            own = _outside.get(type(argument), frozenset())
            inner = _sources(argument)
            if own is None or inner is None:
                return None
            found |= own | inner
    return found
