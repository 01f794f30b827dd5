"""What the compiler refuses, in one sentence: its own report is sixty lines with the cause in the middle.

``FLATLAB_COMPILER_ERRORS=1`` shows the compiler's text above the sentence.
"""

import os
import re
from collections.abc import Callable
from typing import NoReturn

from numba.core.errors import NumbaError, UnsupportedBytecodeError

COMPILER_ERRORS = (NumbaError, UnsupportedBytecodeError)
SWITCH = "FLATLAB_COMPILER_ERRORS"

_LEVEL = re.compile(r"Failed in \w+ mode pipeline \(step: [^)]*\)|as the implementation raised a specific error:")
_PLACES = (re.compile(r"(?:at|Raised from) (\S+) \((\d+)\)"), re.compile(r'File "([^"]+)", line (\d+)'))
_CALL = re.compile(r">>> (\w+)\(((?:[A-Z]\w*)?)")


def refuse(error: Exception, function: Callable, arguments: tuple) -> NoReturn:
    """Raise one sentence for what the compiler says of a kernel, with its text behind the environment variable.

    error : one of ``COMPILER_ERRORS``
    function : the kernel
    arguments : what it was called with
    """
    told = os.environ.get(SWITCH, "0") not in ("", "0")
    parts = ", ".join(type(part).__name__ for part in arguments if hasattr(part, "_fields"))
    raise TypeError(sentence(str(error), f"{function.__name__} of {parts}")) from (error if told else None)


def sentence(text: str, kernel: str) -> str:
    """Return "Class: function (file:line) cannot be compiled: cause" from the compiler's text.

    kernel : what was to be compiled, for a text that does not say which class and function failed
    """
    levels = list(_LEVEL.finditer(text))
    inner = text[levels[-1].end() :] if levels else text
    outer = text[: levels[-1].start()] if levels else ""
    calls = [call for call in _CALL.findall(outer) if call[1]]
    where = f"{calls[-1][1]}: {calls[-1][0]}" if calls else kernel
    return f"{where}{_place(inner)} cannot be compiled: {_cause(inner)} ({SWITCH}=1 shows the compiler's text)"


def _place(inner):
    if "Cannot bind" in inner:  # the places that follow are those of callers
        return ""
    found = next((match for place in _PLACES if (match := place.search(inner))), None)
    return f" ({found[1]}:{found[2]})" if found else ""


def _cause(inner):
    lines = [line.strip() for line in re.sub(r"Raised from .*", "", inner).splitlines() if line.strip()]
    cause = lines[0] if lines else "no reason is given"
    if cause.startswith("No implementation of function"):
        signature = next((line[4:] for line in lines if line.startswith(">>> ")), cause)
        cause = f"the compiler knows no {signature}"
    untyped = re.search(r"Cannot determine Numba type of <class '([^']+)'>", inner)
    if untyped:
        cause = f"{untyped[1].rpartition('.')[2]} must consist of numbers, arrays and NamedTuples of them"
    bound = re.search(r"Cannot bind 'args=.*to signature '(\([^']*\))' due to \"TypeError: ([^\"]*)\"", inner)
    if bound:
        cause = f"it is declared with the arguments {bound[1]}, {bound[2]}"
    if re.match(r"Unknown attribute '\w+' of type none", cause):
        cause += ", which stands in for a generator where no class declares `random = True`"
    cause = re.sub(r"^(\w+Error: |.*Error: )", "", cause).rstrip(". ")
    return cause if len(cause) <= 240 else cause[:237] + "..."
