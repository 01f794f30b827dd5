"""Gaussian means of quartic losses and exact second differences, without sampling."""

from itertools import combinations, product

import numpy as np

ROOT = np.sqrt(3.0)  # three-point Gauss-Hermite: exact up to degree five
NODES, WEIGHTS = np.array([-ROOT, 0.0, ROOT]), np.array([1.0, 4.0, 1.0]) / 6


def gaussian_mean(function, w, s):
    """Return E f(w + sZ), exact for a polynomial of degree five or less.

    A monomial of even powers and degree at most four holds at most two coordinates. So the mean is the sum of the
    parts that one and two coordinates at a time contribute.
    """
    here, single = function(w), []
    for i in range(w.size):
        single.append(sum(q * function(_shift(w, {i: s * node})) for node, q in zip(NODES, WEIGHTS)))
    total = here + sum(mean - here for mean in single)
    for i, j in combinations(range(w.size), 2):
        both = sum(
            a * b * function(_shift(w, {i: s * x, j: s * y}))
            for (x, a), (y, b) in product(zip(NODES, WEIGHTS), repeat=2)
        )
        total = total + (both - single[i] - single[j] + here)
    return total


def gaussian_mean_of_cubic(function, w, s):
    """Return E g(w + sZ), exact for a vector of polynomials of degree three or less: one coordinate at a time."""
    here = function(w)
    total = here.copy()
    for i in range(w.size):
        total += sum(q * function(_shift(w, {i: s * node})) for node, q in zip(NODES, WEIGHTS)) - here
    return total


def second_differences(function, w, step=1.0):
    """Return the diagonal of the Hessian of a polynomial of degree five or less: five points, no truncation error."""
    here, diagonal = function(w), np.empty(w.size)
    for i in range(w.size):
        near = function(_shift(w, {i: step})) + function(_shift(w, {i: -step}))
        far = function(_shift(w, {i: 2 * step})) + function(_shift(w, {i: -2 * step}))
        diagonal[i] = (16 * near - far - 30 * here) / (12 * step**2)
    return diagonal


def _shift(w, by):
    moved = w.copy()
    for i, amount in by.items():
        moved[i] += amount
    return moved
