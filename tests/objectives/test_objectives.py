"""Every collected objective against its twin: value, derivatives, block forms, oracle."""

import cases
import numpy as np
import pytest
import twins

from flatlab import methods, objectives
from flatlab.compiler.vectors import norm
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic

pytestmark = pytest.mark.jit_free


DEFAULT_WITNESSES = ("DenseQuadratic", "SeparableRavine")


@pytest.fixture(params=cases.OBJECTIVES)
def entry(request):
    return cases.objective(request.param)


def test_every_objective_method_law_schedule_and_profile_has_a_case():
    missing = sorted(cases.missing())
    assert not missing, f"{missing} have no case: write a file in tests/objective_cases/ or tests/method_cases/"


def test_value_is_the_formula(entry, rng):
    for _ in range(5):
        w = rng.standard_normal(entry.size)
        assert objectives.value(entry.instance, w) == pytest.approx(entry.value(w), rel=1e-12, abs=1e-12)


def test_gradient_is_the_derivative_of_the_value(entry, rng):
    out = np.empty(entry.size)
    for _ in range(5):
        w = rng.standard_normal(entry.size)
        before = w.copy()
        objectives.gradient(entry.instance, w, out)
        np.testing.assert_allclose(out, twins.gradient(entry.value)(w), rtol=1e-11, atol=1e-12)
        np.testing.assert_array_equal(w, before)


def test_hessian_and_its_trace_are_second_derivatives(entry, rng):
    w = rng.standard_normal(entry.size)
    exact = twins.hessian(entry.value)(w)
    if _has(objectives.hessian, entry.instance):
        np.testing.assert_allclose(objectives.hessian(entry.instance, w), exact, rtol=1e-10, atol=1e-11)
    if _has(objectives.hessian, entry.instance) or _has(objectives.hessian_trace, entry.instance):
        assert objectives.hessian_trace(entry.instance, w) == pytest.approx(np.trace(exact), rel=1e-10, abs=1e-11)


def test_dimension_is_the_size_of_a_point(entry):
    assert objectives.dimension(entry.instance) in (None, entry.size)


def _skip_if_default(entry, generic):
    """Every default form is the same code: two objectives stand for all, compiling it for each takes minutes."""
    own = generic.is_own(entry.instance) or objectives.gradients.is_own(entry.instance)
    if not (own or type(entry.instance).__name__ in DEFAULT_WITNESSES):
        pytest.skip("default form, tested on " + " and ".join(DEFAULT_WITNESSES))


@pytest.mark.parametrize("columns", [1, 17])
def test_block_gradient_has_the_bits_of_the_single_one(entry, rng, columns):
    _skip_if_default(entry, objectives.gradients)
    points = rng.standard_normal((entry.size, columns))
    block, single = np.empty_like(points), np.empty(entry.size)
    objectives.gradients(entry.instance, points, block)
    for b in range(columns):
        objectives.gradient(entry.instance, points[:, b].copy(), single)
        np.testing.assert_array_equal(block[:, b], single)


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize("columns", [1, 17])
def test_descend_is_a_gradient_step_from_the_point_above(entry, rng, columns, normalised):
    _skip_if_default(entry, objectives.descend)
    points = rng.standard_normal((entry.size, columns))
    points[:, 0] = 0.0
    ascent, single = np.empty(entry.size), points.copy()
    for b in range(columns):
        objectives.gradient(entry.instance, points[:, b].copy(), ascent)
        length = norm(ascent)
        scale = 0.7 if not normalised else 0.7 / length if length > 0 else 0.0
        objectives.gradient(entry.instance, points[:, b] + scale * ascent, ascent)
        single[:, b] -= 0.3 * ascent
    scratch = (np.empty(columns), np.ones(entry.size), np.empty_like(points), np.empty_like(points))
    objectives.descend(entry.instance, points, 0.3, 0.7, normalised, scratch)
    np.testing.assert_array_equal(points, single)


def test_sample_gradient_is_the_twin_under_the_same_draw(entry):
    rng, twin_rng = np.random.default_rng(5), np.random.default_rng(5)
    w = np.random.default_rng(6).standard_normal(entry.size)
    sample, out = objectives.new_sample(entry.instance, w), np.empty(entry.size)
    for _ in range(4):
        objectives.draw(entry.instance, sample, rng)
        twin = (entry.oracle or twins.exact_oracle(entry.value))(w, twin_rng)
        for point in (w, -2 * w):  # one sample, two points
            objectives.sample_gradient(entry.instance, sample, point, out)
            np.testing.assert_allclose(out, twin(point), rtol=1e-11, atol=1e-12)


def test_sample_gradients_average_to_the_gradient(entry):
    if not getattr(entry.instance, "random", False):
        pytest.skip("deterministic: the sample gradient is the gradient")
    rng = np.random.default_rng(7)
    w = rng.standard_normal(entry.size)
    sample, draws = objectives.new_sample(entry.instance, w), np.empty((4000, entry.size))
    for out in draws:
        objectives.draw(entry.instance, sample, rng)
        objectives.sample_gradient(entry.instance, sample, w, out)
    exact = np.empty(entry.size)
    objectives.gradient(entry.instance, w, exact)
    error = np.abs(draws.mean(axis=0) - exact)
    assert (error <= 6.5 * draws.std(axis=0) / np.sqrt(len(draws)) + 1e-12).all()


def test_noise_has_the_stated_size():
    objective, rng = Noisy(Quadratic(np.zeros(40)), 0.7), np.random.default_rng(8)
    sample = objectives.new_sample(objective, np.zeros(40))
    squares = []
    for _ in range(2000):
        objectives.draw(objective, sample, rng)
        squares.append(sample @ sample)
    # |z|^2 is sigma^2/d times a chi-squared with d degrees: relative deviation sqrt(2/d)
    assert abs(np.mean(squares) / 0.49 - 1) < 6.5 * np.sqrt(2 / 40 / 2000)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: Quadratic([1.0, -1.0]), "eigenvalues"),
        (lambda: Quadratic([1.0, np.nan]), "eigenvalues"),
        (lambda: Quadratic([]), "eigenvalues"),
        (lambda: Quadratic([[1.0]]), "eigenvalues"),
        (lambda: Quadratic("abc"), "eigenvalues"),
        (lambda: Quadratic(1.0), "eigenvalues"),
        (lambda: Quadratic([1.0])._replace(eigenvalues=[-1.0]), "eigenvalues"),
        (lambda: DenseQuadratic([[1.0, 2.0]]), "hessian"),
        (lambda: DenseQuadratic([[1.0, 2.0], [0.0, 1.0]]), "hessian"),
        (lambda: DenseQuadratic([[np.inf]]), "hessian"),
        (lambda: DenseQuadratic([1.0]), "hessian"),
        (lambda: Noisy(3.0, 0.1), "base"),
        (lambda: Noisy(methods.GD(0.1), 0.1), "base"),
        (lambda: Noisy(Quadratic([1.0]), -0.1), "sigma"),
        (lambda: Noisy(Quadratic([1.0]), np.nan), "sigma"),
        (lambda: Noisy(Quadratic([1.0]), "much"), "sigma"),
    ],
)
def test_wrong_fields_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=word):
        build()


def test_a_replaced_field_is_cleaned_as_a_given_one():
    objective = Quadratic([1.0, 2.0])._replace(eigenvalues=[3, 4])
    assert objective.eigenvalues.dtype == np.float64


def _has(generic_function, instance):
    """Whether a question has an answer of its own for this instance, base of a wrapper included."""
    inner = getattr(instance, "base", None)
    return generic_function.is_own(instance) and (inner is None or _has(generic_function, inner))
