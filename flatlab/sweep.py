"""A list of settings run one after another; an interrupted sweep goes on where it stopped."""

import functools
import inspect
import io
import json
import sys
import types
from pathlib import Path

import numpy as np

import flatlab
from flatlab.compiler.options import source_hash
from flatlab.files import write_whole
from flatlab.progress import progress_bar
from flatlab.records import digest, partial_folder

NUMBERS_AND_TEXT = "biufcSU"


def sweep(path, settings, run, *, progress=True):
    """Run each setting, keeping each result as soon as it is there.

    The result of a setting is kept beside the record, in ``PATH.partial/``, under a hash of the
    setting, of ``run`` with all that it closes over, and of the sources of flatlab, of the module of
    ``run`` and of the modules it imports.
    A later call with the same settings and the same code reads it instead of running it again.
    :func:`flatlab.records.save` to the same path removes what is kept.

    Parameters
    ----------
    path : path or None
        Of the record that the results are for; with None nothing is kept.
    settings : iterable of dict
        Plain data, arrays or NamedTuples of these.
    run : callable
        ``run(setting)`` returns plain data, an array, or a dict of arrays. It must depend on the
        setting and on plain data only: a generator is made inside, from a seed in the setting.
    progress : bool
        Show a progress bar after two seconds, on a terminal.

    Returns
    -------
    list
        The results in the order of the settings, the same whether run or read: plain data as JSON
        keeps it (tuples are lists), arrays as they are.

    Raises
    ------
    ValueError
        If a setting, or something that ``run`` closes over, is not plain data.
    """
    settings = list(settings)
    code = None if path is None else _code(run)
    results = []
    with progress_bar("settings", len(settings), progress) as advance:
        for setting in settings:
            if path is None:
                results.append(_unpack(*_pack(run(setting))))
            else:
                name = digest(code, _identity("setting", setting))
                results.append(_read_or_run(partial_folder(path), name, run, setting))
            advance()
    return results


def _read_or_run(folder, name, run, setting):
    for suffix in (".json", ".npz"):
        file = folder / f"{name}{suffix}"
        if file.exists():
            return _unpack(suffix, file.read_bytes())
    suffix, content = _pack(run(setting))
    write_whole(folder / f"{name}{suffix}", content)
    return _unpack(suffix, content)


def _pack(result):
    arrays = result if isinstance(result, dict) else {"": result}
    if any(isinstance(value, np.ndarray) for value in arrays.values()):
        arrays = {f"_{name}": np.asarray(value) for name, value in arrays.items()}
        for value in arrays.values():
            if value.dtype.kind not in NUMBERS_AND_TEXT:
                raise ValueError(f"result of a setting must be plain data or arrays of numbers, got {value!r:.80}")
        store = io.BytesIO()
        np.savez(store, **arrays)
        return ".npz", store.getvalue()
    # Not strict JSON: nan and the infinities must come back as the floats they are.
    return ".json", json.dumps(result, default=_numpy_number).encode()


def _unpack(suffix, content):
    if suffix == ".json":
        return json.loads(content)
    with np.load(io.BytesIO(content), allow_pickle=False) as store:
        arrays = {name[1:]: store[name] for name in store.files}
    return arrays[""] if list(arrays) == [""] else arrays


def _numpy_number(value):
    if isinstance(value, np.generic):
        return value.item()
    raise ValueError(f"result of a setting must be plain data or arrays, got {type(value).__name__}")


def _code(run):
    """Identify what a result depends on beside its setting: flatlab, the module of ``run``, and what that imports."""
    inner = inspect.unwrap(run.func if isinstance(run, functools.partial) else run)
    if not isinstance(inner, types.FunctionType):
        raise ValueError(f"run must be a Python function, got {run!r:.80}")
    files = {*Path(flatlab.__file__).parent.rglob("*.py"), *_imported_files(inner)}
    return [source_hash(files), _identity("run", run)]


def _imported_files(function):
    """Return the file of a function's module and those of the modules that its global names come from."""
    names = {function.__module__}
    for value in function.__globals__.values():
        name = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
        names |= {name} if isinstance(name, str) else set()
    files = (getattr(sys.modules.get(name), "__file__", None) for name in names)
    return {Path(file) for file in files if file and Path(file).is_file()}


def _identity(name, value):
    """Return plain data that tells a value from any other, or refuse it."""
    if isinstance(value, functools.partial):
        return [_identity(name, value.func), _identity(name, list(value.args)), _identity(name, value.keywords)]
    if isinstance(value, types.FunctionType):
        closed = [cell.cell_contents for cell in value.__closure__ or ()]
        defaults = [value.__defaults__ or (), value.__kwdefaults__ or {}]
        return [value.__module__, value.__qualname__, _identity(name, [closed, defaults])]
    if isinstance(value, (type, types.ModuleType, types.BuiltinFunctionType)):
        return repr(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in NUMBERS_AND_TEXT:
        return [str(value.dtype), list(value.shape), np.ascontiguousarray(value).tobytes().hex()]
    if hasattr(value, "_asdict"):
        return [type(value).__qualname__, _identity(name, value._asdict())]
    if isinstance(value, dict):
        return {str(key): _identity(name, item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [_identity(name, item) for item in value]
    if value is None or isinstance(value, (bool, int, float, complex, str, np.generic, Path)):
        return repr(value)
    raise ValueError(f"{name} must depend on plain data and arrays only, got {type(value).__name__}")
