"""Checks of objectives and methods: what is right passes, each wrong class gets its sentence."""

import itertools
import math
import re
import time

import cases
import numpy as np
import pytest
import strange_classes as strange

import flatlab
from flatlab import check_method, check_objective, objectives
from flatlab.compiler.floating_mode import floating_mode
from flatlab.compiler.options import interpreted, jit_is_on
from flatlab.methods import GD, SAM
from flatlab.objectives import Noisy, Quadratic
from flatlab.simulation.checking import _interpreted, first_use
from flatlab.simulation.checking import objective as checks_of_objectives
from flatlab.simulation.checking.first_use import check_first_use, check_step

POINT = np.array([0.7, -0.4, 1.1])
FIELDS = (np.ones(3), np.full(3, 0.5))
RIGHT = strange.objective(
    strange.bowl, strange.bowl_gradient, gradients=strange.bowl_gradients, hessian=strange.bowl_hessian
)
NOISE = {"new_sample": strange.noise, "sample_gradient": strange.noisy_gradient}

CHEAP = {  # found before a first run
    "returns": ((strange.bowl, strange.returns_its_vector), r"return nothing, got a return value of type ndarray"),
    "past the end": ((strange.bowl, strange.writes_past_the_end), r"stay within its arrays, got 'index 3 is out of"),
    "unwritten": ((strange.bowl, strange.leaves_an_entry), r"every entry of out, got entry 0 of 3 left as it was"),
    "added": ((strange.bowl, strange.adds_to_what_is_there), r"entry 0 of 3 made from what it held before"),
    "point changed": ((strange.bowl, strange.changes_the_point), r"must leave the point as it is"),
    "misspelt": ((strange.bowl, strange.misspelt), r"got 'missing': the fields of Strange are a, b$"),
    "name": ((strange.bowl, strange.unknown_name), r"names that exist, got 'undefined_factor'"),
    "arguments": ((strange.bowl, strange.too_few_arguments), r"arguments \(objective, w, out\), got \(objective, w\)"),
    "not the derivative": ((strange.bowl, strange.half_as_much_again), r"must be the derivative of value, got "),
}
COSTLY = {  # found by check_objective only
    "one entry": ({"slope": strange.one_entry_off}, r"gradient .* must be the derivative of value"),
    "hessian": ({"hessian": lambda o, w: np.diag(o.a)}, r"hessian .* must be the derivative of gradient"),
    "trace": (
        {"hessian": strange.bowl_hessian, "hessian_trace": lambda o, w: 1.0},
        r"hessian_trace .* must be the trace of the Hessian, got 1 ",
    ),
    "block": (
        {"gradients": lambda o, points, out: out.fill(1.0)},
        r"gradients .* must give the same bits as gradient at each column, got 1\.0 for ",
    ),
    "mean": (
        {"random": True, "draw": strange.draw_noise, **NOISE, "sample_gradient": strange.biased_gradient},
        r"sample_gradient .* must have the gradient as its mean",
    ),
    "repeatable": (
        {"random": True, "draw": strange.draw_from_elsewhere, **NOISE},
        r"draw .* must take all its randomness from rng",
    ),
    "undeclared": ({"draw": strange.draw_noise, **NOISE}, r"draws random numbers \(rng\.standard_normal\)"),
}
STEPS = {
    "returns": (strange.returns_the_next_point, r"must change w in place and return nothing"),
    "workspace": (strange.reads_beyond_its_workspace, r"stay within its arrays, got 'tuple index out of range'"),
    "undeclared": (strange.noisy_descent, r"add the class attribute `random = True` to Stranger"),
    "fields": (strange.changes_the_objective, r"must change w and work only"),
}


def check_run(method, objective, start):
    """Do what a run does first."""
    check_first_use(method, objective, np.array(start, dtype=float))


