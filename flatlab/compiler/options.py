"""The house decorators: every compiler option is decided here, once, with its reason.

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
cache          True    on entry points only, in a folder named by a hash of the sources: the
                       compiler's own cache does not see an edited callee and returns the
                       old answer
============== ======= ====================================================================

References are also counted where a vector dies early: the counts at the two ends of a step cancel only if no other
count stands between them. So a loop runs over the length of a vector that its body uses (``out.size``, not ``w.size``
where w is not read): two to four times faster in a few dimensions.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import numba
from numba.extending import register_jitable

OPTIONS = {"error_model": "numpy", "nogil": True}
INLINED = {**OPTIONS, "forceinline": True}
KEEP_DAYS = 14
_cache_dir_is_ours = threading.Lock()
_interpreting = ContextVar("interpreting", default=False)


def compiled(function):
    """Let kernels compile a helper into themselves; called from Python it stays the plain function."""
    return register_jitable(**INLINED)(function)


def entry_point(function, sources=()):
    """Compile ``function`` with a disk cache that is keyed by flatlab's sources and by ``sources``.

    Parameters
    ----------
    function : callable
        Python function in the compilable subset.
    sources : iterable of (path, hash)
        Files outside flatlab whose code is compiled into the function, as they were when it was loaded.

    Returns
    -------
    callable
        The dispatcher. Its cache folder changes whenever any of the sources does.
    """
    with _cache_dir_is_ours:  # the folder is a global of the compiler; replicates may compile on several threads
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(_cache_folder(tuple(sorted(sources))))
        try:
            return numba.njit(cache=True, **OPTIONS)(function)
        finally:
            numba.config.CACHE_DIR = before


def uncached(function):
    """Compile an entry point whose sources cannot be followed, for this process only."""
    return numba.njit(**OPTIONS)(function)


def jit_is_on():
    """Return whether kernels are compiled: not under ``NUMBA_DISABLE_JIT=1``, nor inside :func:`interpreted`."""
    return not (numba.config.DISABLE_JIT or _interpreting.get())


@contextmanager
def interpreted():
    """Run generic functions and kernels as plain Python within the block, in this thread."""
    token = _interpreting.set(True)
    try:
        yield
    finally:
        _interpreting.reset(token)


def source_hash(files):
    """Return the SHA-256 of the names and contents of ``files``, as hexadecimal text."""
    digest = hashlib.sha256()
    for path in sorted(map(Path, files)):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _own_hash():
    return source_hash(Path(__file__).parent.parent.rglob("*.py"))


@cache
def _cache_folder(sources):
    # the compiler's own index does not tell code with bounds checks from code without
    switches = f"{numba.config.BOUNDSCHECK} {numba.config.OPT}"
    name = hashlib.sha256((_own_hash() + repr(sources) + switches).encode()).hexdigest()[:24]
    root = numba.config.CACHE_DIR or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(root) / "flatlab" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError:
        return Path(tempfile.gettempdir()) / f"flatlab-{os.getuid() if hasattr(os, 'getuid') else 0}" / name
    with suppress(OSError):  # another process may be clearing up as well
        _forget_old(folder)
    return folder


def _forget_old(current):
    oldest = time.time() - KEEP_DAYS * 86400
    for folder in current.parent.iterdir():
        if folder != current and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
