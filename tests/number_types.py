"""A number type that formulas must let through: it computes and compares, and refuses to become a float."""

import functools
import math

import numpy as np


@functools.total_ordering
class Ball:
    """A number known up to a radius of ``1e-9`` of its size: comparisons closer than that are undecided and refused."""

    def __init__(self, value):
        self.value = value.value if isinstance(value, Ball) else value

    def __float__(self):
        raise TypeError("a formula must not convert a number to float")

    def __bool__(self):
        raise TypeError("a formula must compare a number, not ask for its truth")

    def _compared(self, other):
        other = getattr(other, "value", other)
        if self.value != other and abs(self.value - other) <= 1e-9 * min(abs(self.value), abs(other)):
            raise ArithmeticError("undecided comparison")
        return self.value - other

    def __lt__(self, other):
        return self._compared(other) < 0

    def __eq__(self, other):
        return self._compared(other) == 0

    __hash__ = None

    def __repr__(self):
        return f"Ball({self.value!r})"


def _operator(name):
    def apply(self, other):
        if isinstance(other, np.ndarray):
            return NotImplemented
        other = getattr(other, "value", other)
        return Ball(float(getattr(float(self.value), name)(float(other))))

    return apply


for _name in ("add", "sub", "mul", "truediv", "pow"):
    for _full in (f"__{_name}__", f"__r{_name}__"):
        setattr(Ball, _full, _operator(_full))
for _name in ("__neg__", "__pos__", "__abs__"):
    setattr(Ball, _name, lambda self, _name=_name: Ball(getattr(float(self.value), _name)()))
for _name in ("sqrt", "cbrt", "log", "log1p", "exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh"):
    setattr(Ball, _name, lambda self, _name=_name: Ball(getattr(math, _name)(self.value)))


def as_balls(value):
    """Return plain numbers and arrays of them as balls, and settings as settings of balls."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(as_balls, value))
    if isinstance(value, np.ndarray):
        return np.array([as_balls(float(entry)) for entry in value.ravel()], dtype=object).reshape(value.shape)
    if isinstance(value, float):
        return Ball(value)
    return value


def plain(value):
    """Return a result with the values of its balls."""
    if isinstance(value, Ball):
        return value.value
    if isinstance(value, np.ndarray):
        return np.array([plain(entry) for entry in value.ravel()]).reshape(value.shape)
    if isinstance(value, (tuple, list)):
        return [plain(entry) for entry in value]
    return value


def disagreements(got, expected):
    """Return whether two results differ by more than rounding, in any of their parts."""
    if isinstance(expected, (list, tuple)):
        return len(got) != len(expected) or any(map(disagreements, got, expected))
    if isinstance(expected, str):
        return got != expected
    return not np.allclose(np.asarray(got, dtype=float), np.asarray(expected, dtype=float), rtol=1e-12, atol=1e-300)


def holds_balls(value):
    """Return whether a result was computed with balls all through."""
    if isinstance(value, np.ndarray):
        return any(isinstance(entry, Ball) for entry in value.ravel())
    if isinstance(value, (tuple, list)):
        return any(map(holds_balls, value))
    return isinstance(value, Ball)