def one_sentence(caught):
    """Return the text of a refusal, which names class, function and place on one line."""
    text = str(caught.value)
    assert re.match(r"(Strange|Stranger)(_\d+)?: \w+ \(.*strange_classes\.py:\d+\) |(Strange|Stranger): ", text), text
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", cases.OBJECTIVES)
def test_every_objective_of_the_library_passes(name):
    entry = cases.objective(name)
    with interpreted():
        report = check_objective(entry.instance, 0.5 + np.random.default_rng(3).random(entry.size))
    assert report.subject == name
    assert len(report.checked) >= 2
    assert all("no smooth finite" not in reason for reason in report.skipped)


@pytest.mark.parametrize("name", cases.METHODS)
def test_every_method_of_the_library_passes(name):
    entry = cases.method(name)
    problem = cases.objective(entry.runs_on[0])
    with interpreted():
        report = check_method(entry.instance, problem.instance, 0.5 + np.random.default_rng(3).random(problem.size))
    assert any(text.startswith("gradients_per_step is") for text in report.checked)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_right_class_passes_and_the_report_says_what_was_looked_at(compiled):
    if compiled:
        report = check_objective(RIGHT(*FIELDS), POINT)
    else:
        with interpreted():
            report = check_objective(RIGHT(*FIELDS), POINT)
    text = str(report)
    assert text.startswith("Strange: 4 checks passed\n")
    for part in ("gradient is the derivative of value along 3", "hessian is", "gives the bits", "skipped  samples"):
        assert part in text


@pytest.mark.parametrize("name", CHEAP)
def test_what_is_wrong_is_refused_before_the_first_run(name, no_kernels):
    functions, told = CHEAP[name]
    problem = strange.objective(*functions)(*FIELDS)
    with pytest.raises(ValueError, match=told) as caught:
        flatlab.trajectory(SAM(0.1, 0.1), problem, POINT, steps=3)
    one_sentence(caught)
    with pytest.raises(ValueError, match=told), interpreted():
        check_objective(problem, POINT)
    with pytest.raises(ValueError, match=told):
        flatlab.ensemble(SAM(0.1, 0.1), problem, [POINT, POINT], steps=3)


@pytest.mark.parametrize("name", COSTLY)
def test_what_takes_longer_is_found_when_asked(name):
    functions, told = COSTLY[name]
    problem = strange.objective(strange.bowl, functions.pop("slope", strange.bowl_gradient), **functions)(*FIELDS)
    with pytest.raises(ValueError, match=told) as caught, interpreted():
        check_objective(problem, POINT)
    one_sentence(caught)


@pytest.mark.parametrize("name", STEPS)
def test_a_wrong_step_is_refused_before_the_first_run(name, no_kernels):
    advance, told = STEPS[name]
    wrong = strange.method(advance)(0.1)
    for call in (lambda: flatlab.trajectory(wrong, RIGHT(*FIELDS), POINT, steps=3), lambda: check(wrong)):
        with pytest.raises(ValueError, match=told) as caught:
            call()
        one_sentence(caught)


def check(method):
    """Check a method on the right objective, interpreted."""
    with interpreted():
        return check_method(method, RIGHT(np.ones(3), np.full(3, 0.5)), POINT)


@pytest.mark.parametrize(
    ("advance", "others", "told"),
    [
        (strange.descent, {"gradients_per_step": 2}, r"got gradients_per_step = 2 and 1 then 1 then 1 evaluations"),
        (strange.looks_at_the_value, {}, r"got values_per_step = 0 and 1 then 1 then 1 evaluations"),
        (strange.descent, {"together": strange.ascent_together}, r"block_step .* must give the same bits as step"),
        (strange.leaps_to_infinity, {}, r"must write finite numbers"),
        (strange.reads_what_nobody_set, {}, r"must depend on its arguments alone"),
    ],
)
def test_a_wrong_method_is_found_when_asked(advance, others, told):
    with pytest.raises(ValueError, match=told) as caught:
        check(strange.method(advance, **others)(0.1))
    one_sentence(caught)


