"""Coefficients of a formula by a linear programme: the search before a proof, which decides nothing by itself."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog


def widest_coefficients(
    conditions: Iterable[tuple[Callable[..., float], Iterable[Sequence[float]]]], count: int, bits: int
) -> tuple[tuple[Fraction, ...], float]:
    """Return the coefficients whose least condition is largest, and that least value.

    A mean over a stationary law is bounded by a function V with (generator V) + bound - quantity >= 0 everywhere, as
    the generator's mean is 0. For V a sum of known functions with coefficients this is a linear programme over points.
    What it finds is rounded, and proved between the points as a ``Chart`` of the same conditions.

    conditions : functions ``f(coefficients, *point)``, affine in the coefficients, each with its points.
    count : number of coefficients.
    bits : the coefficients are rounded to fractions over 2^bits.
    """
    rows, constants = [], []
    for condition, points in conditions:
        for point in points:
            constant = condition((0.0,) * count, *point)
            rows.append([constant - condition(tuple(unit), *point) for unit in np.eye(count)] + [1.0])
            constants.append(constant)
    cost = [0.0] * count + [-1.0]
    found = linprog(cost, A_ub=rows, b_ub=constants, bounds=[(None, None)] * (count + 1))
    if not found.success:
        raise ValueError(f"conditions must be bounded and possible for some coefficients: {found.message}")
    rounded = tuple(Fraction(round(value * 2**bits), 2**bits) for value in found.x[:count])
    sides = constants - np.asarray(rows)[:, :count] @ np.array(rounded, float)
    return rounded, float(sides.min())
