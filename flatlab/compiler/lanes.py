"""Rows of a matrix against one vector, as dot products and as a weighted sum, in an order that no machine changes.

A dot product is 32 partial sums, by the index modulo 32, which are then added pairwise. The compiler would keep them in
memory, because it cannot know that they are not part of the row; so some rows at once are written here as vector
instructions, and their sums stay in registers. The plain forms, for Python, give the same bits.

Machine code reads and writes whole lanes, beyond the end of a row: the matrix must have a row after those that are
named, and the vector must be filled up to whole lanes, with any numbers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from flatlab.compiler.code_key import WRITTEN, compiles_as
from flatlab.compiler.options import INLINED, compiled
from flatlab.compiler.tiles import spread

LANES = 32


@compiled
def whole_lanes(length):
    """Return the least multiple of ``LANES`` that is not below ``length``."""
    return -(-length // LANES) * LANES


@compiled
def one_dot(row, x, sums):
    """Return the dot product of a row with the first entries of ``x``; ``sums`` (LANES,) is scratch."""
    sums[:] = 0
    whole = row.size - row.size % LANES
    for q in range(0, whole, LANES):
        for k in range(LANES):
            sums[k] += row[q + k] * x[q + k]
    for k in range(row.size - whole):
        sums[k] += row[whole + k] * x[whole + k]
    half = LANES // 2
    while half > 0:
        for k in range(half):
            sums[k] += sums[k + half]
        half //= 2
    return sums[0]


def _dots(rows):
    def write_dots(matrix, top, x, out) -> None:
        """Write the dot products of some rows from ``top`` on with ``x`` to ``out``."""
        sums = np.empty(LANES, matrix.dtype)
        for k in range(rows):
            out[k] = one_dot(matrix[top + k], x, sums)

    return _written(write_dots, _dots_code, rows)


def _adder(rows):
    def add_rows(matrix, top, x, out) -> None:
        """Add some rows from ``top`` on, each times its entry of ``out``, to ``x``, one after the other."""
        part = x[: matrix.shape[1]]
        for k in range(rows):
            part += out[k] * matrix[top + k]

    return _written(add_rows, _adder_code, rows)


def _written(plain: Any, code: Callable, rows: int) -> Any:
    """Return the plain form of a function, in place of which kernels compile what ``code`` writes for some rows."""

    def write(context, builder, signature, arguments):
        code(_parts(context, builder, signature, arguments, rows))
        return context.get_dummy_value()

    @intrinsic
    def in_registers(_typing, matrix, top, x, out):
        return types.void(matrix, top, x, out), write

    @overload(plain, jit_options=INLINED)
    def _compiled(matrix, top, x, out):  # noqa: ARG001 (numba compares the names with those of the plain form)
        call: Any = in_registers  # called without the typing context
        return lambda matrix, top, x, out: call(matrix, top, x, out)

    compiles_as(plain, _compiled, WRITTEN)
    return plain


class _Parts(NamedTuple):
    """What instructions on some rows are made of; the last three give places from indices."""

    builder: Any
    item: Any
    vector: Any
    below: list
    length: Any
    in_matrix: Callable
    in_vector: Callable
    in_numbers: Callable


def _parts(context, builder, signature, arguments, rows):
    kinds = signature.args
    item, top = context.get_value_type(kinds[0].dtype), context.cast(builder, arguments[1], kinds[1], types.intp)

    def places(n):
        array = context.make_array(kinds[n])(context, builder, arguments[n])
        return array, lambda *at: cgutils.get_item_pointer(context, builder, kinds[n], array, at, wraparound=False)

    (matrix, in_matrix), (_, in_vector), (_, in_numbers) = places(0), places(2), places(3)
    below = [builder.add(top, _count(row)) for row in range(rows)]
    length = cgutils.unpack_tuple(builder, matrix.shape)[1]
    return _Parts(builder, item, ir.VectorType(item, LANES), below, length, in_matrix, in_vector, in_numbers)


def _count(number):
    return ir.IntType(64)(number)


def _load(parts, place):
    """Return the lanes from a place on."""
    found = parts.builder.load(parts.builder.bitcast(place, parts.vector.as_pointer()))
    found.align = 1  # rows need not begin a line of the cache
    return found


def _dots_code(parts):
    builder, lanes = parts.builder, _count(LANES)
    zero = ir.Constant(parts.vector, [ir.Constant(parts.item, 0.0)] * LANES)
    sums = [cgutils.alloca_once_value(builder, zero) for _ in parts.below]

    def add_terms(at, keep):
        factor = _load(parts, parts.in_vector(at))
        for row, place in zip(parts.below, sums):
            before = builder.load(place)
            after = builder.fadd(before, builder.fmul(_load(parts, parts.in_matrix(row, at)), factor))
            builder.store(keep(after, before), place)

    blocks = builder.udiv(parts.length, lanes)
    with cgutils.for_range(builder, blocks) as loop:
        add_terms(builder.mul(loop.index, lanes), lambda after, _: after)
    end = builder.mul(blocks, lanes)
    with builder.if_then(builder.icmp_unsigned("<", end, parts.length)):
        inside = _first_lanes(builder, builder.sub(parts.length, end))
        add_terms(end, lambda after, before: builder.select(inside, after, before))
    for row, place in enumerate(sums):
        builder.store(_added_pairwise(builder, builder.load(place)), parts.in_numbers(_count(row)))


def _adder_code(parts):
    builder, lanes = parts.builder, _count(LANES)
    numbers = [builder.load(parts.in_numbers(_count(row))) for row in range(len(parts.below))]
    factors = [spread(builder, number, parts.vector) for number in numbers]
    blocks = builder.udiv(builder.add(parts.length, _count(LANES - 1)), lanes)
    with cgutils.for_range(builder, blocks) as loop:
        at = builder.mul(loop.index, lanes)
        total = _load(parts, parts.in_vector(at))
        for row, factor in zip(parts.below, factors):
            total = builder.fadd(total, builder.fmul(factor, _load(parts, parts.in_matrix(row, at))))
        builder.store(total, builder.bitcast(parts.in_vector(at), parts.vector.as_pointer())).align = 1


def _first_lanes(builder, number):
    """Return which lanes have an index below a number."""
    wide = ir.VectorType(ir.IntType(32), LANES)
    bound = spread(builder, builder.trunc(number, ir.IntType(32)), wide)
    return builder.icmp_unsigned("<", ir.Constant(wide, [*range(LANES)]), bound)


def _added_pairwise(builder, lanes):
    """Return the sum of all lanes: the upper half is added to the lower one until one is left."""
    index, half = ir.IntType(32), LANES // 2
    while half:
        parts = (ir.Constant(ir.VectorType(index, half), [*range(low, low + half)]) for low in (0, half))
        low, high = (builder.shuffle_vector(lanes, lanes, part) for part in parts)
        lanes, half = builder.fadd(low, high), half // 2
    return builder.extract_element(lanes, index(0))


four_dots = _dots(4)
add_four_rows, add_eight_rows = _adder(4), _adder(8)
