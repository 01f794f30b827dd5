"""A formula is recorded once and means the same in every arithmetic; what it cannot mean is refused."""

import math
from fractions import Fraction

import numpy as np
import pytest

from flatlab.evidence.enclosures import formula
from flatlab.evidence.enclosures.formula import FUNCTIONS, Dual, exp, log, sqrt, trace


def curve(x, y):
    return {"sum": (x - 2 * y) ** 3 / (1 + x * x) + Fraction(1, 3), "root": sqrt(1 + exp(-x) * y) - log(2 + x) * 0.5}


def test_a_recorded_formula_has_the_values_of_the_function():
    program = trace(curve, ("x", "y"))
    for x, y in np.random.default_rng(1).uniform(0, 2, (20, 2)):
        for words, value in curve(x, y).items():
            assert program.at({"x": x, "y": y})[words] == pytest.approx(float(value), rel=1e-14)


def test_exact_fractions_go_through_a_program():
    program = trace(lambda x: {"r": 1 / x**2 - x / 3}, ("x",))
    assert program.values([Fraction(3)], Fraction, {})[program.outputs["r"]] == Fraction(1, 9) - 1


def test_the_same_operation_is_recorded_once_and_constants_are_folded():
    program = trace(lambda x: {"a": (x + 1) * (x + 1) + (Fraction(1, 3) + 2) / 7}, ("x",))
    names = [name for name, _ in program.operations]
    assert (names.count("add"), names.count("div"), names.count("mul")) == (2, 0, 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_slope(name):
    function = getattr(formula, name)
    for x in (0.3, 1.7):
        slope = (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
        assert function(Dual(x, 2.0)).slope == pytest.approx(2 * slope, rel=1e-8)
        assert function(x) == pytest.approx(trace(lambda y: {"f": function(y)}, ("y",)).at({"y": x})["f"])


def test_slopes_follow_all_operations():
    def chain(x):
        return (3 - x) / (x**3 + 1) - 2 / (-x) + x * x - (x - 1) * 4 + 0.5

    found = chain(Dual(1.3, 1.0))
    assert found.value == pytest.approx(chain(1.3))
    assert found.slope == pytest.approx((chain(1.3 + 1e-6) - chain(1.3 - 1e-6)) / 2e-6, rel=1e-8)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: {"a": max(x, 1)},
        lambda x: {"a": float(x)},
        lambda x: {"a": math.sqrt(x)},
        lambda x: {"a": x if x > 0 else -x},
        lambda x: {"a": abs(x)},
        lambda x: {"a": 1 if x else 2},
    ],
)
def test_a_formula_can_neither_compare_nor_lose_its_numbers(function):
    with pytest.raises(TypeError, match="must not compare"):
        trace(function, ("x",))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: {"a": 0.1 * x}, "a constant must be exact, got the float 0.1"),
        (lambda x: {"a": x + math.inf}, "a constant must be a finite"),
        (lambda x: {"a": x + "1"}, "a constant must be a finite"),
        (lambda x: {"a": x**0.5}, "exponent of a formula must be a whole number"),
        (lambda x: {}, "a formula must return one result"),
    ],
)
def test_what_a_formula_cannot_mean_is_refused(function, words):
    with pytest.raises(ValueError, match=words):
        trace(function, ("x",))


def test_guards_name_what_must_lie_in_a_domain():
    program = trace(lambda x, y: {"a": x / y + sqrt(x) + log(x) + 1 / (x / 3)}, ("x", "y"))
    assert {(guard.kind, guard.index) for guard in program.guards if guard.index < 2} == {
        ("nonzero", 1),
        ("nonnegative", 0),
        ("positive", 0),
    }
    assert len(program.guards) == 4  # and x / 3, but not the constant 3


def test_the_text_of_a_program_changes_with_the_formula_only():
    def text(power, words="a", name="x"):
        return trace(lambda x: {words: x**power + 1}, (name,)).text

    assert text(2) == text(2)
    assert len({text(2), text(3), text(2, "b"), text(2, name="y")}) == 4
