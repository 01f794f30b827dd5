"""Thousands of wrong arguments: each gives one sentence that names an argument and says what it was, none passes."""

import re
import warnings
from contextlib import suppress

import numpy as np
import pytest
from bad_inputs import calls

from flatlab.simulation.checking._interpreted import TooSlow, deadline

pytestmark = pytest.mark.long
CALLS = calls.calls()
SECONDS = 5.0  # for one call, which takes microseconds
MAY_BE = {  # what an argument may be that is right with a value of this kind
    "none": {"None", "executor class"},
    "flag": {"True"},
    "whole": {"zero", "minus one", "beyond floats", "beyond 64 bits", "endless"},
    "number": {"zero", "minus one", "fraction", "beyond 64 bits", "huge", "tiny", "endless"},
    "vector": {"vector"},
    "matrix": {"matrix"},
    "text": {"text", "text of a number"},
    "generator": {"None", "generator"},
}
NOT_TRIED = {  # a run of 4.6e18 steps is none to refuse; a bound's sources are part of what searches are kept under
    "steps": {"endless"},
    "checkpoints": {"endless"},
    "tight_within": {"complex vector", "texts", "masked", "booleans", "array of balls", "matrix of balls"},
}


def kind(value):
    """Return what a right value of an argument says of what it may be."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return "part"
    if isinstance(value, (list, tuple, np.ndarray)) and np.asarray(value).dtype.kind in "iuf":
        return {1: "vector", 2: "matrix"}.get(np.ndim(value), "array")
    known = {
        "none": type(None), "flag": (bool, np.bool_), "whole": (int, np.integer), "number": (float, np.floating),
        "text": str, "generator": np.random.Generator,
    }  # fmt: skip
    found = next((name for name, types in known.items() if isinstance(value, types)), None)
    return found or ("function" if callable(value) else "other")


def values(name):
    """Give out the argument, the label and whether it may be right, of all that is tried with a callable."""
    for argument, own in CALLS[name][1].items():
        may_be = MAY_BE.get(kind(own), set()) | calls.MAY_BE.get((name.rpartition(".")[2], argument), set())
        for label in calls.WRONG:
            own_code = kind(own) == "function" and callable(calls.WRONG[label])  # its errors are those of its author
            if label not in NOT_TRIED.get(argument, ()) and not own_code:
                yield argument, label, label in may_be


def outcome(call, arguments, argument, value):
    """Return what is wrong with the answer to one wrong value, or an empty string."""
    try:
        with deadline(SECONDS), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call(**(arguments | {argument: value}))
    except (ValueError, TypeError) as error:
        text = str(error)
        named = any(re.search(rf"\b{other}\b", text) for other in arguments)
        fits = named and " must " in text and re.search(r"\b(got|found)\b", text)
        return "" if fits and "\n" not in text and len(text) < 300 else f"{type(error).__name__}: {text}"
    except (Exception, TooSlow) as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"


@pytest.mark.parametrize("name", CALLS)
def test_every_wrong_argument_is_refused_in_one_sentence(name):
    call, right = CALLS[name]
    with suppress(ValueError), warnings.catch_warnings(action="ignore"):  # some files are not there
        call(**right)  # what it compiles does not count against the time below
    found = {}
    for argument, label, may_pass in values(name):
        told = outcome(call, right, argument, calls.WRONG[label])
        if told and not (may_pass and told == "accepted"):
            found[argument, label] = told
    assert found == {}


def test_there_are_thousands_of_them():
    assert sum(not may_pass for name in CALLS for _, _, may_pass in values(name)) > 12_000


def test_a_breach_would_be_seen():
    def silent(x):
        return x

    def speaks(x):
        raise ValueError("x must be a number\ngot 3" if x == 3 else f"{x} is strange")

    assert outcome(silent, {"x": 1}, "x", None) == "accepted"
    assert outcome(speaks, {"x": 1}, "x", 3).startswith("ValueError")
    assert outcome(speaks, {"x": 1}, "x", 4) == "ValueError: 4 is strange"
    assert outcome(len, {"obj": 1}, "obj", 4).startswith("TypeError")
