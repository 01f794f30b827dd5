"""A list of settings run one after another; an interrupted sweep goes on where it stopped."""

import functools
import inspect
import io
import json
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.base import checks
from flatlab.base.documents import say_unused, with_seal, without_seal
from flatlab.base.engines import Engine, engine_of
from flatlab.base.files import content_of, write_whole
from flatlab.base.progress import progress_bar
from flatlab.base.sources import sources_key
from flatlab.simulation.threads import one_blas_thread_from_now_on
from flatlab.storage.records import digest, partial_folder

NUMBERS_AND_TEXT = "biufcSU"


def sweep(
    path: Path | str | None,
    settings: Iterable[dict],
    run: Callable[[dict], Any],
    *,
    progress: bool = True,
    executor: Any = None,
) -> list:
    """Run each setting, keeping each result as soon as it is there.

    The result of a setting is kept beside the record, in ``PATH.partial/``, under a hash of the setting, of ``run``
    with all that it closes over, and of the sources of the modules of ``run`` and of the settings with all that they
    import (:mod:`flatlab.base.sources`): what is typed at a prompt is run anew. A later call with the same settings and
    the same code reads it instead of running it again. :func:`flatlab.storage.records.save` to the same path removes
    what is kept.

    Parameters
    ----------
    path : path or None
        Of the record that the results are for; with None nothing is kept.
    settings : iterable of dict
        Plain data, arrays or NamedTuples of these.
    run : callable
        ``run(setting)`` returns plain data, an array, or a dict of arrays. It must depend on the setting and on plain
        data only: a generator is made inside, from a seed in the setting.
    progress : bool
        Show a progress bar after two seconds, on a terminal.
    executor : optional
        Where the settings run, as for :func:`flatlab.ensemble`; one after another if not given.

    Returns
    -------
    list
        The results in the order of the settings, the same whether run or read: plain data as JSON keeps it (tuples are
        lists), arrays as they are.
    """
    settings, progress = _checked(settings), checks.flag("progress", progress)
    path = path if path is None else checks.path("path", path)
    checks.function("run", run)
    code = None if path is None else _code(run, settings)
    places = {}  # of each setting that is not kept
    names = [number if path is None else digest(code, _identity("setting", s)) for number, s in enumerate(settings)]
    results = {} if path is None else _read(partial_folder(path), names)
    for number, name in enumerate(names):
        if name not in results:
            places.setdefault(name, number)
    left = list(places)
    with progress_bar("settings", len(names), progress) as advance:
        advance(len(names) - len(left))
        engine = engine_of(executor) or Engine()
        function = _run if engine.shares_memory else _run_on_worker
        for number, packed in engine.each(function, (run,), ((settings[places[name]],) for name in left)):
            if path is not None:
                write_whole(partial_folder(path) / f"{left[number]}{packed[0]}", with_seal(packed[1]))
            results[left[number]] = _unpack(*packed)
            advance()
    return [results[name] for name in names]


def _checked(settings):
    """Return settings as a list, or refuse them."""
    wanted = "a list of settings, a dict each"
    if isinstance(settings, (str, bytes, dict)) or not isinstance(settings, Iterable):
        checks.refuse("settings", settings, wanted)
    settings = list(settings)
    for setting in settings:
        if not isinstance(setting, dict):
            checks.refuse("settings", setting, wanted)
    return settings


def _run(run, setting):
    with threadpool_limits(1):
        return _pack(run(setting))


def _run_on_worker(run, setting):
    one_blas_thread_from_now_on()
    return _pack(run(setting))


def _read(folder, names):
    """Return what is kept, by name."""
    found = {}
    for name in dict.fromkeys(names):
        found |= _kept(folder, name)
    return found


def _kept(folder, name):
    for suffix in (".json", ".npz"):
        file = folder / f"{name}{suffix}"
        try:
            content = content_of(file, "what a sweep has kept")
            if content is not None:
                return {name: _unpack(suffix, without_seal(content, repr(str(file))))}
        except ValueError as error:  # what it held is computed again
            say_unused(str(error))
    return {}


def _pack(result):
    arrays = result if isinstance(result, dict) else {"": result}
    if any(isinstance(value, np.ndarray) for value in arrays.values()):
        arrays = {f"_{name}": np.asarray(value) for name, value in arrays.items()}
        for value in arrays.values():
            if value.dtype.kind not in NUMBERS_AND_TEXT:
                raise ValueError(f"result of a setting must be plain data or arrays of numbers, got {value!r:.80}")
        store = io.BytesIO()
        np.savez(store, allow_pickle=False, **arrays)
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


def _code(run, settings):
    """Identify what results depend on beside their settings: the code of all that ``run`` and the settings reach."""
    inner = inspect.unwrap(run.func if isinstance(run, functools.partial) else run)
    if not isinstance(inner, types.FunctionType):
        raise ValueError(f"run must be a Python function, got {run!r:.80}")
    homes = {__name__, inner.__module__}
    identity = _identity("run", run, homes)
    for setting in settings:
        _identity("setting", setting, homes)
    return [sources_key(homes), identity]


def _identity(name, value, homes=None):
    """Return plain data that tells a value from any other, or refuse it; add the modules of its code to ``homes``."""
    inner = functools.partial(_identity, name, homes=homes)
    if isinstance(value, functools.partial):
        return [inner(value.func), inner(list(value.args)), inner(value.keywords)]
    if homes is not None and (isinstance(value, type | types.FunctionType) or hasattr(value, "_asdict")):
        homes.add(value.__module__)
    if isinstance(value, types.FunctionType):
        closed = [cell.cell_contents for cell in value.__closure__ or ()]
        defaults = [value.__defaults__ or (), value.__kwdefaults__ or {}]
        return [value.__module__, value.__qualname__, inner([closed, defaults])]
    if isinstance(value, (type, types.ModuleType, types.BuiltinFunctionType)):
        return repr(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in NUMBERS_AND_TEXT:
        return [str(value.dtype), list(value.shape), np.ascontiguousarray(value).tobytes().hex()]
    fields = getattr(value, "_asdict", None)
    if fields is not None:
        return [type(value).__qualname__, inner(fields())]
    if isinstance(value, dict):
        return {str(key): inner(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range)):
        return [inner(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, complex, str, np.generic, Path)):
        return repr(value)
    raise ValueError(f"{name} must depend on plain data and arrays only, got {type(value).__name__}")
