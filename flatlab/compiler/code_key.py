"""The key of a compiled kernel: a hash of everything that is compiled into it.

A key covers, for every function that a kernel reaches, its bytecode, constants, defaults, captured values and the
globals it reads, and for every generic function the implementations for the NamedTuple classes in play. Lines, file
names, times and docstrings are no part of it. Python, NumPy, SciPy and numba are covered by their versions, which
:mod:`flatlab.compiler.disk_cache` adds.
"""

import builtins
import dis
import functools
import hashlib
import weakref
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import is_jitted

COVERED_BY_VERSION = {"builtins", "math", "cmath", "operator", "numpy", "scipy", "numba", "llvmlite"}
PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...))
PLAIN_TYPES = (types.Array, types.Number, types.Boolean, types.NoneType, types.UnicodeType, types.Omitted)
PLAIN_TYPES += (types.Literal, types.NumPyRandomGeneratorType)

WRITTEN = "written"  # by Python code, as an overload or an intrinsic of numba

_compiled_for = {}  # callable -> (how it is compiled, the function that kernels compile in its place)
_generic = {}  # callable -> the generic function whose implementations decide what it does
_first_seen = weakref.WeakKeyDictionary()  # function -> what it captured when a key first covered it
_unsure = weakref.WeakSet()  # functions that may have been compiled with other captured values than they have now


class NotCoveredError(Exception):
    """A kernel depends on something that cannot be read off, as a dictionary."""


class CodeKey(NamedTuple):
    """What :func:`code_key` returns.

    digest : hexadecimal; the same in every process that would compile the same machine code
    classes : NamedTuple classes in play, in an order that depends on the code only
    lasting : whether what this process compiles belongs under the digest. It does not once a captured value has
        changed: a helper that is compiled already keeps the former value.
    """

    digest: str
    classes: tuple
    lasting: bool


def compiles_as(call: Callable, function: Callable, how: str) -> None:
    """State that kernels which call ``call`` compile ``function``; ``how`` tells the ways to do so apart.

    With ``WRITTEN``, ``function`` is not compiled but runs while a kernel is compiled, and decides what is.
    """
    _compiled_for[call] = how, function


def follows(call: Callable, generic: Callable) -> None:
    """State that what ``call`` does in a kernel follows from the implementations of a generic function."""
    _generic[call] = generic


def code_key(function: Callable, argument_types: tuple = ()) -> CodeKey | None:
    """Return the key of a kernel for a signature.

    function : the Python function that is compiled

    None where something cannot be covered: such a kernel is compiled for this process only.
    """
    walk = _Walk()
    try:
        head = [function.__module__, function.__qualname__, *map(walk.signature, argument_types), walk.reach(function)]
        walk.finish()
    except NotCoveredError:
        return None
    digest = hashlib.sha256(repr([head, walk.found]).encode()).hexdigest()
    return CodeKey(digest, tuple(walk.classes), walk.lasting)


