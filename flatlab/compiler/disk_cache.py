"""Machine code kept on disk under the key of all that was compiled into it.

This is the only file that names the private parts of numba's own cache. Where a version of numba lacks one of them,
or anything goes wrong with a file, kernels are compiled for the process only.
"""

import hashlib
import io
import os
import pickle
import sys
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

from numba.core import config

from flatlab.compiler.cache_folder import forget_old, private_folder, read_private
from flatlab.compiler.code_key import code_key
from flatlab.compiler.inlined import LEAN

try:
    from numba.core.bytecode import FunctionIdentity
    from numba.core.caching import NullCache
    from numba.core.compiler import CompileResult
    from numba.core.serialize import NumbaPickler

    # numba numbers the functions of a process to tell their machine code apart: code from disk, numbered by another
    # process, would share the names of other code compiled here. So each process begins at a place of its own
    next(FunctionIdentity._unique_ids)
    FunctionIdentity._unique_ids = count(int.from_bytes(os.urandom(7)))
    _parts = CompileResult._reduce, CompileResult._rebuild
    AVAILABLE = True
except (ImportError, AttributeError, TypeError):
    AVAILABLE, NullCache, NumbaPickler = False, object, pickle.Pickler
_NullCache: Any = NullCache  # which of the two it is, only the process knows
_NumbaPickler: Any = NumbaPickler

# written into every key: what decides about machine code beside the code itself
SWITCHES = ("BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "USING_SVML", "DEBUGINFO_DEFAULT")
MECHANISM = ("options", "inlined", "generic", "by_address", "disk_cache", "code_key")  # modules of this folder
STAMP = 32  # bytes of the hash at the head of a file


def keep_on_disk(dispatcher: Any) -> Any:
    """Let a dispatcher of numba keep what it compiles, and find what another process has kept."""
    if AVAILABLE and hasattr(dispatcher, "_cache"):
        dispatcher._cache = _DiskCache(dispatcher.py_func)
    return dispatcher


def is_kept(dispatcher: Any, arguments: tuple) -> bool:
    """Return whether machine code for these arguments lies on disk."""
    with suppress(Exception):  # then it has to be compiled
        signature = tuple(map(dispatcher.typeof_pyval, arguments))
        path, _ = dispatcher._cache._place(signature, dispatcher.targetctx.codegen())
        return path is not None and path.exists()
    return False


class _DiskCache(_NullCache):
    """What a dispatcher asks before and after it compiles; called under the compiler's lock."""

    def __init__(self, function):
        self.function = function

    def load_overload(self, signature, target):
        """Return the machine code for a signature, or None."""
        with suppress(Exception):  # whatever is wrong with a file, the kernel can be compiled
            target.refresh()
            path, key = self._place(signature, target.codegen())
            kept = read_private(path) if path else None
            if path and key and kept and hashlib.sha256(kept[STAMP:]).digest() == kept[:STAMP]:
                found = CompileResult._rebuild(target, *_Unpickler(io.BytesIO(kept[STAMP:]), key.classes).load())
                os.utime(path)
                return found

    def save_overload(self, signature, compiled) -> None:
        """Keep the machine code for a signature, if that can be done."""
        with suppress(Exception):  # a full disk, a value that cannot be pickled: the kernel runs all the same
            path, key = self._place(signature, compiled.codegen)
            if path and key and key.lasting and not compiled.library.has_dynamic_globals and not compiled.lifted:
                content = io.BytesIO()
                _Pickler(content, key.classes).dump(compiled._reduce())
                _write(path, content.getvalue())

    def _place(self, signature, codegen):
        folder = _folder()
        key = code_key(self.function, signature) if folder else None
        if folder is None or key is None:
            return None, None
        digest = hashlib.sha256(repr((key.digest, codegen.magic_tuple(), _surroundings())).encode()).hexdigest()
        return folder / f"{self.function.__name__.strip('<>')}-{digest}.kernel", key


class _Pickler(_NumbaPickler):
    """Names classes by their number in the key, since another process may have defined them anew."""

    def __init__(self, file, classes):
        super().__init__(file, protocol=4)
        self.places = {cls: place for place, cls in enumerate(classes)}

    def persistent_id(self, thing):
        return self.places.get(thing) if isinstance(thing, type) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, classes):
        super().__init__(file)
        self.classes = classes

    def persistent_load(self, place):
        return self.classes[place]


def _write(path, content):
    handle, part = tempfile.mkstemp(dir=path.parent)
    try:
        with open(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def _folder():
    root = vars(config)["CACHE_DIR"] or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return _checked_folder(os.path.abspath(os.path.expanduser(root)))


@cache
def _checked_folder(root):
    folder = private_folder(root)
    if folder:
        forget_old(folder)
    return folder


def _surroundings():
    return [getattr(config, name, None) for name in SWITCHES], LEAN, _versions()


@cache
def _versions():
    here = Path(__file__).parent
    mechanism = [hashlib.sha256((here / f"{name}.py").read_bytes()).hexdigest() for name in MECHANISM]
    return sys.version, [version(name) for name in ("numba", "llvmlite", "numpy", "scipy")], mechanism
