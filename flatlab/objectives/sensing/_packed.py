"""Kernels on symmetric measurements that are stored packed: row by row, the lower triangle, d(d+1)/2 numbers each.

With x the packed product WWᵀ, its entries off the diagonal counted twice, ⟨Sᵢ, WWᵀ⟩ is the dot product of row i with
x. ``backproject`` reads every measurement once: a few rows give their residuals and are added to the back-projection
Σ eᵢSᵢ while they are still in the cache, for all points together. Sums have one fixed order, written here, so that a
point gives the same bits alone and in a block; arithmetic is done in the precision of the measurements.
"""

import math

import numpy as np

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.options import compiled

LANES = 32  # partial sums of a dot product: index modulo 32, then added pairwise
CHUNK_NUMBERS = 2**21  # numbers of measurements that are handled at once outside the kernels


@compiled_apart
def pack_product(factor, transposed, line, out) -> None:
    """Write the packed product ``factor @ factor.T``, off the diagonal twice, to ``out``.

    ``transposed`` (p, d) receives the transposed factor, ``line`` (d,) is scratch.
    """
    rows, columns = factor.shape
    for i in range(rows):
        for c in range(columns):
            transposed[c, i] = factor[i, c]
    at = 0
    for i in range(rows):
        line[:] = 0.0
        _add_weighted_rows(factor[i], transposed, line[: i + 1])
        for j in range(i):
            out[at + j] = 2 * line[j]
        out[at + i] = line[i]
        at += i + 1


@compiled_apart
def unpack_times(packed, scale, factor, line, out) -> None:
    """Write ``scale * G @ factor`` to ``out``, both (d, p), G the symmetric matrix of the packed entries."""
    rows = factor.shape[0]
    out[:] = 0.0
    at = 0
    for i in range(rows):
        for j in range(i + 1):
            line[j] = scale * packed[at + j]
        at += i + 1
        below = at + i
        for j in range(i + 1, rows):
            line[j] = scale * packed[below]
            below += j + 1
        _add_weighted_rows(line, factor, out[i])


@compiled
def _add_weighted_rows(weights, matrix, target):
    """Add sum_k weights[k] matrix[k, :target.size] to ``target``, in the order of k, four rows at a time."""
    fours = weights.size - weights.size % 4
    for k in range(0, fours, 4):
        a, b, c, d = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        p, q, r, s = matrix[k], matrix[k + 1], matrix[k + 2], matrix[k + 3]
        for j in range(target.size):
            target[j] = (((target[j] + a * p[j]) + b * q[j]) + c * r[j]) + d * s[j]
    for k in range(fours, weights.size):
        a, p = weights[k], matrix[k]
        for j in range(target.size):
            target[j] += a * p[j]


@compiled
def _two_dots(first, second, x, sums):
    """Return the dot products of two rows with x; ``sums`` (2, LANES) is scratch."""
    a, b = sums[0], sums[1]
    a[:] = 0
    b[:] = 0
    pairs = x.size - x.size % (2 * LANES)
    whole = x.size - x.size % LANES
    for q in range(0, pairs, 2 * LANES):
        for k in range(LANES):
            left, right = x[q + k], x[q + LANES + k]
            a[k] = (a[k] + first[q + k] * left) + first[q + LANES + k] * right
            b[k] = (b[k] + second[q + k] * left) + second[q + LANES + k] * right
    for q in range(pairs, whole, LANES):
        for k in range(LANES):
            a[k] += first[q + k] * x[q + k]
            b[k] += second[q + k] * x[q + k]
    for k in range(x.size - whole):
        a[k] += first[whole + k] * x[whole + k]
        b[k] += second[whole + k] * x[whole + k]
    half = LANES // 2
    while half > 0:
        for k in range(half):
            a[k] += a[k + half]
            b[k] += b[k + half]
        half //= 2
    return a[0], b[0]


