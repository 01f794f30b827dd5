"""What is checked by itself before classes from outside flatlab first run: cheap, interpreted, once a process."""

import functools
import time
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from flatlab.compiler.generic import outsiders
from flatlab.compiler.kernel import kinds
from flatlab.objectives import gradient, gradients, value
from flatlab.simulation.checking._derivatives import derivatives
from flatlab.simulation.checking._interpreted import NotInterpreted, TooSlow, ask, deadline, function_title, has
from flatlab.simulation.checking._samples import check_sample_writes, has_samples
from flatlab.simulation.checking._writes import check_writes
from flatlab.simulation.checking.method import check_step

__all__ = ["check_first_use"]

SECONDS = 0.5  # everything is given up after this time
ENOUGH = 0.05  # no further part is begun after this time
SHARP = 0.01  # relative difference of two estimates that measure a derivative, not a wave too short to follow
FAR = 1e-3  # relative difference of a gradient from the derivative of the value that is no rounding
_checked = set()  # what has passed in this process


def check_first_use(method: NamedTuple, objective: NamedTuple, start: np.ndarray) -> None:
    """Check classes from outside flatlab before they run for the first time in this process.

    Everything runs interpreted, with bounds checks, on generators of its own. What takes too long or cannot be
    interpreted is left to :func:`flatlab.check_objective` and :func:`flatlab.check_method`.
    """
    if not outsiders:
        return
    outside = [_is_outside(kinds(part)) for part in (method, objective)]
    if not any(outside):
        return
    classes = (_signature(method, False), _signature(objective, False), start.size)
    shapes = (_signature(method, True), _signature(objective, True), start.size)
    if shapes in _checked:
        return
    parts = [_single(objective, start, outside[1]), lambda: check_step(method, objective, start)]
    if classes not in _checked and outside[1]:
        parts += [lambda: _check_samples(objective, start), lambda: _check_derivative(objective, start),
                  lambda: _check_block(objective, start)]  # fmt: skip
    _run(parts)
    _checked.update((classes, shapes))


def _run(parts):
    """Run one part after the other while there is time."""
    end = time.perf_counter() + ENOUGH
    with suppress(TooSlow), deadline(SECONDS), np.errstate(all="ignore"):
        for part in parts:
            with suppress(NotInterpreted):
                part()
            if time.perf_counter() > end:
                return


@functools.cache
def _is_outside(classes):
    """Return whether a class from outside flatlab is among the kinds of an instance."""
    first, *inner = classes
    own = first.__module__ == "flatlab" or first.__module__.startswith("flatlab.")
    return (hasattr(first, "_fields") and not own) or any(map(_is_outside, inner))


def _signature(part, shapes):
    """Return what decides which entries are read: the classes, with ``shapes`` also lengths and whole numbers."""
    found: list = [type(part)]
    for field in part:
        if isinstance(field, tuple):
            found.append(_signature(field, shapes))
        elif shapes and isinstance(field, np.ndarray):
            found.append(field.shape)
        elif shapes and isinstance(field, (int, np.integer, str)):
            found.append(field)
    return tuple(found)


def _single(objective, start, outside):
    def check():
        if outside and has(gradient, objective):
            check_writes(gradient, objective, start)
        if outside and has(value, objective):
            ask(value, objective, start.copy())

    return check


def _check_samples(objective, start):
    if has_samples(objective):
        check_sample_writes(objective, start)


def _check_derivative(objective, start):
    """Refuse a gradient that differs far from the derivative of the value at two random points near the start.

    Where a function has no derivative it has one beside it: random points meet no kink. A single estimate that agrees,
    whatever its step, is enough to let the gradient pass.
    """
    if not (has(gradient, objective) and has(value, objective)):
        return
    rng, wrong = np.random.default_rng(20232), []
    scale = float(np.abs(start).max()) or 1.0
    for _ in range(2):
        point = start + 0.1 * scale * rng.standard_normal(start.size)
        direction = rng.standard_normal(start.size)
        direction /= np.linalg.norm(direction)
        grad = np.empty(start.size)
        ask(gradient, objective, point.copy(), grad)
        stated, size = float(grad @ direction), float(np.linalg.norm(grad))
        found = _contradiction(objective, point, direction, stated, size)
        if found is None:
            return
        wrong.append((stated, found))
    stated, found = wrong[-1]
    raise ValueError(
        f"{function_title(gradient, objective)} must be the derivative of value, got {stated:.6g} along a direction "
        f"near the start where differences of value give {found:.6g}: correct one of the two"
    )


def _contradiction(objective, point, direction, stated, size):
    """Return the derivative of the value where two steps agree on one far from the stated, or None."""

    def at(w):
        return float(ask(value, objective, w))

    seen = []
    for found in derivatives(at, point, direction):
        measured, large = float(found.value), max(abs(found.value), size)
        difference = abs(measured - stated)
        if not np.isfinite(stated) or difference <= FAR * large + 10 * found.error:
            return None
        seen.append(measured)
    settled = (one for other, one in pairwise(seen) if abs(one - other) <= SHARP * max(abs(one), 1e-6 * size))
    return next(settled, None)


def _check_block(objective, start):
    """Refuse a block form that differs from single points by more than rounding; bits are the compiler's matter."""
    if not has(gradients, objective):
        return
    points = np.ascontiguousarray(np.array([start, start + 0.1 * (1 + np.abs(start))]).T)
    out, single = np.full_like(points, np.nan), np.empty_like(points)
    ask(gradients, objective, points.copy(), out)
    for b in range(2):
        column = np.empty(start.size)
        ask(gradient, objective, np.ascontiguousarray(points[:, b]), column)
        single[:, b] = column
    same = np.isclose(out, single, rtol=1e-6, atol=1e-9 * float(np.abs(single).max(initial=1e-300)), equal_nan=True)
    if not same.all():
        row, column = (int(i) for i in np.argwhere(~same)[0])
        raise ValueError(
            f"{function_title(gradients, objective)} must write to each column the gradient there, got "
            f"{float(out[row, column])!r} for {float(single[row, column])!r} in entry {row} of column {column}"
        )
