"""The sentence that refuses an argument, and the refusal of Arb's own numbers, which no public function takes."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import numpy as np

NO_BALLS = frozenset((float, int, bool, str, type(None)))  # what needs no second look


def shown(value: Any) -> str:
    """Return ``value`` as text of one line and 80 characters at most."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a whole number of 5000 digits has no text, and a stranger's repr may do anything
        text = f"a {type(value).__name__} that cannot be printed"
    return text if len(text) <= 80 else text[:77] + "..."


def refuse(name: str, value: Any, allowed: str) -> NoReturn:
    """Raise the sentence "name must be allowed, got value"."""
    raise ValueError(f"{name} must be {allowed}, got {shown(value)}")


def is_bare_ball(value: Any) -> bool:
    """Return whether a value is one of Arb's own numbers, which turn to floats without their radius."""
    return type(value).__module__.partition(".")[0] == "flint"


def without_bare_balls(given: Iterable[tuple[str, Any]]) -> None:
    """Refuse Arb's own numbers among named values, alone or as entries; a ``Ball`` is what keeps its radius."""
    for name, value in given:
        if type(value) in NO_BALLS:
            continue
        if isinstance(value, np.ndarray):
            entries = value.flat if value.dtype.kind == "O" else ()
        else:
            entries = value if isinstance(value, (list, tuple)) else (value,)
        if any(map(is_bare_ball, entries)):
            refuse(name, value, "made of numbers that keep their radius, such as a Ball of flatlab")


def of_no_bare_ball(call: Callable) -> Callable:
    """Decorate a function: it refuses Arb's own numbers."""
    names = tuple(inspect.signature(call).parameters)

    @functools.wraps(call)
    def guarded(*arguments, **named):
        without_bare_balls((*zip(names, arguments), *named.items()))
        return call(*arguments, **named)

    return guarded
