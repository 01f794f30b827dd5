"""Work on its way to another process: classes and functions that nobody can import there travel with all they need.

With cloudpickle installed, as it is with dask, what a script or a notebook defines is sent by value. What belongs to
such a class but is kept elsewhere is added by :func:`travels_with_classes`.
"""

import hashlib
import io
import pickle
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from flatlab.base.engines.sameness import Code, EngineError, code_of
from flatlab.base.refusals import is_refusal

try:
    pickling = import_module("cloudpickle")
except ImportError:
    pickling = pickle

Cached = type(lru_cache(len))
MOST_KEPT = 8  # shipments that a worker keeps unpacked: it gets many pieces of each

_companions = []
_kept = OrderedDict()
_threads: ContextVar[int | None] = ContextVar("threads", default=None)


class Shipment(NamedTuple):
    """A function with what all pieces share, and the code that a worker must have to run it; None where it has it."""

    data: bytes
    key: str
    code: Code | None = None


class Outcome(NamedTuple):
    """The packed result of a piece, or the error that it raised."""

    data: bytes
    raised: bool = False


def travels_with_classes(collect: Callable[[type], Any], restore: Callable[[type, Any], None]) -> None:
    """Let something travel with every class that is sent by value.

    ``collect(cls)`` returns it, or None; ``restore(cls, it)`` is called where the class arrives.
    """
    _companions.append((collect, restore))


def ship(function: Callable, shared: tuple, *, same_code: bool) -> Shipment:
    """Pack a function with what all pieces share; with ``same_code`` a worker of other sources or versions refuses."""
    data, modules = _pack((function, shared))
    return Shipment(data, hashlib.sha256(data).hexdigest(), code_of(modules) if same_code else None)


def packed(thing: Any) -> bytes:
    """Return anything as bytes."""
    return _pack(thing)[0]


def run_shipped(shipment: Shipment, piece: bytes) -> Outcome:
    """Run a piece of work on a worker."""
    try:
        if shipment.code is not None:
            shipment.code.require()
        function, shared = _unpacked(shipment)
        with threads_each(1):
            return Outcome(packed(function(*shared, *pickle.loads(piece))))
    except Exception as error:
        return Outcome(_packed_error(error), raised=True)
    except SystemExit as error:  # it would end the worker, or the process that asks for the result
        return Outcome(_packed_error(RuntimeError(f"the piece called sys.exit({error.code!r})")), raised=True)


def result_of(outcome: Outcome) -> Any:
    """Return the result of a piece, or raise its error."""
    content = pickle.loads(outcome.data)
    if outcome.raised:
        raise content
    return content


@contextmanager
def threads_each(count: int) -> Iterator[None]:
    """Let a run inside the block use so many threads: as many pieces as the machine has cores may run beside it."""
    token = _threads.set(count)
    try:
        yield
    finally:
        _threads.reset(token)


def threads_allowed() -> int | None:
    """Return how many threads a run may use; None where nothing else runs."""
    return _threads.get()


Base: Any = pickling.Pickler


class _ByValue(Base):
    """Notes the modules of what it packs by name, and adds to classes packed by value what belongs to them."""

    def __init__(self, file: io.BytesIO):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.modules = set()

    def reducer_override(self, obj: Any) -> Any:
        """Return how to pack an object."""
        by_name = getattr(super(), "reducer_override", lambda obj: NotImplemented)
        reduced = by_name(obj)
        if isinstance(obj, ModuleType):
            self.modules.add(obj.__name__)
        if isinstance(obj, Cached) and obj.__module__ == "__main__":
            return _cached, (obj.__wrapped__, obj.cache_parameters())
        if not isinstance(obj, type | FunctionType):
            return reduced
        if not isinstance(reduced, tuple):
            self.modules.add(obj.__module__)
        elif isinstance(obj, type) and len(reduced) == 6:
            make, arguments, state, *_, set_state = reduced
            found = [(restore, collect(obj)) for collect, restore in _companions]
            belongings = [(restore, thing) for restore, thing in found if thing is not None]
            return make, arguments, (set_state, state, belongings), None, None, _set_class
        return reduced


def _pack(thing):
    file = io.BytesIO()
    pickler = _ByValue(file)
    pickler.dump(thing)
    return file.getvalue(), sorted(pickler.modules - {"__main__", "builtins"})


def _cached(function, parameters):
    return lru_cache(**parameters)(function)


def _set_class(cls, state):
    set_state, own, belongings = state
    set_state(cls, own)
    for restore, thing in belongings:
        restore(cls, thing)


def _unpacked(shipment):
    found = _kept.get(shipment.key)
    if found is None:
        found = _kept[shipment.key] = pickle.loads(shipment.data)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _packed_error(error):
    """Return an error as bytes, with the worker's traceback as a note; in words where it cannot be packed."""
    error.is_refusal = is_refusal(error)
    if not isinstance(error, EngineError):
        error.add_note("on the worker:\n" + "".join(traceback.format_exception(error)))
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        data = packed(error)
        pickle.loads(data)
        return data
    except Exception:
        return packed(RuntimeError(f"{type(error).__name__}: {error}"))