@compiled_apart
def backproject(packed, targets, products, sums, back) -> None:
    """Write Σ eᵢSᵢ, packed, to ``back`` for each packed product, both (m, d(d+1)/2); ``sums`` is (2, LANES) scratch."""
    back[:] = 0
    # eight rows together where there are several points, which leave the cache between them; four for one point
    eights = targets.size - targets.size % 8 if products.shape[0] > 1 else 0
    fours = targets.size - targets.size % 4
    for i in range(0, eights, 8):
        p, q, r, s = packed[i], packed[i + 1], packed[i + 2], packed[i + 3]
        t, u, v, z = packed[i + 4], packed[i + 5], packed[i + 6], packed[i + 7]
        for b in range(products.shape[0]):
            x, total = products[b], back[b]
            e0, e1 = _two_dots(p, q, x, sums)
            e2, e3 = _two_dots(r, s, x, sums)
            e4, e5 = _two_dots(t, u, x, sums)
            e6, e7 = _two_dots(v, z, x, sums)
            e0 -= targets[i]
            e1 -= targets[i + 1]
            e2 -= targets[i + 2]
            e3 -= targets[i + 3]
            e4 -= targets[i + 4]
            e5 -= targets[i + 5]
            e6 -= targets[i + 6]
            e7 -= targets[i + 7]
            for k in range(x.size):
                first = (((total[k] + e0 * p[k]) + e1 * q[k]) + e2 * r[k]) + e3 * s[k]
                total[k] = (((first + e4 * t[k]) + e5 * u[k]) + e6 * v[k]) + e7 * z[k]
    for i in range(eights, fours, 4):
        p, q, r, s = packed[i], packed[i + 1], packed[i + 2], packed[i + 3]
        for b in range(products.shape[0]):
            x, total = products[b], back[b]
            e0, e1 = _two_dots(p, q, x, sums)
            e2, e3 = _two_dots(r, s, x, sums)
            e0 -= targets[i]
            e1 -= targets[i + 1]
            e2 -= targets[i + 2]
            e3 -= targets[i + 3]
            for k in range(x.size):
                total[k] = (((total[k] + e0 * p[k]) + e1 * q[k]) + e2 * r[k]) + e3 * s[k]
    for i in range(fours, targets.size):
        row = packed[i]
        for b in range(products.shape[0]):
            x, total = products[b], back[b]
            error, _ = _two_dots(row, row, x, sums)
            error -= targets[i]
            for k in range(x.size):
                total[k] += error * row[k]


@compiled_apart
def sum_of_squares(packed, targets, product, sums):
    """Return Σ eᵢ² for one packed product."""
    total = 0.0
    for i in range(targets.size):
        error, _ = _two_dots(packed[i], packed[i], product, sums)
        error -= targets[i]
        total += error * error
    return total


def rows_of(length: int) -> int:
    """Return d where ``length`` is d(d+1)/2, else 0."""
    d = (math.isqrt(8 * length + 1) - 1) // 2
    return d if d * (d + 1) // 2 == length else 0


def pack(matrices: np.ndarray) -> np.ndarray:
    """Return the lower triangles of the symmetric parts of matrices (..., d, d), shape (..., d(d+1)/2)."""
    i, j = np.tril_indices(matrices.shape[-1])
    return (matrices[..., i, j] + matrices[..., j, i]) / 2


def unpack(packed: np.ndarray) -> np.ndarray:
    """Return the symmetric matrices (..., d, d) whose lower triangles are given."""
    d = rows_of(packed.shape[-1])
    i, j = np.tril_indices(d)
    full = np.empty((*packed.shape[:-1], d, d))
    full[..., i, j] = packed
    full[..., j, i] = packed
    return full


def twice_off_diagonal(packed: np.ndarray) -> np.ndarray:
    """Return packed entries with those off the diagonal doubled: the dual of a packed measurement."""
    d = rows_of(packed.shape[-1])
    doubled = 2.0 * packed
    diagonal = np.cumsum(np.arange(1, d + 1)) - 1
    doubled[..., diagonal] /= 2
    return doubled
