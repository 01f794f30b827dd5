"""Every option of every experiment is refused in its own words before anything runs."""

import importlib.util
import math
from pathlib import Path
from typing import Annotated

import pytest

from flatlab.lab.experiment import _parameters
from flatlab.lab.options import ANY, NONNEGATIVE, OneOf, Range, check_options, range_of

EXPERIMENTS = sorted((Path(__file__).parents[2] / "experiments").glob("*.py"))


def options(path):
    spec = importlib.util.spec_from_file_location(f"experiment_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    parameters = _parameters(module.run)
    defaults = {name: parameter.default for name, (parameter, _, _) in parameters.items()}
    return {name: full for name, (_, _, full) in parameters.items()}, defaults


def nonsense(allowed, entry):
    """Return numbers that no such option may be; 0 and -1 where its range leaves them out."""
    if isinstance(entry, int):
        return [-1] if allowed.low == 0 else [-1, 0]
    finite = {ANY: [], NONNEGATIVE: [-1.0]}.get(allowed, [-1.0, 0.0])
    return [math.nan, math.inf, -math.inf, *finite]


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_nonsense_is_refused_by_name(path):
    annotations, defaults = options(path)
    check_options(annotations, defaults)
    checked = 0
    for name, annotation in annotations.items():
        allowed = range_of(annotation)
        if allowed is None or name in ("seed", "path"):
            continue
        if isinstance(allowed, OneOf):
            with pytest.raises(ValueError, match=f"^{name} must be one of "):
                check_options(annotations, {**defaults, name: "nonsense"})
            continue
        default = defaults[name]
        entry = default[0] if isinstance(default, tuple) else default
        for value in [*nonsense(allowed, entry), *([()] if isinstance(default, tuple) else [])]:
            given = (*default[1:], value) if isinstance(default, tuple) and value != () else value
            with pytest.raises(ValueError, match=rf"^{name} must be "):
                check_options(annotations, {**defaults, name: given})
            checked += 1
    assert checked >= 3


@pytest.mark.parametrize(
    ("allowed", "good", "bad", "words"),
    [
        (Range(0, 2), [0.1, 1.9], [0.0, 2.0, math.nan], r"a number in \(0, 2\)"),
        (Range(1), [1.5], [1.0, 0.0, math.inf], "a finite number above 1"),
        (NONNEGATIVE, [0.0, 3.0], [-1e-9, math.nan], "a finite number, 0 or above"),
        (ANY, [-3.0, 0.0], [math.inf, math.nan], "a finite number"),
        (Range(160), [160, 200], [159], "a whole number, 160 or above"),
        (Range(1, 3), [1, 3], [0, 4], "a whole number"),
        (Range(2, even=True), [2, 8], [3], "an even number"),
    ],
)
def test_a_range_allows_what_it_says(allowed, good, bad, words):
    for value in good:
        allowed.check("x", value)
    for value in bad:
        with pytest.raises(ValueError, match=f"^x must be {words}"):
            allowed.check("x", value)


def test_an_option_without_a_range_is_above_zero():
    assert range_of(float) == range_of(tuple[float, ...]) == Range(0)
    assert range_of(int) == Range(1)
    assert range_of(str) is range_of(bool) is None
    assert range_of(Annotated[tuple[float, ...], ANY]) == ANY


def test_an_option_below_another_is_compared_after_both_are_numbers():
    annotations = {"first": Annotated[float, Range(0, below="last")], "last": float}
    check_options(annotations, {"first": 1.0, "last": 1.5})
    with pytest.raises(ValueError, match=r"^first must be below last, which is 1, got 1\.0"):
        check_options(annotations, {"first": 1.0, "last": 1.0})
    with pytest.raises(ValueError, match=r"^last must be a finite number above 0"):
        check_options(annotations, {"first": 1.0, "last": math.nan})
