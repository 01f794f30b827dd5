"""Argument checks: what is right comes back clean, what is wrong is named."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest

from flatlab.base import checks


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (
            checks.number,
            [1, 1.5, np.float32(2), np.int64(3), np.array(4.0)],
            [
                None,
                "1",
                True,
                np.nan,
                np.inf,
                [1.0],
                1j,
                10**400,
                np.timedelta64(1),
                np.ma.masked,
                b"1",
                np.array(1 + 0j),
            ],
        ),
        (checks.positive, [1e-300, 5], [0, -1, np.nan, np.inf, np.array([1.0]), np.array("a"), np.True_]),
        (checks.nonnegative, [0, 0.0, 3], [-1e-300, np.nan, "0"]),
        (checks.integer, [0, 7, np.int32(7), 2**63 - 1], [-1, 1.0, True, None, "3", np.nan, 2**63, np.timedelta64(1)]),
        (checks.seed, [0, 2**200], [-1, 1.0, None]),
        (checks.flag, [True, False, np.True_], [0, 1, "no", None, np.nan, np.array([True])]),
        (
            checks.integers,
            [3, [1, 2], np.array([[1]]), range(2)],
            [1.0, [1.5], [True], [-1], [], "12", [2**63], [[1], [2, 3]]],
        ),
        (
            checks.entries,
            [3, 1.5, [1, 2], np.eye(2), np.ones(50)],
            [
                np.nan,
                np.inf,
                np.array([1.0, np.nan]),
                np.full(50, np.inf),
                [],
                "1",
                None,
                True,
                1j,
                [1j],
                [[1], [2, 3]],
                {},
            ],
        ),
        (checks.function, [len], [3, "len", None]),
        (
            checks.vector,
            [[1], (1, 2), np.arange(3)],
            [
                [],
                1.0,
                [[1.0]],
                [1.0, np.nan],
                "ab",
                [1j],
                None,
                [[1], [2, 3]],
                np.array([1 + 0j]),
                ["1"],
                [True],
                np.array(["2020-01-01"], "M8[D]"),
                np.ma.masked_array([1.0], [True]),
                [1, 10**400],
                [None, 1.0],
            ],
        ),
        (checks.matrix, [[[1]], np.eye(2)], [[1.0], [[]], 3.0, [[np.inf]], [[1.0], [2.0, 3.0]]]),
    ],
)
def test_good_values_pass_and_bad_ones_are_named(check, good, bad):
    for value in good:
        clean = check("some_name", value)
        assert clean is value if callable(value) else np.all(np.asarray(clean) == np.asarray(value))
    for value in bad:
        with pytest.raises(ValueError, match=r"^some_name must (be|have) .*, got .*$") as caught:
            check("some_name", value)
        assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("error")
def test_nothing_is_dropped_silently():
    for value in (np.array([1j]), np.array(["1"]), np.ma.masked_array([1.0, 2.0], [0, 1])):
        with pytest.raises(ValueError, match=r"^x must be a vector of finite numbers"):
            checks.vector("x", value)


def test_arrays_are_copies_with_plain_memory():
    given = np.arange(6.0).reshape(2, 3)
    given.flags.writeable = False
    for value in (given, np.asfortranarray(given), given[:, ::1]):
        clean = checks.matrix("x", value)
        assert not np.shares_memory(clean, value)
        assert clean.flags.c_contiguous
        assert clean.flags.writeable


def test_a_text_is_one_line_whatever_is_shown():
    class Rude:
        def __repr__(self):
            raise RuntimeError

    assert checks.shown(np.eye(3)).count("\n") == 0
    assert checks.shown(Rude()) == "a Rude that cannot be printed"
    assert checks.shown(10**5000) == "a int that cannot be printed"
    assert len(checks.shown("y" * 500)) == 80


def test_a_formula_that_overflows_names_its_arguments():
    @checks.formula
    def square(rho, eta=1.0):
        return rho**2 / eta

    assert square(2.0) == 4.0
    with pytest.raises(ValueError, match=r"^square must have a finite value, got rho=1e\+200: "):
        square(1e200)
    with pytest.raises(ValueError, match=r"^square must have a finite value, got rho=1\.0, eta=0\.0: float division"):
        square(1.0, eta=0.0)
    with pytest.raises(TypeError):
        square("x")


def test_what_no_machine_holds_is_refused():
    checks.memory("steps", 10**9, 8)
    with pytest.raises(
        ValueError, match=r"^steps must leave a result that fits in memory, got one of 8e\+09 gigabytes"
    ):
        checks.memory("steps", 10**9, 10**9)


def test_executors_take_work():
    with ThreadPoolExecutor(1) as pool:
        assert checks.executor("x", pool) is pool
    assert checks.executor("x", None) is None
    for wrong in (pool, ThreadPoolExecutor, "x", ProcessPoolExecutor):
        with pytest.raises(ValueError, match=r"^x must (be|take)"):
            checks.executor("x", wrong)


def test_clean_values_are_plain_floats_ints_and_contiguous_arrays():
    assert type(checks.positive("x", np.array(2))) is float
    assert type(checks.integer("x", np.int8(2))) is int
    clean = checks.matrix("x", np.arange(6, dtype=np.int32).reshape(3, 2).T)
    assert clean.dtype == np.float64
    assert clean.flags.c_contiguous


@pytest.mark.parametrize(
    ("ends", "inside", "outside"), [("()", [0.5], [0, 1]), ("[)", [0, 0.5], [1]), ("(]", [1], [0]), ("[]", [0, 1], [2])]
)
def test_intervals_know_their_ends(ends, inside, outside):
    for value in inside:
        assert checks.between("x", value, 0, 1, ends=ends) == value
    for value in [*outside, np.nan]:
        with pytest.raises(ValueError, match=r"^x must be a number in"):
            checks.between("x", value, 0, 1, ends=ends)


def test_lengths_and_columns_are_held():
    assert checks.vector("x", [1, 2], 2).size == 2
    with pytest.raises(ValueError, match="x must have 3 entries, got 2"):
        checks.vector("x", [1, 2], 3)
    with pytest.raises(ValueError, match="x must have 3 columns"):
        checks.matrix("x", [[1, 2]], 3)


def test_the_place_of_the_first_bad_entry_is_told():
    with pytest.raises(ValueError, match="got nan at index 1"):
        checks.vector("x", [0, np.nan, np.inf])
    with pytest.raises(ValueError, match=r"got inf at index \(1, 0\)"):
        checks.matrix("x", [[0, 1], [np.inf, 2]])


def test_long_values_are_cut():
    with pytest.raises(ValueError, match=r"\.\.\.$") as caught:
        checks.number("x", "y" * 1000)
    assert len(str(caught.value)) < 150


def test_choices_suggest_the_nearest():
    assert checks.one_of("x", "quick", ("quick", "full")) == "quick"
    with pytest.raises(ValueError, match=r"Did you mean 'quick'\?"):
        checks.one_of("x", "quik", ("quick", "full"))
    assert checks.nearest("zzz", ("quick", "full")) == ""


def test_a_checked_tuple_is_clean_however_it_is_made():
    @checks.validated
    class Pair(NamedTuple):
        a: float
        b: float = 2

        def clean_fields(self):
            return checks.positive("a", self.a), checks.number("b", self.b)

    assert Pair(1) == (1.0, 2.0)
    assert type(Pair(1)._replace(b=3).b) is float
    assert type(Pair._make([1, 2]).a) is float
    for wrong in (lambda: Pair(0), lambda: Pair(1)._replace(a=-1), lambda: Pair._make([-1, 2])):
        with pytest.raises(ValueError, match=r"^a must be"):
            wrong()
    with pytest.raises(TypeError):
        Pair(1, 2, 3)


@pytest.mark.parametrize("size", [1, 40, 41, 90])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_entry_that_is_not_finite_is_found_wherever_it_stands(size, bad):
    for k in range(size):
        values = np.ones(size)
        values[k] = -2.0
        assert checks.all_finite(values)
        assert checks.smallest(values) == -2.0
        values[k] = bad
        assert not checks.all_finite(values)
        assert not checks.all_finite(values[None])
        with pytest.raises(ValueError, match=f"at index {k}"):
            checks.vector("x", values)


@pytest.mark.parametrize("given", [np.array([0.0, 1.0]), np.zeros(50), 0.0, 0, [1.0, 0.0]])
def test_entries_lie_above_a_bound_of_their_own(given):
    assert checks.entries("x", given, -1e-300).tolist() == np.asarray(given).tolist()
    with pytest.raises(ValueError, match="x must be finite numbers above 0"):
        checks.entries("x", given, 0)


@pytest.mark.parametrize("size", [3, 50])
def test_entries_are_a_copy(size):
    given = np.ones(size)
    found = checks.entries("x", given)
    given[0] = 2
    assert (found == 1).all()
