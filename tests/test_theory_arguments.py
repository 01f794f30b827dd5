"""Every public formula under wrong values: a real result, or one sentence that names the argument."""

import re
import warnings

import numpy as np
import pytest
import theory_calls

from flatlab.base import checks
from flatlab.simulation.checking._interpreted import TooSlow, deadline

FUNCTIONS = theory_calls.functions()
NO_NUMBERS = (  # never an argument of a formula: no result will do
    "bytes", "text of a number", "complex", "complex vector", "ragged", "empty", "texts", "dates", "date", "duration",
    "masked", "with nan", "beyond floats", "list with the beyond", "object", "dictionary", "bare ball",
    "exact ball", "bare balls", "array of balls", "matrix of balls",
)  # fmt: skip
SECONDS = 5.0  # for one call, which takes microseconds


def outcome(function, arguments, name, value, refused=False):
    """Return what is wrong with the answer to one wrong value, or an empty string; ``refused``: no result will do."""
    try:
        with deadline(SECONDS), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(**(arguments | {name: value}))
    except (ValueError, TypeError) as error:
        text = str(error)
        if "\n" in text:
            return f"more than one line: {text!r}"
        named = any(re.search(rf"\b{other}", text) for other in arguments)
        return "" if named and " must " in text else f"{type(error).__name__}: {text}"
    except (Exception, TooSlow) as error:  # any other is a finding
        return f"{type(error).__name__}: {error}"
    return "" if is_real(result) and not refused else f"returned {type(result).__name__}"


def is_real(result):
    """Return whether a result is made of real numbers, words and functions."""
    if isinstance(result, (tuple, list)):
        return all(map(is_real, result))
    if isinstance(result, np.ndarray):
        return result.dtype.kind in "biuf"
    return result is None or callable(result) or isinstance(result, (bool, int, float, str, np.bool_, np.integer))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_formula_answers_every_wrong_value(name):
    function = FUNCTIONS[name]
    right = theory_calls.right_arguments(function)
    assert is_real(function(**right))
    found = {}
    for argument, own in right.items():
        for label, value in theory_calls.WRONG.items():
            if label == "function" and callable(own):
                continue  # its errors are those of whoever wrote it
            told = outcome(function, right, argument, value, label in NO_NUMBERS)
            if told:
                found[argument, label] = told
    assert found == {}


def test_a_breach_would_be_seen():
    def wrong(x, y):
        if x == "x":
            return 1j
        if x is None:
            raise ValueError("x must be\nanother")
        return y / x

    right = {"x": 1.0, "y": 2.0}
    assert outcome(wrong, right, "x", 2.0) == ""
    assert outcome(wrong, right, "x", "x") == "returned complex"
    assert outcome(wrong, right, "x", None).startswith("more than one line")
    assert outcome(wrong, right, "x", 0).startswith("ZeroDivisionError")
    assert outcome(checks.formula(wrong), right, "x", 0) == ""
    assert outcome(wrong, right, "x", []).startswith("TypeError")
