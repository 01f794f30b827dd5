"""The decorators of the project: every compiler option is decided here, once, with its reason.

============== ======= ====================================================================
option         value   why
============== ======= ====================================================================
error_model    numpy   a division by zero gives inf or nan as in NumPy, never an exception
                       from inside a loop; every step defines its own degenerate cases
nogil          True    replicates run on threads
fastmath       never   it breaks nan and inf, and its sums depend on the machine; sums that
                       must be fast fix their own order instead (``flatlab.compiler.vectors``)
parallel       never   ``prange`` ties the digits to the number of threads
forceinline    True    on what a step calls: a call that passes arrays counts references, which
                       costs ten times a step in three dimensions
cache          never   the compiler's own cache does not see an edited callee and returns the
                       old answer; ``flatlab.compiler.disk_cache`` keeps machine code instead
============== ======= ====================================================================

References are also counted where a vector dies early: the counts at the two ends of a step cancel only if no other
count stands between them. So a loop runs over the length of a vector that its body uses (``out.size``, not ``w.size``
where w is not read): two to four times faster in a few dimensions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numba
from numba.core import config
from numba.extending import register_jitable

from flatlab.compiler import inlined
from flatlab.compiler.code_key import compiles_as
from flatlab.compiler.disk_cache import keep_on_disk

OPTIONS: Any = {"error_model": "numpy", "nogil": True}
INLINED: Any = {**OPTIONS, "forceinline": True, **inlined.OPTIONS}
_config = vars(config)  # of numba; it changes while a process runs
_interpreting = ContextVar("interpreting", default="")


def compiled(function: Callable) -> Callable:
    """Let kernels compile a helper into themselves; called from Python it stays the plain function."""
    compiles_as(function, function, "inlined")
    return register_jitable(**INLINED)(function)


def compiled_first(function: Callable) -> Callable:
    """Like :func:`compiled`, but optimised before its callers take it in: what it counts of references cancels there.

    For helpers of a few loops each that follow each other within a step: taken in as they were written, their counts
    stand between each other and stay.
    """
    compiles_as(function, function, "inlined")
    return register_jitable(**OPTIONS, forceinline=True)(function)


def entry_point(function: Callable) -> Callable:
    """Compile a function that Python calls, with machine code kept on disk wherever its key covers everything."""
    return function if _config["DISABLE_JIT"] else keep_on_disk(numba.njit(**OPTIONS)(function))


def jit_is_on() -> bool:
    """Return whether kernels are compiled: not under ``NUMBA_DISABLE_JIT=1``, nor inside :func:`interpreted`."""
    return not (_config["DISABLE_JIT"] or _interpreting.get())


enter, leave = _interpreting.set, _interpreting.reset  # to be called in pairs; a context takes three times as long


@contextmanager
def interpreted(inside: bool = False) -> Iterator[None]:
    """Run generic functions and kernels as plain Python within the block, in this thread.

    With ``inside`` they run as an interpreted kernel calls them, without the checks of what Python hands to them.
    """
    token = enter("inside" if inside else "from outside")
    try:
        yield
    finally:
        leave(token)


def inside_kernel() -> bool:
    """Return whether an interpreted kernel is running in this thread: what it calls was checked on entry."""
    return _interpreting.get() == "inside"
