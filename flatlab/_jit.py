"""The house decorators: every compiler option is decided here, once, with its reason.

============== ======= ====================================================================
option         value   why
============== ======= ====================================================================
error_model    numpy   a division by zero gives inf or nan as in NumPy, never an exception
                       from inside a loop; every step defines its own degenerate cases
nogil          True    replicates run on threads
fastmath       never   it breaks nan and inf, and its sums depend on the machine; sums that
                       must be fast fix their own order instead (``flatlab._vectors``)
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

import ctypes
import functools
import hashlib
import os
import pickle
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import llvmlite.binding
import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

OPTIONS = {"error_model": "numpy", "nogil": True}
INLINED = {**OPTIONS, "forceinline": True}
KEEP_DAYS = 14
_cache_dir_is_ours = threading.Lock()


def compiled(function):
    """Compile a helper that other kernels call; it is cached as part of its callers."""
    return numba.njit(**INLINED)(function)


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


def compiled_apart(function):
    """Compile a long helper once, and let kernels call it by its address.

    The compiler copies a callee into each of its callers, level after level, and compiles every copy: for a long
    one that is most of the time that a first call takes. A call by address costs a nanosecond. The address is
    looked up at the first call in a process, so that callers can be cached on disk.
    """
    ours = function.__module__.startswith("flatlab.")  # the folder of the cache follows these sources only
    dispatcher = functools.cache(lambda: entry_point(function) if ours else uncached(function))
    name = f"{function.__module__}.{function.__qualname__}"
    _apart[name] = dispatcher

    @functools.wraps(function)
    def call(*arguments):
        return (dispatcher() if jit_is_on() else function)(*arguments)

    class _Typed(AbstractTemplate):
        key = call

        def generic(self, arguments, _keywords):
            arguments = tuple(map(types.unliteral, arguments))
            dispatcher().compile(arguments)
            return signature(dispatcher().overloads[arguments].signature.return_type, *arguments)

    infer_global(call, types.Function(_Typed))

    @lower_builtin(call, types.VarArg(types.Any))
    def _lower(context, builder, sig, arguments):
        convention, byte = context.call_conv, ir.IntType(8).as_pointer()
        module = builder.module
        key = pickle.dumps((name, sig.args)).hex()
        slot_name = f"address_of_{hashlib.sha256(key.encode()).hexdigest()[:24]}"
        slot = module.globals.get(slot_name)
        if slot is None:
            slot = cgutils.add_global_variable(module, byte, slot_name)
            slot.initializer, slot.linkage = ir.Constant(byte, None), "internal"
        with builder.if_then(cgutils.is_null(builder, builder.load(slot)), likely=False):
            look_up = cgutils.get_or_insert_function(module, ir.FunctionType(byte, [byte]), "flatlab_address_of")
            builder.store(builder.call(look_up, [context.insert_const_string(module, key)]), slot)
        native = convention.get_function_type(sig.return_type, sig.args)
        callee = builder.bitcast(builder.load(slot), native.as_pointer())
        status, result = convention.call_function(builder, callee, sig.return_type, sig.args, arguments)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return result

    return call


_apart = {}
_called = []  # what has been called by address must stay


@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)
def _address_of(key):
    name, arguments = pickle.loads(bytes.fromhex(key.decode()))
    dispatcher = _apart[name]()
    dispatcher.compile(arguments)
    found = dispatcher.overloads[arguments]
    _called.append(found)
    return found.library.get_pointer_to_function(found.fndesc.llvm_func_name)


llvmlite.binding.add_symbol("flatlab_address_of", ctypes.cast(_address_of, ctypes.c_void_p).value)


def jit_is_on():
    """Return whether kernels are compiled (False under ``NUMBA_DISABLE_JIT=1``)."""
    return not numba.config.DISABLE_JIT


def source_hash(files):
    """Return the SHA-256 of the names and contents of ``files``, as hexadecimal text."""
    digest = hashlib.sha256()
    for path in sorted(map(Path, files)):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _own_hash():
    return source_hash(Path(__file__).parent.rglob("*.py"))


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