class _Walk:
    """Everything that a kernel reaches, each function, class and generic function numbered where it is met first."""

    def __init__(self):
        self.found = []  # what the key is made of
        self.classes, self.generics, self.waiting, self.functions = [], [], [], []
        self.numbers = {}  # id -> number
        self.calls = {}  # number of a function -> those of the functions that it captures
        self.here = None  # number of the function at hand
        self.captured = []  # by the function at hand
        self.modules = set()
        self.writers = set()  # numbers of functions that run while a kernel is compiled
        self.lasting = True

    def finish(self):
        """Visit what waits and every pair of a generic function and a class, until nothing new turns up."""
        asked = set()
        while True:
            while self.waiting:
                self._visit(self.waiting.pop(0))
            pairs = [(g, c) for g in range(len(self.generics)) for c in range(len(self.classes)) if (g, c) not in asked]
            if not pairs:
                return self._refuse_recursion()
            self.here = None
            for g, c in pairs:
                self.found.append(("answer", g, c, self._answer(self.generics[g], self.classes[c])))
            asked.update(pairs)

    def _answer(self, generic, cls):
        try:
            chosen = generic.implementation(cls)
        except TypeError:  # a required one that the class lacks
            return None
        return cls in generic.implementations, self.reach(chosen)

    def reach(self, function):
        """Note that a function is compiled in, and return its number."""
        if id(function) not in self.numbers:
            self.waiting.append(function)
        number = self._number(function, self.functions)
        self.calls.setdefault(self.here, set()).add(number)
        return number

    def _reach_writer(self, function):
        number = self.reach(function)
        self.writers.add(number)
        return number

    def _refuse_recursion(self):
        try:
            TopologicalSorter(self.calls).prepare()
        except CycleError as error:  # machine code that calls itself crashes when it comes back from disk
            raise NotCoveredError("a function that calls itself") from error

    def _number(self, thing, among):
        if id(thing) not in self.numbers:
            self.numbers[id(thing)] = len(among)
            among.append(thing)
        return self.numbers[id(thing)]

    def _visit(self, function):
        code = _read(function.__code__)
        self.here, self.modules = self._number(function, self.functions), set()
        here = [code.digest, self.value(function.__defaults__)]
        here += [(name, self.value(value)) for name, value in sorted((function.__kwdefaults__ or {}).items())]
        self.captured = []
        for cell in function.__closure__ or ():
            try:
                here.append(self.value(cell.cell_contents, code.names))
            except ValueError as error:
                raise NotCoveredError("a variable that has no value yet") from error
        for name in code.globals:
            value = function.__globals__.get(name, getattr(builtins, name, NotImplemented))
            here.append((name, "missing" if value is NotImplemented else self.value(value, code.names)))
        self.found.append(here)
        captured = tuple(self.captured)
        if _first_seen.setdefault(function, captured) != captured:
            _unsure.add(function)
        self.lasting = self.lasting and function not in _unsure

    def value(self, value, names=frozenset()):
        """Describe a value that code captures; of a module, the attributes among ``names`` that it has."""
        if type(value) in PLAIN:
            return self._leaf(type(value).__name__, repr(value))
        if type(value) is tuple:
            return "tuple", *(self.value(item, names) for item in value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self._class(type(value)), *(self.value(item, names) for item in value)
        if isinstance(value, np.ndarray | np.generic):
            return self._array(np.asarray(value), type(value).__name__)
        if isinstance(value, np.dtype):
            return self._leaf("dtype", repr(value.descr if value.names else value.str))
        if isinstance(value, types.Type):
            return self.signature(value)
        if isinstance(value, ModuleType):
            return self._module(value, names)
        if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields"):
            defaults = getattr(value, "_field_defaults", {})
            return "class", self._class(value), *((name, self.value(item)) for name, item in sorted(defaults.items()))
        return self._callable(value)

    def signature(self, kind: Any) -> tuple:
        """Describe a numba type."""
        inner: Any = kind
        if isinstance(kind, types.BaseNamedTuple):
            return self._class(inner.instance_class), *map(self.signature, inner.types)
        if isinstance(kind, types.BaseTuple):
            return "tuple", *map(self.signature, inner.types)
        if isinstance(kind, types.Dispatcher):
            return self._callable(kind.dispatcher)
        if isinstance(kind, PLAIN_TYPES):
            return self._leaf("type", str(kind))
        raise NotCoveredError(f"an argument of type {kind}")

    def _leaf(self, *described):
        self.captured.append(described)
        return described

    def _class(self, cls):
        self.captured.append(id(cls))
        if id(cls) not in self.numbers:
            self.found.append(("fields", cls._fields))
        return self._number(cls, self.classes)

    def _array(self, array, kind):
        if array.dtype.hasobject:
            raise NotCoveredError("an array of objects")
        layout = array.flags.c_contiguous, array.flags.f_contiguous, array.flags.aligned
        content = hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data if array.size else b"").hexdigest()
        return self._leaf(kind, repr(array.dtype.descr), array.shape, layout, content)

    def _module(self, module, names):
        if _covered_by_version(module):
            return "module", module.__name__
        if id(module) in self.modules:
            return "module", "met before"
        self.modules.add(id(module))
        found = [name for name in sorted(names) if name in vars(module)]
        return "module", *((name, self.value(vars(module)[name], names)) for name in found)

    def _callable(self, value):
        self.captured.append(id(value))
        if getattr(value, "__hash__", None) is None:
            raise NotCoveredError(f"a {type(value).__name__}")
        if value in _generic:
            return "generic", self._number(_generic[value], self.generics)
        if value in _compiled_for:
            how, function = _compiled_for[value]
            return how, self._reach_writer(function) if how == WRITTEN else self.reach(function)
        if is_jitted(value):
            if value.overloads and value.py_func not in _first_seen and _reads_values(value.py_func):
                _unsure.add(value.py_func)  # with which values it was compiled, nobody knows
            return repr(sorted(value.targetoptions.items())), self.reach(value.py_func)
        if _covered_by_version(value):
            return getattr(value, "__module__", None), getattr(value, "__qualname__", value.__name__)
        if isinstance(getattr(value, "_defn", None), FunctionType):  # an intrinsic
            return WRITTEN, self._reach_writer(value._defn)
        if isinstance(value, FunctionType) and self.here in self.writers:
            return WRITTEN, self._reach_writer(value)
        raise NotCoveredError(f"{value!r:.80}")


class _Code(NamedTuple):
    digest: str
    globals: tuple  # names read as globals, in the order of the code
    names: frozenset  # of attributes as well


@functools.cache
def _read(code):
    inner = [_read(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    instructions = list(dis.get_instructions(code))
    if any(one.opname == "IMPORT_NAME" for one in instructions):
        raise NotCoveredError("an import inside a function")
    constants: list = [_constant(constant) for constant in code.co_consts]
    loaded = {one.arg for one in instructions if one.opcode in dis.hasconst}
    if constants and 0 not in loaded:
        constants[0] = None  # the docstring
    shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    variables = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    handlers = getattr(code, "co_exceptiontable", b"")
    digest = hashlib.sha256(repr((code.co_code, constants, shape, variables, handlers)).encode()).hexdigest()
    read = [one.argval for one in instructions if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
    read += [name for one in inner for name in one.globals]
    return _Code(digest, tuple(dict.fromkeys(read)), frozenset(code.co_names).union(*(one.names for one in inner)))


def _constant(constant):
    if isinstance(constant, CodeType):
        return _read(constant).digest
    return sorted(map(repr, constant)) if isinstance(constant, frozenset) else repr(constant)


def _reads_values(function):
    values = [cell.cell_contents for cell in function.__closure__ or ()]
    values += [function.__globals__.get(name) for name in _read(function.__code__).globals]
    return not all(value is None or callable(value) or _covered_by_version(value) for value in values)


def _covered_by_version(value):
    if isinstance(value, np.ufunc):
        return getattr(np, value.__name__, None) is value
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    # an instance has its class's module, but no name
    return hasattr(value, "__name__") and isinstance(module, str) and module.partition(".")[0] in COVERED_BY_VERSION
