"""Differences that keep their digits where two numbers nearly cancel."""

from typing import Any

import numpy as np

_SPLITTER = 2.0**27 + 1  # cuts a double into two halves of at most 26 bits


def two_minus_product(a: Any, b: Any) -> Any:
    """Return ``2 - a b`` for the exact product of two doubles; of other numbers the plain expression.

    The rounding of the product, found by Dekker's method, is taken off again: it is what cancellation would leave.
    """
    product = a * b
    if not all(isinstance(value, float) or getattr(value, "dtype", None) == np.float64 for value in (a, b)):
        return 2 - product
    mantissa, exponent = np.frexp(a)  # so that no half overflows
    b = np.ldexp(b, exponent)
    (high, low), (high_b, low_b) = _halves(mantissa), _halves(b)
    error = ((high * high_b - product) + high * low_b + low * high_b) + low * low_b
    result = (2 - product) - error
    return result if np.ndim(result) else float(result)


def _halves(x):
    high = _SPLITTER * x - (_SPLITTER * x - x)
    return high, x - high
