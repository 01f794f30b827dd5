"""Calls of generic functions as plain Python: with bounds checks, under a deadline, counted.

What goes wrong in such a call becomes one sentence that names the class, the function and the place. Errors of
arithmetic are not among them: a division by zero raises in Python and gives inf or nan in machine code.
"""

import inspect
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import numpy as np

from flatlab.compiler.options import interpreted

_PACKAGE = Path(__file__).parents[2]


class TooSlow(BaseException):
    """An interpreted call that took longer than it may; no ``except Exception`` on the way stops it."""


class NotInterpreted(Exception):
    """A call that plain Python cannot make, for a reason that need not be an error of the class."""


class Undeclared:
    """Stands in for the generator where nothing declares that it draws random numbers."""

    def __getattr__(self, name):
        raise DrawsRandomNumbers(name)


class DrawsRandomNumbers(Exception):
    """A random number was asked of :class:`Undeclared`."""


def title(part: object) -> str:
    """Return the name of an instance's class as its author wrote it."""
    return getattr(type(part), "_plain_name", type(part).__name__)


def function_title(question: Callable, part: NamedTuple) -> str:
    """Return ``Class: function (file:line)`` of what answers a question for an instance."""
    code = implementation_code(question, part)
    return f"{title(part)}: {question.__name__} ({place(code.co_filename, code.co_firstlineno)})"


def has(question: Any, part: NamedTuple) -> bool:
    """Return whether the class of an instance answers a question in a way of its own."""
    return question.is_own(part)


def implementation_code(question: Any, part: NamedTuple) -> CodeType:
    """Return the code object of what answers a question for an instance."""
    implementation = question.implementation(type(part))
    return getattr(implementation, "py_func", implementation).__code__


def place(file: str | Path, line: int) -> str:
    """Return ``file:line``, the file as seen from the current folder."""
    path = Path(file)
    with suppress(ValueError, OSError):
        path = path.relative_to(Path.cwd())
    return f"{path}:{line}"


def ask(question: Callable, part: NamedTuple, *arguments: object) -> Any:
    """Call a generic function interpreted and return its answer.

    A mistake that the compiler would not see, or would tell in many lines, is a ValueError of one sentence; a call that
    Python cannot make is NotInterpreted.
    """
    try:
        with interpreted(inside=True), np.errstate(all="ignore"):  # the arguments are ours; rng may be a stand-in
            return question(part, *arguments)
    except DrawsRandomNumbers:
        raise
    except Exception as error:  # whatever a stranger's code raises
        refusal = _refusal(error, question, part, arguments)
        if refusal is None:
            raise NotInterpreted(f"{type(error).__name__}: {' '.join(str(error).split()):.120}") from error
        raise ValueError(refusal) from error


def count_calls(questions: dict[CodeType, Callable], run: Callable[[], object]) -> int:
    """Run a function and count the calls of generic functions in it, those inside a counted call left out.

    ``questions`` gives for the code of an implementation a function of its frame that says for how many it counts.
    """
    total, inside = 0, []

    def look(frame, event, _argument):
        nonlocal total
        if frame.f_code in questions:
            if event == "call":
                if not inside:
                    total += questions[frame.f_code](frame)
                inside.append(frame)
            elif event == "return":
                inside.pop()

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        run()
    finally:
        sys.setprofile(before)
    return total


class deadline:
    """A block whose Python calls raise :class:`TooSlow` when its time is over.

    Never inside the compiler, in a line that may set a state or put it back (of NumPy, of flatlab's compiler room, of
    a function of flatlab with ``with`` or ``try``), or while an earlier TooSlow is handled.
    """

    def __init__(self, seconds):
        self.end = time.perf_counter() + seconds

    def __enter__(self):
        self.before = sys.gettrace()
        sys.settrace(self._enter)

    def __exit__(self, *_):
        sys.settrace(self.before)

    def _enter(self, frame, event, _argument):
        return None if _is_compiler(frame) else self._step(frame, event, _argument)

    def _step(self, frame, event, _argument):
        if time.perf_counter() > self.end and event in ("call", "line") and not _keeps_state(frame):
            outer = frame
            while outer is not None and not _is_compiler(outer):
                outer = outer.f_back
            if outer is None and not isinstance(sys.exc_info()[1], TooSlow):
                raise TooSlow
        return self._step


def _keeps_state(frame):
    module = frame.f_globals.get("__name__", "")
    guards = _package(frame) in ("numpy", "contextlib") or module.startswith("flatlab.compiler.")
    return guards or (_package(frame) == "flatlab" and bool(frame.f_code.co_exceptiontable))


def _is_compiler(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0] in (
        "numba",
        "llvmlite",
        "importlib",
        "_frozen_importlib",
    )


def _refusal(error, question, part, arguments):
    """Return the sentence for an error, or None where it need not be one of the class."""
    where = f"{title(part)}: {question.__name__} ({_last_place(error, question, part)})"
    point = next((entry for entry in arguments if isinstance(entry, np.ndarray)), None)
    size = "" if point is None else f" at a point of {len(point)} entries"
    if isinstance(error, IndexError) or (isinstance(error, ValueError) and "broadcast" in str(error)):
        told = " ".join(str(error).split())
        return (
            f"{where} must stay within its arrays, got {told!r}{size}, with {_shapes(part)}: "
            "refuse what does not fit in `clean_fields`, or register `dimension`"
        )
    if isinstance(error, AttributeError) and isinstance(getattr(error, "obj", None), tuple):
        fields = ", ".join(getattr(error.obj, "_fields", ())) or "none"
        return f"{where} must read fields that exist, got {error.name!r}: the fields of {title(error.obj)} are {fields}"
    if isinstance(error, NameError):
        return f"{where} must use names that exist, got {error.name!r}: define or import it"
    if isinstance(error, TypeError) and ": register one with @" in str(error):
        return str(error)
    if isinstance(error, TypeError) and not _entered(error, question, part):
        names = implementation_code(question, part)
        taken = ", ".join(names.co_varnames[: names.co_argcount])
        wanted = ", ".join(inspect.signature(question).parameters)
        return f"{where} must take the arguments ({wanted}), got ({taken})"
    return None


def _last_place(error, question, part):
    code = implementation_code(question, part)
    found = (code.co_filename, code.co_firstlineno)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not Path(file).is_relative_to(_PACKAGE) and not _is_library(trace.tb_frame):
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place(*found)


def _entered(error, question, part):
    """Return whether an error came up inside the function that answers, not at the call."""
    code, trace = implementation_code(question, part), error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return True
        trace = trace.tb_next
    return False


def _is_library(frame):
    return _package(frame) in ("numpy", "numba", "scipy", "contextlib")


def _package(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0]


def _shapes(part):
    """Return the shapes of the array fields of an instance, those of its parts included, as words."""
    named = dict(_arrays(part))
    return "fields " + ", ".join(f"{name} {shape}" for name, shape in named.items()) if named else "no array fields"


def _arrays(part, prefix=""):
    for name, field in zip(getattr(part, "_fields", range(len(part))), part, strict=False):
        if isinstance(field, np.ndarray):
            yield f"{prefix}{name}", field.shape
        elif isinstance(field, tuple):
            yield from _arrays(field, f"{prefix}{name}.")
