"""Euclidean norms and inner products with one fixed order of summation.

Up to ``SHORT`` entries are summed one after the other; longer vectors into eight partial sums
(index modulo 8, the remainder to the first), which are then added pairwise. The order is written in the code, not left
to the compiler, so a vector gives the same bits alone, as a column of a block, compiled, and
interpreted; and long sums still vectorise.
"""

import math

import numpy as np

from flatlab._jit import compiled, compiled_apart

SHORT = 16
_TINY, _HUGE = 1e-280, 1e280  # outside, squares may have under- or overflowed


@compiled
def dot(x, y):
    """Return the inner product of two vectors."""
    total = 0.0
    if x.size <= SHORT:
        for i in range(x.size):
            total += x[i] * y[i]
        return total
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    whole = x.size & ~7
    for i in range(0, whole, 8):
        s0 += x[i] * y[i]
        s1 += x[i + 1] * y[i + 1]
        s2 += x[i + 2] * y[i + 2]
        s3 += x[i + 3] * y[i + 3]
        s4 += x[i + 4] * y[i + 4]
        s5 += x[i + 5] * y[i + 5]
        s6 += x[i + 6] * y[i + 6]
        s7 += x[i + 7] * y[i + 7]
    for i in range(whole, x.size):
        s0 += x[i] * y[i]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))


@compiled
def norm(x):
    """Return the Euclidean norm of a vector, without avoidable under- or overflow."""
    total = dot(x, x)
    if _TINY < total < _HUGE:
        return math.sqrt(total)
    return _scaled_norm(x)


@compiled_apart
def _scaled_norm(x):
    largest = 0.0
    for i in range(x.size):
        size = abs(x[i])
        if not size <= largest:  # also lets a nan through
            largest = size
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    total = 0.0
    for i in range(x.size):
        total += (x[i] / largest) ** 2
    return largest * math.sqrt(total)


@compiled
def column_norms(block, sums, out):
    """Write the norm of every column of ``block`` (d, m) to ``out`` (m,); ``sums`` (8, m) is scratch."""
    sums[:] = 0.0
    whole = 0 if block.shape[0] <= SHORT else block.shape[0] & ~7
    for i in range(block.shape[0]):
        row, partial = block[i], sums[i & 7 if i < whole else 0]
        for b in range(row.size):
            partial[b] += row[b] * row[b]
    for b in range(out.size):
        out[b] = ((sums[0, b] + sums[1, b]) + (sums[2, b] + sums[3, b])) + (
            (sums[4, b] + sums[5, b]) + (sums[6, b] + sums[7, b])
        )
    for b in range(out.size):
        if _TINY < out[b] < _HUGE:
            out[b] = math.sqrt(out[b])
        else:
            out[b] = _scaled_norm(np.ascontiguousarray(block[:, b]))
