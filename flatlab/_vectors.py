"""Euclidean norms and inner products with one fixed order of summation.

Products are summed into eight partial sums (index modulo 8, the remainder to the first), which
are then added pairwise. The order is written in the code, not left to the compiler, so a vector
gives the same bits alone, as a column of a block, compiled, and interpreted; and long sums still
vectorise. A vector shorter than ``ZERO`` counts as zero: its squares have begun to underflow.
"""

import math

from flatlab._jit import compiled

ZERO = 1e-150


@compiled
def dot(x, y):
    """Return the inner product of two vectors."""
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = 0.0
    for i in range(0, x.size & ~7, 8):
        s0 += x[i] * y[i]
        s1 += x[i + 1] * y[i + 1]
        s2 += x[i + 2] * y[i + 2]
        s3 += x[i + 3] * y[i + 3]
        s4 += x[i + 4] * y[i + 4]
        s5 += x[i + 5] * y[i + 5]
        s6 += x[i + 6] * y[i + 6]
        s7 += x[i + 7] * y[i + 7]
    for i in range(x.size & ~7, x.size):
        s0 += x[i] * y[i]
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))


@compiled
def norm(x):
    """Return the Euclidean norm of a vector, 0 where it is below ``ZERO``."""
    length = math.sqrt(dot(x, x))
    return 0.0 if length < ZERO else length


@compiled
def column_norms(block, sums, out):
    """Write the norm of every column of ``block`` (d, m) to ``out`` (m,); ``sums`` (8, m) is scratch."""
    sums[:] = 0.0
    whole = block.shape[0] & ~7
    for i in range(block.shape[0]):
        row, partial = block[i], sums[i & 7 if i < whole else 0]
        for b in range(row.size):
            partial[b] += row[b] * row[b]
    finish_norms(sums, out)


@compiled
def finish_norms(sums, out):
    """Write norms to ``out`` (m,) from the eight partial sums of squares of each column, ``sums`` (8, m)."""
    for b in range(out.size):
        out[b] = ((sums[0, b] + sums[1, b]) + (sums[2, b] + sums[3, b])) + (
            (sums[4, b] + sums[5, b]) + (sums[6, b] + sums[7, b])
        )
        length = math.sqrt(out[b])
        out[b] = 0.0 if length < ZERO else length
