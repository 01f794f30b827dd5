"""Questions asked from Python: what is no point of the objective is refused in one sentence, and nothing is touched."""

from fractions import Fraction

import cases
import numpy as np
import pytest

from flatlab import objectives
from flatlab.compiler import generic as dispatching
from flatlab.compiler.generic import generic
from flatlab.compiler.options import interpreted
from flatlab.objectives import (
    MatrixSensing,
    NormQuartic,
    Product,
    Quadratic,
    gradient,
    hessian,
    observables,
    questions,
    value,
)
from flatlab.objectives.valleys import profiles
from flatlab.objectives.valleys.profile_flow import flow_end, flow_height

pytestmark = pytest.mark.jit_free
PAIR = Quadratic([2.0, 1.0])
SINGLE = ["value", "hessian", "hessian_trace", "trace_gradient", "conserved", "closed_limit", "new_sample"]


def _calls(objective, d, size):
    """Return a call of every question whose arguments have ``size`` variables in place of d, as (name, call)."""
    w, right = np.ones(size), np.ones(d)
    out, block = np.zeros(size), np.zeros((size, 3))
    for name in SINGLE:
        yield name, lambda name=name: getattr(questions, name)(objective, w)
    yield "gradient", lambda: questions.gradient(objective, w, out)
    yield "gradient out", lambda: questions.gradient(objective, right, out)
    yield "gradients", lambda: questions.gradients(objective, np.ones((size, 3)), block)
    yield "gradients out", lambda: questions.gradients(objective, np.ones((d, 3)), block)
    yield "columns", lambda: questions.gradients(objective, np.ones((d, 3)), np.zeros((d, 2)))
    scratch = objectives.descent_scratch(np.ones((size, 3)))
    yield "descend", lambda: questions.descend(objective, np.ones((size, 3)), 0.1, 0.1, True, scratch)
    yield "scratch", lambda: questions.descend(objective, np.ones((d, 3)), 0.1, 0.1, True, scratch)
    yield "third_derivative", lambda: questions.third_derivative(objective, right, w)
    yield "hessian_product", lambda: questions.hessian_product(objective, right, w)
    yield "hessian_product of a block", lambda: questions.hessian_product(objective, right, np.ones((size, 2)))
    sample = objectives.new_sample(objective, right)
    yield "sample_gradient", lambda: questions.sample_gradient(objective, sample, w, out)
    yield "sample_gradient out", lambda: questions.sample_gradient(objective, sample, right, out)
    if questions.distance_and_certificate.is_own(objective):
        yield "distance_and_certificate", lambda: questions.distance_and_certificate(objective, w)
    yield "closed_smoothing", lambda: questions.closed_smoothing(objective, np.ones((4, size)), 0.1)


@pytest.mark.parametrize("name", cases.OBJECTIVES)
def test_a_point_of_another_size_is_refused_by_every_question(name, monkeypatch):
    entry = cases.objective(name)
    d, known = entry.size, objectives.dimension(entry.instance) is not None
    sizes = (0, d - 1, d + 1, 3 * d + 7) if known else (0,)
    calls = [call for size in sizes for call in _calls(entry.instance, d, size)]

    def touched(implementation):
        raise AssertionError("an implementation was called before the arguments were checked")

    monkeypatch.setattr(dispatching, "_python_side", touched)
    for question, call in calls:
        with pytest.raises(ValueError, match=r"^(w|v|out|points|vectors|each part of scratch) must be ") as refusal:
            call()
        assert "\n" not in str(refusal.value), question


@pytest.mark.parametrize("name", cases.OBJECTIVES)
def test_a_sample_of_another_make_is_refused(name):
    entry = cases.objective(name)
    w, out, rng = np.ones(entry.size), np.empty(entry.size), np.random.default_rng(1)
    fresh = objectives.new_sample(entry.instance, w)
    for sample in (np.zeros(0), np.zeros(1), np.zeros(3, np.int64), (fresh, fresh), "sample", [0.0] * entry.size):
        alike = isinstance(sample, np.ndarray) and isinstance(fresh, np.ndarray)
        if alike and (sample.shape, sample.dtype) == (fresh.shape, fresh.dtype):
            continue
        with pytest.raises(ValueError, match=r"^sample must be "):
            questions.sample_gradient(entry.instance, sample, w, out)
        if not alike or objectives.dimension(entry.instance) is not None:
            with pytest.raises(ValueError, match=r"^sample must be "):
                questions.draw(entry.instance, sample, rng)
    if fresh is not None:
        with pytest.raises(ValueError, match=r"^rng must be a numpy.random.Generator"):
            questions.draw(entry.instance, fresh, 7)
        questions.sample_gradient(entry.instance, fresh, w, out)  # before any draw: no index is out of range


