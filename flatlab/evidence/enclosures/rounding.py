"""Codac with its rounding mode: upwards while it computes, and to nearest everywhere else.

Codac rounds outwards by the processor's mode, which it turns upwards when it is imported and leaves so. Under that mode
Python reads and prints floats with wrong last digits; under the usual one Codac's intervals are not enclosures.
"""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from typing import Any

from flatlab.evidence.enclosures.ball import library

NEAREST = 0  # FE_TONEAREST of every processor named here
UPWARD = {"x86_64": 0x800, "AMD64": 0x800, "aarch64": 0x400000, "arm64": 0x400000}  # FE_UPWARD


@contextmanager
def upward() -> Iterator[None]:
    """Round upwards inside the block, and to nearest after it."""
    machine = _machine()
    machine.fesetround(UPWARD[platform.machine()])
    try:
        yield
    finally:
        machine.fesetround(NEAREST)


def codac() -> Any:
    """Return Codac after a look at whether its intervals are enclosures here.

    Raises
    ------
    ValueError
        If Codac is not installed, or does not round outwards on this machine.
    """
    with upward():
        module = library("codac")
    with upward():  # again: its import has changed the mode
        quotient = module.Interval(1) / module.Interval(3)
        low, high = quotient.lb(), quotient.ub()
    if not Fraction(low) < Fraction(1, 3) < Fraction(high):
        raise ValueError(f"Codac must round outwards to prove anything, on this {platform.machine()} it does not")
    return module


@cache
def _machine():
    if platform.machine() not in UPWARD:
        raise ValueError(f"certificates need a known rounding mode, got the processor {platform.machine()!r}")
    try:
        machine = ctypes.CDLL(None)
        machine.fesetround(NEAREST)
    except (OSError, TypeError, AttributeError) as error:
        raise ValueError("certificates need fesetround of the C library to round upwards, it is not there") from error
    return machine