def test_a_right_method_passes_with_and_without_randomness():
    assert (
        "values_per_step is 1 as counted"
        in check(strange.method(strange.looks_at_the_value, values_per_step=1)(0.1)).checked
    )
    assert any(
        "bits" in text
        for text in check(strange.method(strange.descent, together=strange.descent_together)(0.1)).checked
    )
    assert (
        "random numbers are drawn as declared" in check(strange.method(strange.noisy_descent, random=True)(0.1)).checked
    )


def test_fields_of_the_wrong_length_are_named_also_after_right_ones(no_kernels):
    check_run(SAM(0.1, 0.1), RIGHT(*FIELDS), POINT)
    with pytest.raises(ValueError, match=r"at a point of 3 entries, with fields a \(3,\), b \(2,\)") as caught:
        flatlab.trajectory(SAM(0.1, 0.1), RIGHT(np.ones(3), np.ones(2)), POINT, steps=3)
    one_sentence(caught)
    with pytest.raises(ValueError, match=r"fields base\.a \(3,\), base\.b \(2,\)"):
        check_run(SAM(0.1, 0.1), objectives.WeightDecay(RIGHT(np.ones(3), np.ones(2)), 0.1), POINT)


def test_a_class_is_checked_once_for_each_size(monkeypatch):
    calls = []

    def slope(objective, w, out):
        calls.append(w.size)
        strange.bowl_gradient(objective, w, out)

    cls = strange.objective(strange.bowl, slope)
    for size, expected in ((3, True), (3, False), (4, True), (3, False)):
        before = len(calls)
        check_run(SAM(0.1, 0.1), cls(np.ones(size), np.ones(size)), np.ones(size))
        assert (len(calls) > before) == expected
    monkeypatch.setattr(first_use, "_run", lambda parts: pytest.fail("a class of the library was checked"))
    check_run(SAM(0.1, 0.1), Noisy(Quadratic([1.0, 2.0]), 0.1), np.ones(2))


