"""Rows against a vector in 32 lanes have the bits of plain loops, for every length and precision."""

import numpy as np
import pytest

from flatlab.compiler.code_key import code_key
from flatlab.compiler.lanes import LANES, add_eight_rows, add_four_rows, four_dots, one_dot, whole_lanes
from flatlab.compiler.options import entry_point

LENGTHS = [1, 2, 31, 32, 33, 64, 95, 465]
pytestmark = pytest.mark.jit_free


def slow_dot(row, x):
    lanes = [row.dtype.type(0)] * LANES
    for k, (a, b) in enumerate(zip(row, x)):
        lanes[k % LANES] = lanes[k % LANES] + a * b
    while len(lanes) > 1:
        half = len(lanes) // 2
        lanes = [lanes[k] + lanes[k + half] for k in range(half)]
    return lanes[0]


def slow_sum(rows, numbers, x):
    total = x.copy()
    for row, number in zip(rows, numbers):
        for k in range(row.size):
            total[k] = total[k] + number * row[k]
    return total


def _dots(matrix, top, x, out):
    four_dots(matrix, top, x, out)


def _add_four(matrix, top, x, out):
    add_four_rows(matrix, top, x, out)


def _add_eight(matrix, top, x, out):
    add_eight_rows(matrix, top, x, out)


def _drawn(length, dtype):
    rng = np.random.default_rng(length)
    matrix, x = rng.standard_normal((11, length)).astype(dtype), np.full(whole_lanes(length), np.nan, dtype)
    x[:length] = rng.standard_normal(length)
    return matrix, x, rng.standard_normal(8).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", LENGTHS)
def test_dot_products_have_the_bits_of_the_plain_loop(length, dtype):
    matrix, x, _ = _drawn(length, dtype)
    expected = np.array([slow_dot(row, x) for row in matrix[2:6]])
    assert one_dot(matrix[2], x, np.empty(LANES, dtype)) == expected[0]
    for run in (entry_point(_dots), _dots):
        out = np.full(8, 7, dtype)
        run(matrix, 2, x, out)
        assert out[:4].tobytes() == expected.tobytes()
        assert (out[4:] == 7).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(("add", "rows"), [(_add_four, 4), (_add_eight, 8)])
def test_rows_are_added_in_order(add, rows, length, dtype):
    matrix, x, numbers = _drawn(length, dtype)
    expected = slow_sum(matrix[1 : 1 + rows], numbers, x[:length])
    for run in (entry_point(add), add):
        guarded = np.append(x, np.full(LANES, 7, dtype))
        run(matrix, 1, guarded[: x.size], numbers)
        assert guarded[:length].tobytes() == expected.tobytes()
        assert (guarded[x.size :] == 7).all()


def test_machine_code_can_be_kept_on_disk():
    for function in (_dots, _add_four, _add_eight):
        assert code_key(function) is not None
    assert len({code_key(function).digest for function in (_add_four, _add_eight)}) == 2
