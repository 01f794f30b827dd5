"""Ravine profiles, third derivatives of the drift objectives, and what they refuse."""

import cases
import numpy as np
import pytest
import twins
from objective_cases.least_squares import ROWS as LINEAR_AND_FEATURES
from objective_cases.least_squares import SHIFTS
from objective_cases.ravine import ravine as ravine_twin

from flatlab import objectives
from flatlab.compiler.common import common_form
from flatlab.objectives import (
    CubicQuartic,
    IsolatedRavine,
    LeastSquares,
    Quadratic,
    ResidualBatch,
    SeparableRavine,
    Valley,
)
from flatlab.objectives.valleys.named_profiles import NAMED, named_profile
from flatlab.objectives.valleys.profiles import Parabola, ScaledProfile, profile_at

pytestmark = pytest.mark.jit_free
ROWS = np.array([[1.0, 0.0], [0.0, 1.0]])


@pytest.mark.parametrize("profile", NAMED)
def test_every_profile_is_its_formula_with_its_derivatives(profile, rng):
    ravine, twin = Valley(ScaledProfile(named_profile(profile), 1.3, 0.7)), ravine_twin(profile, 1.3, 0.7)
    out = np.empty(2)
    for w in rng.standard_normal((6, 2)):
        assert objectives.value(ravine, w) == pytest.approx(twin(w), rel=1e-12)
        objectives.gradient(ravine, w, out)
        np.testing.assert_allclose(out, twins.gradient(twin)(w), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(objectives.hessian(ravine, w), twins.hessian(twin)(w), rtol=1e-10, atol=1e-12)
        curvature = profile_at(ravine.profile, w[1])
        assert curvature[0] == pytest.approx(2 * twin([1.0, w[1]]), rel=1e-12)
        assert curvature[0] > 0


@pytest.mark.parametrize("profile", [one for one in cases.parts_of("PROFILES") if common_form(one) is not one])
@pytest.mark.parametrize("scales", [(1.3, 1.0), (1.0, 0.7), (1.3, 0.7)])
def test_the_form_that_all_profiles_share_has_the_bits_of_each(profile, scales, rng):
    for own in (profile, ScaledProfile(profile, *scales)):
        for y in rng.standard_normal(6):
            np.testing.assert_array_equal(profile_at(common_form(own), y), profile_at(own, y))


@pytest.mark.parametrize("profile", NAMED)
def test_third_derivative_of_every_profile(profile, rng):
    _check_third(Valley(ScaledProfile(named_profile(profile), 1.3, 0.7)), ravine_twin(profile, 1.3, 0.7), 2, rng)


@pytest.mark.parametrize(
    "name", ["Valley", "SeparableRavine", "IsolatedRavine", "CubicQuartic", "LeastSquares", "ResidualBatch"]
)
def test_third_derivative_of_every_drift_objective(name, rng):
    entry = cases.objective(name)
    _check_third(entry.instance, entry.value, entry.size, rng)


def test_third_derivative_of_the_tanh_model(rng):
    *rows, shifts = *LINEAR_AND_FEATURES, SHIFTS
    entry = cases.objective("ResidualBatch")
    _check_third(LeastSquares(*rows, shifts, "tanh"), entry.value, 5, rng)


def test_zero_is_a_minimum_of_least_squares_and_the_jacobian_is_the_derivative(rng):
    for activation in ("tanh", "cubic"):
        problem = LeastSquares(*LINEAR_AND_FEATURES, SHIFTS, activation)
        assert objectives.value(problem, np.zeros(5)) == 0
        w, nudge = rng.standard_normal(5), 1e-6 * rng.standard_normal(5)
        moved = objectives.residuals(problem, w + nudge) - objectives.residuals(problem, w - nudge)
        np.testing.assert_allclose(objectives.jacobian(problem, w) @ nudge, moved / 2, rtol=1e-6, atol=1e-13)
        assert objectives.value(problem, w) == pytest.approx((objectives.residuals(problem, w) ** 2).sum() / 2)


def _check_third(objective, twin, size, rng):
    w, v = rng.standard_normal((2, size))
    second = twins.hessian(twin)
    exact = twins.gradient(lambda point: _quadratic_form(twin, point, v))(w)
    assert np.abs(second(w) - second(w).T).max() < 1e-12
    np.testing.assert_allclose(objectives.third_derivative(objective, w, v), exact, rtol=1e-10, atol=1e-11)


def _quadratic_form(twin, w, v):
    """v^T Hess f(w) v with automatic differentiation left open in w."""
    along = twins.gradient(lambda t: twin(w + t * v))
    return twins.gradient(along)(0.0)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: named_profile("boul"), "Did you mean 'bowl'"),
        (lambda: Valley("bowl"), "profile must be a profile"),
        (lambda: ScaledProfile(9), "profile must be a profile"),
        (lambda: ScaledProfile(Parabola(), 0.0), "level"),
        (lambda: ScaledProfile(Parabola(), 1.0, -1.0), "width"),
        (lambda: SeparableRavine(Parabola(), [1.0, 0.0], [1.0, 1.0]), "levels"),
        (lambda: SeparableRavine(Parabola(), [1.0, 2.0], [1.0]), "widths"),
        (lambda: IsolatedRavine(Parabola(), 0.0), "bottom"),
        (lambda: IsolatedRavine(1.0, 1.0), "profile"),
        (lambda: CubicQuartic([1.0, 2.0], np.zeros((2, 2)), np.zeros((2, 2, 2, 2))), "cubic"),
        (lambda: CubicQuartic([1.0], np.zeros((2, 2, 2)), np.zeros((1, 1, 1, 1))), "cubic must have shape"),
        (lambda: CubicQuartic([1.0, 2.0], np.arange(8.0).reshape(2, 2, 2), np.zeros((2,) * 4)), "symmetric"),
        (lambda: LeastSquares(ROWS, ROWS[:1], [0.0, 0.0]), "features must have 2 rows"),
        (lambda: LeastSquares(ROWS, ROWS, [0.0]), "shifts"),
        (lambda: LeastSquares(ROWS, ROWS, [0.0, 0.0], "relu"), "activation"),
        (lambda: LeastSquares(ROWS, ROWS, [0.0, 0.0], 5), "activation"),
        (lambda: ResidualBatch(Quadratic([1.0]), 1), "base"),
        (lambda: ResidualBatch(LeastSquares(ROWS, ROWS, [0.0, 0.0]), 0), "size"),
    ],
)
def test_wrong_fields_are_refused_by_name(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_a_missing_third_derivative_is_named():
    with pytest.raises(TypeError, match="Quadratic has no closed-form third derivative"):
        objectives.third_derivative(Quadratic([1.0]), np.zeros(1), np.zeros(1))
