"""Euclidean norms and inner products with one fixed order of summation.

Products are added pairwise in groups of eight neighbours, the groups one after the other, and what is
left over entry by entry. The order is written in the code, not left to the compiler, so a vector
gives the same bits alone, as a column of a block, compiled, and interpreted; and long sums still
vectorise. A vector shorter than ``ZERO`` counts as zero: its squares have begun to underflow.
"""

import math

import numpy as np

from flatlab.compiler.options import compiled, compiled_first

ZERO = 1e-150


@compiled
def copy(source, target) -> None:
    """Write a vector to another of the same length: an assignment of slices takes five times as long to compile."""
    for i in range(target.size):
        target[i] = source[i]


@compiled
def aligned(scratch):
    """Return a vector from its first entry on that begins a line of the cache: rows across lines take twice as long."""
    return scratch[(-scratch.ctypes.data % 64) // scratch.itemsize :]


@compiled
def aligned_rows(count, block):
    """Return ``count`` rows like those of a block, not filled, the first of which begins a line of the cache."""
    columns = block.shape[1]
    scratch = aligned(np.empty(count * columns + 64 // block.itemsize, block.dtype))
    return scratch[: count * columns].reshape(count, columns)


@compiled
def dot(x, y):
    """Return the inner product of two vectors."""
    total = 0.0
    for i in range(0, x.size & ~7, 8):
        total += ((x[i] * y[i] + x[i + 1] * y[i + 1]) + (x[i + 2] * y[i + 2] + x[i + 3] * y[i + 3])) + (
            (x[i + 4] * y[i + 4] + x[i + 5] * y[i + 5]) + (x[i + 6] * y[i + 6] + x[i + 7] * y[i + 7])
        )
    for i in range(x.size & ~7, x.size):
        total += x[i] * y[i]
    return total


@compiled
def norm(x):
    """Return the Euclidean norm of a vector, 0 where it is below ``ZERO``."""
    length = math.sqrt(dot(x, x))
    return 0.0 if length < ZERO else length


@compiled_first
def column_squares(factors, block, out) -> None:
    """Write the squared norm of every column of ``diag(factors) @ block`` to ``out`` (m,), in the order of ``norm``.

    The roots are a function of their own, :func:`lengths`: with a last loop here that reads neither ``factors`` nor
    ``block``, references to arrays would be counted at every step, a fifth of its time in ten dimensions.
    """
    for b in range(out.size):
        out[b] = 0.0
    whole = block.shape[0] & ~7
    for i in range(0, whole, 8):
        f0, f1, f2, f3 = factors[i], factors[i + 1], factors[i + 2], factors[i + 3]
        f4, f5, f6, f7 = factors[i + 4], factors[i + 5], factors[i + 6], factors[i + 7]
        x0, x1, x2, x3 = block[i], block[i + 1], block[i + 2], block[i + 3]
        x4, x5, x6, x7 = block[i + 4], block[i + 5], block[i + 6], block[i + 7]
        for b in range(out.size):
            y0, y1, y2, y3 = f0 * x0[b], f1 * x1[b], f2 * x2[b], f3 * x3[b]
            y4, y5, y6, y7 = f4 * x4[b], f5 * x5[b], f6 * x6[b], f7 * x7[b]
            out[b] += ((y0 * y0 + y1 * y1) + (y2 * y2 + y3 * y3)) + ((y4 * y4 + y5 * y5) + (y6 * y6 + y7 * y7))
    for i in range(whole, block.shape[0]):
        factor, row = factors[i], block[i]
        for b in range(out.size):
            out[b] += (factor * row[b]) * (factor * row[b])


@compiled_first
def lengths(squares):
    """Turn squared norms into norms as :func:`norm` does, in place."""
    for b in range(squares.size):
        length = math.sqrt(squares[b])
        squares[b] = 0.0 if length < ZERO else length
