"""Kernels on symmetric measurements that are stored packed: row by row, the lower triangle, d(d+1)/2 numbers each.

With x the packed product WWᵀ, its entries off the diagonal counted twice, ⟨Sᵢ, WWᵀ⟩ is the dot product of row i with
x. ``backproject`` reads every measurement once: a few rows give their residuals and are added to the back-projection
Σ eᵢSᵢ while they are still in the cache, for all points together. Sums have one fixed order, written here, so that a
point gives the same bits alone and in a block; arithmetic is done in the precision of the measurements.
"""

import math

import numpy as np

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.lanes import LANES, add_eight_rows, add_four_rows, four_dots, one_dot, whole_lanes
from flatlab.compiler.options import compiled
from flatlab.compiler.tiles import add_product

CHUNK_NUMBERS = 2**21  # numbers of measurements that are handled at once outside the kernels
LINE = 8  # numbers in a line of the cache: columns of a product in tiles


@compiled
def packed_rows(count, packed):
    """Return ``count`` rows for packed matrices, not filled, each as long as whole lanes."""
    return np.empty((count, whole_lanes(packed.shape[1])), packed.dtype)


@compiled
def _widened(matrix):
    """Return a copy of a matrix with columns of zeros up to whole lines of the cache."""
    rows, columns = matrix.shape
    wide = np.zeros((rows, -(-columns // LINE) * LINE))
    for i in range(rows):
        for j in range(columns):
            wide[i, j] = matrix[i, j]
    return wide


@compiled_apart
def pack_product(factor, out) -> None:
    """Write the packed product ``factor @ factor.T``, off the diagonal twice, to ``out``."""
    transposed = _widened(factor.T)
    product = np.zeros((factor.shape[0], transposed.shape[1]))
    add_product(factor, transposed, product)
    at = 0
    for i in range(factor.shape[0]):
        for j in range(i):
            out[at + j] = 2 * product[i, j]
        out[at + i] = product[i, i]
        at += i + 1


@compiled_apart
def unpack_times(packed, scale, factor, out) -> None:
    """Write ``scale * G @ factor`` to ``out``, both (d, p), G the symmetric matrix of the packed entries."""
    rows, columns = factor.shape
    full, wide = np.empty((rows, rows)), _widened(factor)
    at = 0
    for i in range(rows):
        for j in range(i + 1):
            full[i, j] = full[j, i] = scale * packed[at + j]
        at += i + 1
    product = np.zeros(wide.shape)
    add_product(full, wide, product)
    for i in range(rows):
        for j in range(columns):
            out[i, j] = product[i, j]


@compiled
def _residuals(packed, targets, top, x, errors):
    """Write the residuals of four rows from ``top`` on to ``errors``."""
    four_dots(packed, top, x, errors)
    for k in range(4):
        errors[k] -= targets[top + k]


@compiled_apart
def backproject(packed, targets, products, back) -> None:
    """Write Σ eᵢSᵢ, packed, to ``back`` for each packed product, both (m, d(d+1)/2) from ``packed_rows``."""
    errors, sums = np.empty(8, packed.dtype), np.empty(LANES, packed.dtype)
    back[:] = 0
    # eight rows together, which leave the cache between points; then four; the last row stands alone
    last = targets.size - 1
    eights, fours = last - last % 8, last - last % 4
    for i in range(0, eights, 8):
        for b in range(products.shape[0]):
            _residuals(packed, targets, i, products[b], errors)
            _residuals(packed, targets, i + 4, products[b], errors[4:])
            add_eight_rows(packed, i, back[b], errors)
    for i in range(eights, fours, 4):
        for b in range(products.shape[0]):
            _residuals(packed, targets, i, products[b], errors)
            add_four_rows(packed, i, back[b], errors)
    for i in range(fours, targets.size):
        row = packed[i]
        for b in range(products.shape[0]):
            error, total = one_dot(row, products[b], sums) - targets[i], back[b]
            for k in range(row.size):
                total[k] += error * row[k]


@compiled_apart
def sum_of_squares(packed, targets, product):
    """Return Σ eᵢ² for one packed product from ``packed_rows``."""
    errors, sums = np.empty(4, packed.dtype), np.empty(LANES, packed.dtype)
    total, fours = 0.0, (targets.size - 1) - (targets.size - 1) % 4
    for i in range(0, fours, 4):
        _residuals(packed, targets, i, product, errors)
        for k in range(4):
            total += errors[k] * errors[k]
    for i in range(fours, targets.size):
        error = one_dot(packed[i], product, sums) - targets[i]
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