UNLUCKY = {
    "kink at the start": (
        lambda o, w: np.abs(w).sum(), lambda o, w, out: np.copyto(out, np.where(w >= 0, 1.0, -1.0)), 0.0
    ),
    "kink beside the start": (
        lambda o, w: np.abs(w - 1).sum(), lambda o, w, out: np.copyto(out, np.where(w >= 1, 1.0, -1.0)), 1 + 1e-12
    ),
    "ramp": (lambda o, w: np.maximum(w, 0).sum(), lambda o, w, out: np.copyto(out, np.where(w > 0, 1.0, 0.0)), 0.0),
    "flat": (lambda o, w: 0.0, lambda o, w, out: out.fill(0.0), 2.0),
    "minimum": (lambda o, w: (w**2).sum() / 2, lambda o, w, out: np.copyto(out, w), 0.0),
    "offset": (lambda o, w: 1e12 + (w**2).sum() / 2, lambda o, w, out: np.copyto(out, w), 1e-3),
    "rounded": (lambda o, w: (1e9 + w.sum()) - 1e9, lambda o, w, out: out.fill(1.0), 1e-6),
    "fast wave": (lambda o, w: np.cos(1e3 * w).sum(), lambda o, w, out: np.copyto(out, -1e3 * np.sin(1e3 * w)), 1.0),
    "wave too short": (
        lambda o, w: np.cos(1e8 * w).sum(), lambda o, w, out: np.copyto(out, -1e8 * np.sin(1e8 * w)), 1.0
    ),
    "tiny": (lambda o, w: (w**4).sum() * 1e30, lambda o, w, out: np.copyto(out, 4e30 * w**3), 1e-9),
    "huge": (lambda o, w: (w**2).sum() / 2, lambda o, w, out: np.copyto(out, w), 1e200),
    "edge of the domain": (lambda o, w: np.log(w).sum(), lambda o, w, out: np.copyto(out, 1 / w), 1e-14),
    "outside of the domain": (lambda o, w: np.sqrt(w).sum(), lambda o, w, out: np.copyto(out, 0.5 / np.sqrt(w)), -1.0),
    "no value": (lambda o, w: math.nan, lambda o, w, out: np.copyto(out, w), 1.0),
    "division": (lambda o, w: 1 / float(w[0]), strange.inverse_gradient, 0.0),
    "noise in the value": (
        lambda o, w: (w**2).sum() / 2 + 1e-6 * math.sin(1e9 * float(w[0])), lambda o, w, out: np.copyto(out, w), 1.0
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNLUCKY)
def test_an_unlucky_point_is_no_reason_to_refuse(name):
    evaluate, slope, at = UNLUCKY[name]
    problem = strange.objective(evaluate, slope)(*FIELDS)
    check_run(GD(0.1), problem, np.full(3, at))
    if name == "division":  # raises in Python, and is infinite in machine code
        assert any("ZeroDivisionError" in reason for reason in check_objective(problem, np.full(3, at)).skipped)
    else:
        with interpreted():
            check_objective(problem, np.full(3, at))


def test_the_derivative_is_looked_at_where_the_start_is_a_minimum():
    wrong = strange.objective(lambda o, w: (w**2).sum(), lambda o, w, out: np.copyto(out, 3 * w))
    with pytest.raises(ValueError, match="must be the derivative of value"):
        check_run(GD(0.1), wrong(*FIELDS), np.zeros(3))


def test_a_slow_class_is_let_pass_in_time():
    def slow(objective, w, out):
        for i in range(10**9):
            out[0] = i

    begin = time.perf_counter()
    check_run(SAM(0.1, 0.1), strange.objective(strange.bowl, slow)(*FIELDS), POINT)
    assert time.perf_counter() - begin < 5  # half a second on an idle machine


def test_nothing_of_the_user_s_is_drawn_from_or_left_changed():
    rng, start = np.random.default_rng(1), POINT.copy()
    before, of_numpy = rng.bit_generator.state, np.random.get_state()[1].copy()  # noqa: NPY002
    problem = strange.objective(strange.bowl, strange.bowl_gradient, random=True, draw=strange.draw_noise, **NOISE)
    flatlab.trajectory(SAM(0.1, 0.1), problem(*FIELDS), start, steps=0, rng=rng)
    assert rng.bit_generator.state == before
    assert (np.random.get_state()[1] == of_numpy).all()  # noqa: NPY002
    assert (start == POINT).all()


@pytest.mark.parametrize("wrong", [3, "x", (1.0, 2.0), Quadratic])
def test_what_is_no_objective_or_method_is_refused(wrong):
    with pytest.raises(ValueError, match=r"^objective must be a NamedTuple with a registered value or gradient, got "):
        check_objective(wrong, POINT)
    with pytest.raises(ValueError, match=r"^method must be a NamedTuple with a registered step and workspace, got "):
        check_method(wrong, Quadratic([1.0]), [1.0])
    with pytest.raises(ValueError, match=r"^point must"):
        check_objective(Quadratic([1.0, 2.0]), POINT)


def test_second_differences_without_finite_values_are_no_measurement():
    nowhere = checks_of_objectives._along(lambda w: np.full(2, np.nan), POINT)(np.ones(POINT.size))
    assert np.isnan(nowhere(np.zeros(1)))


def test_whenever_the_time_is_over_everything_is_left_as_before(monkeypatch):
    """The clock moves on by one whenever it is read, so the time is over at each line in turn."""
    right, stopped = RIGHT(*FIELDS), []
    before = (floating_mode(), np.geterr(), jit_is_on())
    for ticks in range(10_000):
        clock = itertools.count()
        monkeypatch.setattr(_interpreted.time, "perf_counter", lambda clock=clock: next(clock))
        try:
            with _interpreted.deadline(ticks):
                check_step(SAM(0.1, 0.1), right, POINT)
        except _interpreted.TooSlow:
            stopped.append(ticks)
        else:
            break
        finally:
            assert (floating_mode(), np.geterr(), jit_is_on()) == before, ticks
    assert stopped == list(range(ticks))
    assert ticks > 100
