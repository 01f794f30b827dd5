"""Derivatives along a direction by differences, each with an estimate of its error."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

EPS = np.finfo(float).eps
STEPS = (0.1, 1e-5)  # the largest and the smallest, in units of the larger and the smaller of 1 and the point
WORSE = 1e3  # smaller steps are hopeless once rounding has made the error this much larger than the least


class Derivative(NamedTuple):
    """A derivative along a direction and a bound of its error that holds where the function is smooth."""

    value: np.ndarray
    error: float


def derivatives(function: Callable, point: np.ndarray, direction: np.ndarray) -> Iterator[Derivative]:
    """Yield estimates of the derivative of a function along a direction, from large steps to small ones.

    Central differences at h, h/2 and h/4, extrapolated twice, are exact but for terms in h^6. The error is what the
    last extrapolation changes, and the rounding of the values over h. Smaller steps end where rounding takes over:
    far below its resolution a function is constant, and its differences agree on 0. Steps with a value that is not
    finite are left out: ``scipy.differentiate`` gives up there, and its functions are elementwise.
    """
    size = float(np.abs(point).max())
    h, last = STEPS[0] * max(size, 1.0), STEPS[1] * (min(size, 1.0) or 1.0)
    least = np.inf
    while h >= last:
        found = _derivative(function, point, direction, h)
        if found is not None:
            if found.error > WORSE * least:
                return
            least = min(least, found.error)
            yield found
        h /= 10


def _derivative(function, point, direction, h):
    central, largest = [], 0.0
    for step in (h, h / 2, h / 4):
        ahead = np.asarray(function(point + step * direction), dtype=float)
        behind = np.asarray(function(point - step * direction), dtype=float)
        if not (np.isfinite(ahead).all() and np.isfinite(behind).all()):
            return None
        largest = max(largest, float(np.linalg.norm(ahead)), float(np.linalg.norm(behind)))
        central.append((ahead - behind) / (2 * step))
    fourth = [(4 * central[1] - central[0]) / 3, (4 * central[2] - central[1]) / 3]
    sixth = (16 * fourth[1] - fourth[0]) / 15
    rounding = 40 * EPS * largest / h
    return Derivative(sixth, float(np.linalg.norm(sixth - fourth[1])) + rounding)


def best_derivative(function: Callable, point: np.ndarray, direction: np.ndarray) -> Derivative | None:
    """Return the estimate with the least error, or None where fewer than two steps give finite values.

    The error is at least the distance to the nearest other estimate: rounding inside the function, which the size of
    its values does not show, differs from step to step.
    """
    found = list(derivatives(function, point, direction))
    if len(found) < 2:
        return None
    with_errors = []
    for k, estimate in enumerate(found):
        nearest = min(float(np.linalg.norm(estimate.value - other.value)) for j, other in enumerate(found) if j != k)
        with_errors.append(Derivative(estimate.value, max(estimate.error, nearest)))
    return min(with_errors, key=lambda estimate: estimate.error)


def kink(function: Callable, point: np.ndarray, direction: np.ndarray) -> bool:
    """Return whether the derivative jumps at the point: its limits on the two sides differ beyond their errors.

    Three-point differences on each side at h and h/2; a smooth function changes their gap by the factor 4.
    """
    scale = max(1.0, float(np.abs(point).max()))

    largest = 0.0

    def gap(h):
        nonlocal largest
        sides = []
        for sign in (1, -1):
            near, middle, far = (np.asarray(function(point + sign * k * h * direction), dtype=float) for k in range(3))
            sides.append(sign * (4 * middle - 3 * near - far) / (2 * h))
            largest = max(largest, float(np.linalg.norm(near)), float(np.linalg.norm(far)))
        return float(np.linalg.norm(sides[0] - sides[1]))

    wide, narrow = gap(1e-3 * scale), gap(2.5e-4 * scale)
    return not np.isfinite(wide + narrow) or narrow > max(wide / 4, 1e3 * EPS * largest / scale / 2.5e-4)


def directions(size: int, rng: np.random.Generator, most: int = 20) -> np.ndarray:
    """Return the coordinate directions where there are few, otherwise random ones, as rows of unit length."""
    if size <= most:
        return np.eye(size)
    rows = rng.standard_normal((most, size))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
