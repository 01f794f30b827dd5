"""Inner products and norms: right to rounding, and the same bits alone, in a block, and with other strides."""

import numpy as np
import pytest

from flatlab.compiler.vectors import ZERO, aligned_rows, column_squares, dot, lengths, norm

pytestmark = [pytest.mark.jit_free, pytest.mark.core]
SIZES = [1, 2, 7, 8, 9, 15, 16, 17, 40, 100]


@pytest.mark.parametrize("size", SIZES)
def test_dot_is_the_inner_product(size, rng):
    x, y = rng.standard_normal((2, size))
    assert dot(x, y) == pytest.approx(np.dot(x, y), rel=1e-12, abs=1e-13)
    assert dot(x, y) == dot(y, x)


@pytest.mark.parametrize("size", SIZES)
def test_a_column_of_a_block_has_the_bits_of_the_vector(size, rng):
    block = rng.standard_normal((size, 200))  # many, for a wrong order shows in some only
    out = np.empty(200)
    factors = rng.uniform(0.5, 2.0, size)
    column_squares(factors, block, out)
    lengths(out)
    assert out.tolist() == [norm(factors * block[:, b]) for b in range(200)]
    np.testing.assert_allclose(out, np.linalg.norm(factors[:, None] * block, axis=0), rtol=1e-14)


def test_below_the_limit_a_vector_is_zero():
    assert norm(np.array([ZERO])) == pytest.approx(ZERO, rel=1e-6)
    assert norm(np.array([ZERO / 2])) == 0.0
    out = np.empty(2)
    column_squares(np.ones(1), np.array([[ZERO / 2, 2 * ZERO]]), out)
    lengths(out)
    assert out[0] == 0.0
    assert out[1] > ZERO


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_what_is_not_finite_stays_so(bad):
    assert not np.isfinite(norm(np.array([1.0, bad])))


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("columns", [1, 8, 17])
def test_rows_begin_a_line_of_the_cache(columns, kind):
    block = np.ones((columns, 5), kind).T
    rows = aligned_rows(3, block)
    assert rows.shape == (3, columns)
    assert rows.dtype == kind
    assert rows.flags.c_contiguous
    assert rows.ctypes.data % 64 == 0
