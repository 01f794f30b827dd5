"""Values as plain data, which any JSON reader understands."""

import json
import math
from pathlib import PurePath
from typing import Any

import numpy as np


def plain(value: Any) -> object:
    """Return a value as dicts, lists, text, whole numbers, finite floats and None.

    Arrays become lists, NamedTuples dicts; nan becomes None, infinities ``"inf"`` and ``"-inf"``,
    complex numbers a pair. Anything else becomes its ``str``.
    """
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, complex):
        return [_number(value.real), _number(value.imag)]
    if hasattr(value, "_asdict"):
        return {type(value).__name__: plain(value._asdict())}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [plain(item) for item in value]
    return value.as_posix() if isinstance(value, PurePath) else str(value)


def json_text(value: object, indent: int | None = None) -> str:
    """Return a value as strict JSON text.

    value : passed through :func:`plain`
    """
    return json.dumps(plain(value), indent=indent, ensure_ascii=False, allow_nan=False)


def number(value: float | str | None) -> float:
    """Return a number that :func:`plain` has written: None is nan, ``"inf"`` an infinity."""
    return math.nan if value is None else float(value)


def format_number(value: float, digits: int = 4) -> str:
    """Return a number in few characters: a float with so many significant digits, a whole number in full."""
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def distinct(*values: float, digits: int = 4) -> tuple[str, ...]:
    """Return numbers in few characters, with so many digits that those that differ are written differently."""
    different = len({value for value in values if value == value})
    for more in range(digits, 17):
        texts = tuple(format_number(value, more) for value in values)
        if len({text for text, value in zip(texts, values) if value == value}) >= different:
            return texts
    return tuple(format_number(value, 17) for value in values)


def _number(value):
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)
