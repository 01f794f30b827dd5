"""Products in tiles: the bits of a loop that adds one term after the other, for every shape, layout and precision."""

import numpy as np
import pytest

from flatlab.compiler.options import compiled, entry_point, interpreted
from flatlab.compiler.tiles import add_product
from flatlab.compiler.vectors import aligned

SHAPES = [(1, 1, 16), (3, 5, 16), (4, 4, 32), (7, 9, 48), (32, 64, 48), (9, 2, 80)]


def one_by_one(x, weights, z):
    for b in range(z.shape[0]):
        for j in range(z.shape[1]):
            for k in range(x.shape[1]):
                z[b, j] = z[b, j] + x[b, k] * weights[k, j]


@pytest.mark.jit_free
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_product_has_the_bits_of_the_plain_loop(shape, dtype):
    rows, terms, columns = shape
    rng = np.random.default_rng(3)
    x, weights = rng.standard_normal((rows, terms)).astype(dtype), rng.standard_normal((terms, columns)).astype(dtype)
    start = rng.standard_normal((rows, columns)).astype(dtype)
    exact = start.copy()
    one_by_one(x, weights, exact)
    for left in (x, np.asfortranarray(x)):
        found = start.copy()
        add_product(left, weights, found)
        assert found.tobytes() == exact.tobytes()
    with interpreted():
        plain = start.copy()
        add_product(x, weights, plain)
    assert plain.tobytes() == exact.tobytes()


def test_nothing_beside_the_result_is_written():
    whole = np.full((9, 48), 7.0)
    inside = whole[2:7]
    add_product(np.ones((5, 3)), np.ones((3, 48)), inside)
    assert (whole[2:7] == 10).all()
    assert (np.delete(whole, slice(2, 7), axis=0) == 7).all()


@compiled
def _offset(scratch):
    return scratch.size - aligned(scratch).size


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_aligned_begins_a_line_of_the_cache(dtype):
    compiled_offset = entry_point(_offset)
    base = np.empty(64, dtype)
    for skip in range(17):
        scratch = base[skip:]
        assert aligned(scratch).ctypes.data % 64 == 0
        assert compiled_offset(scratch) == scratch.size - aligned(scratch).size < 64 // base.itemsize
