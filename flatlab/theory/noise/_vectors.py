"""A check that several settings share."""

from typing import Any

import numpy as np

from flatlab.theory import _fields


def nonnegative(name: str, value: Any, length: int | None = None) -> np.ndarray:
    """Return ``value`` as a vector of numbers, 0 or above."""
    result = _fields.vector(name, value, length)
    if result.min() < 0:
        raise ValueError(f"{name} must be 0 or above, got {_fields.text(result.min())} at index {int(result.argmin())}")
    return result
