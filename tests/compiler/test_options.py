"""The compiler options, decided once, and helpers compiled apart."""

import re

import numba
import numpy as np
import pytest

from flatlab.compiler import options
from flatlab.compiler.by_address import BY_ADDRESS, compiled_apart


def test_no_option_may_change_the_digits():
    for chosen in (options.OPTIONS, options.INLINED):
        assert chosen["error_model"] == "numpy"
        assert chosen["nogil"]
        assert not {"fastmath", "parallel"} & set(chosen)


@pytest.mark.jit_free
def test_division_by_zero_is_infinite_and_no_exception():
    if not options.jit_is_on():
        pytest.skip("a property of compiled code")

    @options.entry_point
    def divide(a, b):
        return a / b

    assert divide(1.0, 0.0) == float("inf")
    assert divide(0.0, 0.0) != divide(0.0, 0.0)


@compiled_apart
def weighted_sum(weight, x):
    if x.size == 0:
        raise ValueError("nothing to add")
    total = weight * 0
    for k in range(x.size):
        total += weight * x[k]
    return total


@options.entry_point
def two_sums(x, y):
    return weighted_sum(2.0, x) + weighted_sum(3.0, y)


@pytest.mark.jit_free
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_function_compiled_apart_answers_as_itself(stride, kind):
    x, y = np.arange(12, dtype=kind)[::stride], np.ones(5, dtype=kind)
    for _ in range(2):  # the second call has the address
        assert two_sums(x, y) == 2 * x.sum() + 15
    assert weighted_sum(2.0, x) == 2 * x.sum()


@pytest.mark.jit_free
def test_an_error_in_a_function_compiled_apart_comes_out():
    with pytest.raises(ValueError, match="nothing to add"):
        two_sums(np.ones(3), np.ones(0))


@compiled_apart
def half(x):
    return x / 2


@pytest.mark.skipif(not BY_ADDRESS, reason="nothing is called by its address")
def test_only_a_callee_that_can_fail_is_asked_whether_it_did():
    """A caller that asks has a second way out, and the references that it counts no longer cancel."""
    if not options.jit_is_on():
        pytest.skip("a property of compiled code")
    callers = lambda x: half(x[0]), lambda x: weighted_sum(2.0, x)
    x, asked = np.ones(4), []
    for caller in callers:
        compiled = numba.njit(**options.OPTIONS)(caller)  # not from the disk
        assert compiled(x) == caller(x)
        (text,) = compiled.inspect_llvm().values()
        asked.append(bool(re.search(r"icmp sgt i32 %[\w.]+, 0", text)))  # an error has a status above 0
    assert asked == [False, True]
