"""Products of small matrices whose partial sums stay in registers, in an order that no machine changes.

The compiler keeps the sums of a plain loop in memory, because it cannot know that the result is not one of the
factors; a linear algebra library has an order of its own and takes a microsecond to begin. So one tile, four rows by
two lines of the cache, is written here as vector instructions. Its plain form, for Python, gives the same bits.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.code_key import WRITTEN, compiles_as
from flatlab.compiler.options import INLINED

LINE = 64  # bytes of a line of the cache; rows of the factor and of the result are whole lines
ROWS = 4


def _tile(rows, lines):
    """Return a function that adds some rows and lines of ``x @ weights`` to ``z``, term by term."""

    def add(x, weights, z, top, left) -> None:
        part = slice(left, left + lines * LINE // z.itemsize)
        for b in range(top, top + rows):
            for k in range(x.shape[1]):
                z[b, part] += x[b, k] * weights[k, part]

    @intrinsic
    def in_registers(_typing, x, weights, z, top, left):
        return types.void(x, weights, z, top, left), _vector_code(rows, lines)

    @overload(add, jit_options=INLINED)
    def _compiled(x, weights, z, top, left):  # noqa: ARG001 (numba compares the names with those of add)
        code: Any = in_registers  # called without the typing context
        return lambda x, weights, z, top, left: code(x, weights, z, top, left)

    compiles_as(add, _compiled, WRITTEN)
    return add


def _vector_code(rows, lines):
    def codegen(context, builder, signature, arguments):
        kinds, count = signature.args, ir.IntType(64)
        item, size = context.get_value_type(kinds[2].dtype), kinds[2].dtype.bitwidth // 8
        vector, lanes = ir.VectorType(item, LINE // size), LINE // size
        x, weights, z = (context.make_array(kind)(context, builder, array) for kind, array in zip(kinds[:3], arguments))
        top, left = (context.cast(builder, n, kind, types.intp) for n, kind in zip(arguments[3:], kinds[3:]))

        def place(array, kind, row, column):
            return cgutils.get_item_pointer(context, builder, kind, array, [row, column], wraparound=False)

        def line_of(array, kind, row, line):
            start = place(array, kind, row, builder.add(left, count(line * lanes)))
            return builder.bitcast(start, vector.as_pointer())

        def load(pointer):
            found = builder.load(pointer)
            found.align = size  # rows need not begin a line of the cache
            return found

        below = [builder.add(top, count(row)) for row in range(rows)]
        targets = [[line_of(z, kinds[2], row, line) for line in range(lines)] for row in below]
        sums = [[cgutils.alloca_once_value(builder, load(target)) for target in row] for row in targets]
        with cgutils.for_range(builder, cgutils.unpack_tuple(builder, x.shape, 2)[1]) as terms:
            factors = [load(line_of(weights, kinds[1], terms.index, line)) for line in range(lines)]
            for row, parts in zip(below, sums):
                number = builder.load(place(x, kinds[0], row, terms.index))
                alike = spread(builder, number, vector)
                for part, factor in zip(parts, factors):
                    builder.store(builder.fadd(builder.load(part), builder.fmul(alike, factor)), part)
        for row, parts in zip(targets, sums):
            for target, part in zip(row, parts):
                builder.store(builder.load(part), target).align = size
        return context.get_dummy_value()

    return codegen


def spread(builder: Any, number: Any, vector: Any) -> Any:
    """Return instructions for a vector whose entries are all one number."""
    nothing, index = ir.Constant(vector, ir.Undefined), ir.IntType(32)
    first = builder.insert_element(nothing, number, index(0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(index, vector.count), [0] * vector.count))


_four_rows, _four_rows_one_line, _one_row = _tile(ROWS, 2), _tile(ROWS, 1), _tile(1, 1)


@compiled_apart
def add_product(x, weights, z) -> None:
    """Add ``x @ weights`` to ``z``, term by term in order; the columns fill whole lines of the cache."""
    rows, columns, line = z.shape[0], z.shape[1], LINE // z.itemsize
    fours, pairs = rows - rows % ROWS, columns - columns % (2 * line)
    for top in range(0, fours, ROWS):
        for left in range(0, pairs, 2 * line):
            _four_rows(x, weights, z, top, left)
        if pairs < columns:
            _four_rows_one_line(x, weights, z, top, pairs)
    for top in range(fours, rows):
        for left in range(0, columns, line):
            _one_row(x, weights, z, top, left)
