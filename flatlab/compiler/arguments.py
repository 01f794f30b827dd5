"""What Python may hand to a question about an objective: points of the right size, results that can be written to.

Kernels skip these checks; they start from points that were checked once. Entries that are not finite pass: they are
values along a diverging run. Work of a microsecond, because solvers ask for gradients one by one.
"""

import numbers
from typing import Any, NamedTuple

import numpy as np

from flatlab.base.sentences import is_bare_ball
from flatlab.compiler.options import jit_is_on

FLOAT64 = np.dtype(np.float64)


def shown(given: Any) -> str:
    """Return what a sentence of refusal says that it was given."""
    if isinstance(given, np.ndarray):
        flaws = [name for name, bad in (("read-only", not given.flags.writeable), ("masked", np.ma.isMA(given))) if bad]
        flaws += [] if given.flags.c_contiguous else ["not contiguous"]
        return " ".join(["an array of shape", f"{given.shape}", "and type", f"{given.dtype}", *flaws])
    text = " ".join(repr(given).split())
    return text if len(text) <= 80 else text[:77] + "..."


def _shape_text(shape):
    sizes = [str(size) if size else "any number" for size in shape]
    return f"a vector of {sizes[0]} numbers" if len(shape) == 1 else f"an array of {' by '.join(sizes)} numbers"


def _shape(given):
    try:
        return np.shape(given)
    except ValueError:  # rows of different lengths
        return ()


def _fits(given, shape):
    sizes = given.shape
    return len(sizes) == len(shape) and all(n >= 1 if m is None else n == m for n, m in zip(sizes, shape))


def _holds_any_numbers(given):
    """Return whether an array is for interpreted kernels, which compute with any numbers that keep what they know."""
    return given.dtype.kind == "O" and not jit_is_on() and not any(map(is_bare_ball, given.flat))


def floats(name: str, given: Any, *shape: int | None) -> np.ndarray:
    """Return ``given`` as a contiguous float64 array of this shape, None for any length of 1 or above."""
    if type(given) is np.ndarray and given.dtype is FLOAT64 and given.flags.c_contiguous and _fits(given, shape):
        return given
    if type(given) is np.ndarray and _holds_any_numbers(given) and _fits(given, shape):
        return given
    try:
        clean = np.asarray(given) if not np.ma.isMA(given) else None
    except ValueError:  # rows of different lengths
        clean = None
    if clean is None or clean.dtype.kind not in "iuf" or not _fits(clean, shape):
        raise ValueError(f"{name} must be {_shape_text(shape)}, got {shown(given)}")
    return np.ascontiguousarray(clean, dtype=FLOAT64)


def vector(name: str, given: Any, size: int | None) -> np.ndarray:
    """Return ``given`` as a contiguous float64 vector of ``size`` entries, any number of them if that is None."""
    if type(given) is np.ndarray and given.dtype is FLOAT64 and given.shape == (size,) and given.flags.c_contiguous:
        return given
    return floats(name, given, size)


def result(name: str, given: Any, *shape: int | None) -> np.ndarray:
    """Return ``given``, an array of this very shape that a question may write to; no copy will do."""
    if type(given) is np.ndarray and given.shape == shape and given.flags.carray:
        ours = given.dtype is FLOAT64 or given.dtype == FLOAT64 or _holds_any_numbers(given)
    else:
        ours = False
    if not ours:
        raise ValueError(
            f"{name} must be {_shape_text(shape)} of type float64, contiguous and writable, got {shown(given)}"
        )
    return given


def number(name: str, given: Any) -> float:
    """Return ``given`` as a float; inf and nan pass."""
    if isinstance(given, float):  # as it is: in interpreted kernels numpy numbers divide by zero without an error
        return given
    single = isinstance(given, np.ndarray) and given.ndim == 0 and given.dtype.kind in "iuf"
    if isinstance(given, (bool, np.bool_)) or not (isinstance(given, numbers.Real) or single):
        raise ValueError(f"{name} must be a number, got {shown(given)}")
    return float(given)


def same_make(name: str, given: Any, fresh: Any) -> None:
    """Refuse a sample that is not made like a fresh one: the same arrays in the same places."""
    if type(given) is type(fresh) is tuple and len(given) == len(fresh):
        for part, fresh_part in zip(given, fresh):
            same_make(name, part, fresh_part)
        return
    both = type(given) is type(fresh) is np.ndarray
    if both and given.shape == fresh.shape and given.dtype == fresh.dtype and given.flags.carray:
        return
    if given is not None or fresh is not None:
        made = "None" if fresh is None else f"{shown(fresh)} as new_sample returns it"
        raise ValueError(f"{name} must be {made}, got {shown(given)}")


class Points:
    """Checks of the arguments that follow the objective, each as the question takes them.

    dimension : gives the number of variables of an objective, or None where any will do
    """

    def __init__(self, dimension):
        self._dimension = dimension

    def at(self, objective: NamedTuple, w: np.ndarray) -> tuple:
        """Check the point of ``value`` and its like."""
        return (vector("w", w, self._dimension(objective)),)

    def at_into(self, objective: NamedTuple, w: np.ndarray, out: np.ndarray) -> tuple:
        """Check point and result of ``gradient``."""
        w = vector("w", w, self._dimension(objective))
        result("out", out, w.size)
        if np.may_share_memory(w, out):
            raise ValueError("out must not share its memory with w, got the same memory twice")
        return w, out

    def block_into(self, objective: NamedTuple, points: np.ndarray, out: np.ndarray) -> tuple:
        """Check points and results of ``gradients``."""
        points = floats("points", points, self._dimension(objective), None)
        result("out", out, *points.shape)
        if np.may_share_memory(points, out):
            raise ValueError("out must not share its memory with points, got the same memory twice")
        return points, out

    def along(self, objective: NamedTuple, w: np.ndarray, v: np.ndarray) -> tuple:
        """Check point and direction of ``third_derivative``."""
        w = vector("w", w, self._dimension(objective))
        return w, vector("v", v, w.size)

    def with_vectors(self, objective: NamedTuple, w: np.ndarray, vectors: np.ndarray) -> tuple:
        """Check point and one or more vectors of ``hessian_product``."""
        w = vector("w", w, self._dimension(objective))
        return w, floats("vectors", vectors, w.size, *[None] * (len(_shape(vectors)) == 2))

    def smoothing(self, objective: NamedTuple, w: np.ndarray, s: float) -> tuple:
        """Check points, shape (..., d), and the scale of the noise."""
        s = number("s", s)
        w = floats("w", w, *_shape(w)[:-1], self._dimension(objective))
        return w, s

    def descent(
        self, objective: NamedTuple, points: np.ndarray, step_size: float, rho: float, normalised: bool, scratch: tuple
    ) -> tuple:
        """Check what ``descend`` takes: points that it may move and scratch of the right shapes."""
        d = self._dimension(objective)
        shape = _shape(points)
        if len(shape) != 2 or 0 in shape or (d is not None and shape[0] != d):
            raise ValueError(f"points must be {_shape_text((d, None))}, got {shown(points)}")
        result("points", points, *shape)
        if not isinstance(normalised, (bool, np.bool_)):
            raise ValueError(f"normalised must be True or False, got {shown(normalised)}")
        if type(scratch) is not tuple or len(scratch) != 4:
            raise ValueError(f"scratch must be what descent_scratch(points) returns, got {shown(scratch)}")
        for part, expected in zip(scratch, ((shape[1],), (shape[0],), shape, shape)):
            result("each part of scratch", part, *expected)
        return points, number("step_size", step_size), number("rho", rho), bool(normalised), scratch
