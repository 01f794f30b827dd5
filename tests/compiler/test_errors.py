"""What the compiler refuses comes as one sentence that names class, function, place and cause."""

import re
from typing import NamedTuple

import numpy as np
import pytest

from flatlab import trajectory
from flatlab.compiler import errors
from flatlab.compiler.options import jit_is_on
from flatlab.methods import SAM, step, workspace
from flatlab.objectives import Quadratic, gradient
from flatlab.simulation.checking import first_use

needs_compiler = pytest.mark.skipif(not jit_is_on(), reason="nothing is compiled")


def class_with(slope):
    """Return a new class of objectives with this gradient."""

    class Wrong(NamedTuple):
        k: float

    gradient.register(Wrong)(slope)
    return Wrong


def misspelt(objective, w, out):
    for i in range(out.size):
        out[i] = objective.missing * w[i]


def adds_text(objective, w, out):
    text = "abc"
    for i in range(out.size):
        out[i] = w[i] + text


def opens_a_file(objective, w, out):
    with open("x") as file:
        file.read()


def two_types(objective, w, out):
    y = 1 if w[0] > 0 else "a"
    out[0] = y


def two_arguments(objective, w):
    return w


CASES = {  # the line of the mistake, counted from that of the function
    "misspelt": (misspelt, 2, r"^Wrong\w*: gradient \(PLACE\) cannot be compiled: Unknown attribute 'missing'"),
    "text": (adds_text, 3, r"^Wrong\w*: gradient \(PLACE\) cannot .* the compiler knows no add\(float64, "),
    "file": (opens_a_file, 0, r"^_?\w+ of .*Wrong\w* .*cannot be compiled: The 'with \(context manager\)"),
    "types": (two_types, 1, r"^Wrong\w*: gradient \(PLACE\) cannot be compiled: Cannot unify"),
    "arguments": (two_arguments, 0, r"^Wrong\w*: gradient cannot .* declared with the arguments \(objective, w\)"),
}


@pytest.fixture(autouse=True)
def straight_to_the_compiler(monkeypatch):
    """Leave out what is checked before a first run."""
    monkeypatch.setattr(first_use, "_run", lambda parts: None)
    monkeypatch.delenv(errors.SWITCH, raising=False)


def run(problem, method=None):
    """Run a few steps."""
    return trajectory(method or SAM(0.1, 0.1), problem, [1.0, 1.0], steps=2)


@needs_compiler
@pytest.mark.parametrize("name", CASES)
def test_an_error_of_the_compiler_is_one_sentence(name):
    slope, line, told = CASES[name]
    told = told.replace("PLACE", rf".*test_errors\.py:{slope.__code__.co_firstlineno + line}")
    with pytest.raises(TypeError, match=told) as caught:
        run(class_with(slope)(1.0))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 420
    assert str(caught.value).endswith("(FLATLAB_COMPILER_ERRORS=1 shows the compiler's text)")
    assert caught.value.__suppress_context__


@needs_compiler
def test_fields_that_no_kernel_takes_are_named():
    with pytest.raises(TypeError, match=r"Wrong.* must consist of numbers, arrays and NamedTuples of them"):
        run(class_with(lambda objective, w, out: None)({1: 2}))


@needs_compiler
def test_a_forgotten_declaration_of_randomness_is_told():
    class Shaken(NamedTuple):
        eta: float

    workspace.register(Shaken)(lambda method, objective, w: (np.empty(1),))

    @step.register(Shaken)
    def _(method, objective, w, work, rng):
        w[0] += rng.standard_normal()

    with pytest.raises(
        TypeError, match=r"^Shaken: step .*'standard_normal' .* where no class declares `random = True`"
    ):
        run(Quadratic([1.0, 1.0]), Shaken(0.1))


@needs_compiler
def test_the_compiler_s_text_is_there_when_asked_for(monkeypatch):
    monkeypatch.setenv(errors.SWITCH, "1")
    with pytest.raises(TypeError, match="Unknown attribute") as caught:
        run(class_with(misspelt)(1.0))
    assert len(re.findall("\n", str(caught.value.__cause__))) > 20


def test_a_text_of_another_form_still_gives_a_sentence():
    assert errors.sentence("", "run of SAM").startswith("run of SAM cannot be compiled: no reason is given")
    long = errors.sentence("word " * 200, "run")
    assert "..." in long
    assert len(long) < 420