@pytest.mark.parametrize(
    "w",
    [1.0, [[1.0, 2.0]], None, "ab", ["a", "b"], [1j, 2.0], [True, False], [None, 1.0], np.ma.masked_array([1.0, 2.0]),
     np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"), [[1.0], [1.0, 2.0]], {}, object()],
)  # fmt: skip
def test_what_is_no_point_is_refused_in_words(w):
    for call in (lambda: value(PAIR, w), lambda: hessian(PAIR, w), lambda: gradient(PAIR, w, np.empty(2))):
        with pytest.raises(ValueError, match=r"^w must be a vector of 2 numbers, got ") as refusal:
            call()
        assert len(str(refusal.value)) < 200


def test_what_may_be_turned_into_a_point_is_taken():
    for w in ([1.0, 1.0], (1, 1), np.ones(2, np.int32), np.ones(2, np.float32), np.ones(4)[::2], np.ones((2, 3))[:, 1]):
        out = np.empty(2)
        gradient(PAIR, w, out)
        assert value(PAIR, w) == 1.5
        np.testing.assert_array_equal(out, [2.0, 1.0])
    assert value(PAIR, w=[1.0, 1.0]) == 1.5
    assert np.isnan(value(PAIR, [np.nan, 1.0]))
    assert value(PAIR, [np.inf, 1.0]) == np.inf
    assert value(NormQuartic(), [2.0]) == 16.0


@pytest.mark.parametrize(
    "out",
    [[0.0, 0.0], None, np.empty(2, np.float32), np.empty(2, np.int64), np.empty(4)[::2], np.empty((2, 1)), np.empty(3),
     np.broadcast_to(0.0, 2), np.empty(2, ">f8")],
)  # fmt: skip
def test_a_result_that_cannot_be_written_is_refused(out):
    words = r"^out must be a vector of 2 numbers of type float64, contiguous and writable, got "
    with pytest.raises(ValueError, match=words):
        gradient(PAIR, np.ones(2), out)
    with pytest.raises(ValueError, match=words):
        questions.sample_gradient(PAIR, None, np.ones(2), out)


def test_a_result_in_the_memory_of_the_point_is_refused():
    w, points = np.ones(2), np.ones((2, 3))
    for call in (lambda: gradient(PAIR, w, w), lambda: questions.gradients(PAIR, points, points)):
        with pytest.raises(ValueError, match="out must not share its memory"):
            call()


def test_the_other_arguments_are_refused_by_name():
    points, scratch = np.ones((2, 3)), objectives.descent_scratch(np.ones((2, 3)))
    product = Product(3)
    for call, words in (
        (lambda: questions.descend(PAIR, [[1.0], [1.0]], 0.1, 0.1, True, scratch), "points must be"),
        (lambda: questions.descend(PAIR, points, "x", 0.1, True, scratch), "step_size must be a number"),
        (lambda: questions.descend(PAIR, points, 0.1, True, True, scratch), "rho must be a number"),
        (lambda: questions.descend(PAIR, points, 0.1, 0.1, 1, scratch), "normalised must be True or False"),
        (lambda: questions.descend(PAIR, points, 0.1, 0.1, True, ()), "scratch must be what descent_scratch"),
        (lambda: questions.closed_smoothing(PAIR, [1.0, 1.0], "x"), "s must be a number"),
        (lambda: questions.distance_and_certificate(product, np.ones(3)), "product of two factors"),
        (lambda: questions.draw(PAIR, None, "rng"), "rng must be"),
        (lambda: profiles.profile_at(profiles.Ramp(), "x"), "y must be a number"),
        (lambda: profiles.profile_at(profiles.Ramp(), [1.0]), "y must be a number"),
        (lambda: flow_end(profiles.Ramp(), None, 0.1), "y must be a number"),
        (lambda: flow_end(profiles.Ramp(), 1.0, 1j), "u must be a number"),
        (lambda: flow_height(profiles.Ramp(), True), "y must be a number"),
        (lambda: observables.observe(observables.Loss(), PAIR, [1.0]), "w must be"),
        (lambda: observables.observe(observables.Distance([1.0, 2.0, 3.0]), PAIR, [1.0, 2.0]), "point must have 2"),
        (lambda: observables.observe(observables.Coordinate(5), PAIR, [1.0, 2.0]), "index must be below"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
    with pytest.raises(TypeError, match="objective must be a NamedTuple"):
        questions.dimension("x")


def test_an_interpreted_kernel_computes_with_any_numbers():
    w, out = np.array([Fraction(1, 3), Fraction(2)]), np.empty(2, dtype=object)
    with interpreted():
        gradient(Product(2), w, out)
        with pytest.raises(ValueError, match="w must be a vector of 2 numbers"):
            gradient(Product(2), w[:1], out)
    assert out[0] == pytest.approx(-2 / 3)


def test_registering_takes_the_class():
    with pytest.raises(TypeError, match=r"hessian.register takes a class, as in @hessian.register\(Quadratic\)"):

        @hessian.register
        def _(objective: Quadratic, w):
            return None


def test_a_python_question_is_not_compiled_and_compares_with_its_default():
    @generic(compiled=False)
    def label(objective):
        return {"kind": "any"}  # no kernel could return this

    label.register(Quadratic)(lambda objective: {"kind": "bowl"})
    assert label(PAIR) == {"kind": "bowl"}
    assert label(NormQuartic()) == label.default(PAIR) == {"kind": "any"}
    assert set(label.implementations) == {Quadratic}
    assert label.implementation(NormQuartic) is label.default


def test_the_number_of_rows_is_exact():
    for d in (1, 2, 7, 1000):
        length = d * (d + 1) // 2
        assert objectives.dimension(MatrixSensing(np.ones((1, length)), [1.0], 2)) == 2 * d
