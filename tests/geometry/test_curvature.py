"""Leading eigenpair, kernel, frame of the bounce and drift flow, each against NumPy on cases with a known answer."""

import cases
import numpy as np
import pytest
import twins
from scipy.sparse.linalg import aslinearoperator

from flatlab import DivergenceError, trajectory
from flatlab.geometry import bounce, curvature
from flatlab.methods import SAM
from flatlab.objectives import LeastSquares, SeparableRavine, Valley, hessian, residuals
from flatlab.objectives.valleys.named_profiles import WavyBowl
from flatlab.objectives.valleys.profiles import Parabola, ScaledProfile, profile_at
from flatlab.theory.sam import integrate_ravine_drift


def _random_symmetric(size, values, seed):
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]
    return basis * values @ basis.T, basis


@pytest.mark.parametrize("operator", [False, True])
def test_leading_eigenpair_of_a_known_spectrum(operator):
    values = np.array([0.5, -4.0, 3.0, 1.0, 2.5, 0.0])
    matrix, basis = _random_symmetric(6, values, 1)
    given = aslinearoperator(matrix) if operator else matrix
    pair = curvature.leading_eigenpair(given)
    assert pair.value == pytest.approx(3.0, rel=1e-12)
    assert pair.gap == pytest.approx(0.5, rel=1e-11)
    assert abs(pair.vector @ basis[:, 2]) == pytest.approx(1.0, rel=1e-12)
    assert pair.residual < 1e-12
    assert pair.vector[np.abs(pair.vector).argmax()] > 0


def test_one_variable_has_an_infinite_gap():
    assert curvature.leading_eigenpair([[2.0]]).gap == np.inf


def test_kernel_projector_of_a_known_kernel():
    matrix, basis = _random_symmetric(5, np.array([2.0, 0.0, -1.0, 1e-3, 0.0]), 2)
    kernel = curvature.kernel_projector(matrix)
    np.testing.assert_allclose(kernel.projector, basis[:, [1, 4]] @ basis[:, [1, 4]].T, atol=1e-12)
    assert kernel.dimension == 2
    assert kernel.residual < 1e-14
    assert curvature.kernel_projector(np.eye(2)).dimension == 0
    assert curvature.kernel_projector(np.zeros((2, 2))).dimension == 2


@pytest.mark.parametrize("name", ["CubicQuartic", "LeastSquares", "SeparableRavine", "Valley"])
def test_sharpness_gradient_is_the_derivative_of_the_largest_eigenvalue(name, rng):
    entry = cases.objective(name)
    w, step = 0.3 * rng.standard_normal(entry.size), 1e-3
    second = twins.hessian(entry.value)

    def top(point):
        return np.linalg.eigvalsh(second(point))[-1]

    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}  # central difference of order six
    found = [sum(c * (top(w + k * step * e) - top(w - k * step * e)) for k, c in weights.items()) / step
             for e in np.eye(entry.size)]  # fmt: skip
    np.testing.assert_allclose(curvature.sharpness_gradient(entry.instance, w), found, rtol=1e-7, atol=1e-9)


def test_frame_of_a_ravine_and_of_least_squares():
    ravine = Valley(ScaledProfile(Parabola(), 2.0, 0.5))
    frame = bounce.bounce_frame(ravine, [0.0, 0.3], 0.2)
    a, slope, _, _ = profile_at(ravine.profile, 0.3)
    assert frame.sharpness == pytest.approx(a, rel=1e-13)
    np.testing.assert_allclose(frame.tangential, [0.0, slope], rtol=1e-13)
    np.testing.assert_allclose(bounce.bounce_start(frame, 0.2, 0.1) - frame.minimum,
                               [0.1 * 0.2 * a / (2 - 0.2 * a), 0.0], rtol=1e-13)  # fmt: skip
    problem = cases.objective("LeastSquares").instance
    frame = bounce.bounce_frame(problem, np.zeros(5))
    assert frame.kernel_dimension == 2
    assert frame.residual < 1e-13
    np.testing.assert_allclose(
        frame.eigenvectors * frame.eigenvalues @ frame.eigenvectors.T, hessian(problem, np.zeros(5)), atol=1e-13
    )


def test_nearest_minimum_is_a_minimum_and_near(rng):
    problem = cases.objective("LeastSquares").instance
    away = 0.01 * rng.standard_normal(5)
    found = bounce.nearest_minimum(problem, away, 3)
    assert np.abs(residuals(problem, found)).max() < 1e-13
    frame = bounce.bounce_frame(problem, found)
    assert np.linalg.norm(frame.projector @ (away - found)) < 0.05 * np.linalg.norm(away - found)


def test_drift_flow_is_that_of_the_ravine_in_any_form():
    times, eta = np.array([0.5, 1.0, 3.0]), 0.3
    ravine = Valley(WavyBowl())
    direct = integrate_ravine_drift(
        lambda y: profile_at(ravine.profile, float(y))[0],
        lambda y: profile_at(ravine.profile, float(y))[1],
        1.2,
        times,
        eta,
    )
    np.testing.assert_allclose(bounce.follow_drift(ravine, [0.0, 1.2], times, eta)[:, 1], direct, rtol=1e-10)
    separable = SeparableRavine(WavyBowl(), [1.0, 0.3], [1.0, 1.0])
    path = bounce.follow_drift(separable, [0.0, 0.0, 1.2, 0.4], times, eta)
    np.testing.assert_allclose(path[:, 2], direct, rtol=1e-9)
    np.testing.assert_allclose(path[:, 3], 0.4, rtol=1e-12)


def test_drift_flow_stays_on_a_curved_manifold_and_lowers_the_sharpness():
    problem = cases.objective("LeastSquares").instance
    path = bounce.follow_drift(problem, np.zeros(5), [0.2, 0.5, 1.0], 0.05)
    tops = [curvature.leading_curvature(problem, z).value for z in [np.zeros(5), *path]]
    assert (np.diff(tops) < 0).all()
    assert max(np.abs(residuals(problem, z)).max() for z in path) < 1e-9


def test_centres_are_midpoints():
    np.testing.assert_array_equal(bounce.bounce_centres([[0.0, 2.0], [2.0, 0.0], [0.0, 0.0]]), [[1.0, 1.0], [1.0, 0.0]])


TWINS = SeparableRavine(Parabola(), [1.0, 1.0], [1.0, 1.0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: curvature.leading_eigenpair(np.eye(3)), "simple largest eigenvalue.*repeated"),
        (lambda: curvature.leading_eigenpair([[1.0, 2.0]]), "square"),
        (lambda: curvature.leading_eigenpair([[1.0, 2.0], [0.0, 1.0]]), "symmetric"),
        (lambda: curvature.kernel_projector([[np.nan]]), "matrix"),
        (lambda: bounce.bounce_frame(TWINS, np.zeros(4)), "simple largest eigenvalue.*repeated"),
        (lambda: bounce.bounce_frame(Valley(Parabola()), [0.5, 1.0]), "within 1e-06 of a minimum"),
        (lambda: bounce.bounce_frame(Valley(Parabola()), [0.0, 1.0], 1.0), "eta must be below 2 / eigenvalue = 1"),
        (lambda: bounce.bounce_frame(Valley(Parabola()), [0.0, 1.0], -1.0), "eta"),
        (lambda: bounce.follow_drift(TWINS, [0.0, 0.0, 1.0, 0.999], [50.0], 0.1), "simple largest eigenvalue"),
        (lambda: bounce.nearest_minimum(Valley(Parabola()), [0.1, 1.0], 3), "rank"),
        (lambda: bounce.nearest_minimum(Valley(Parabola()), [0.1, 1.0], 2), "near a minimum"),
        (lambda: bounce.bounce_centres([[1.0]]), "two iterates"),
    ],
)
def test_wrong_arguments_get_one_clear_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_diverging_run_says_so():
    with pytest.raises(DivergenceError, match=r"SAM.*diverged"):
        trajectory(SAM(3.0, 0.1), Valley(Parabola()), [0.1, 1.0], steps=3000)


def test_a_saddle_is_no_minimum():
    saddle = LeastSquares([[1.0, 0.0]], [[0.0, 1.0]], [0.0], "tanh")
    assert bounce.bounce_frame(saddle, [0.0, 0.0]).kernel_dimension == 1
    entry = cases.objective("CubicQuartic").instance._replace(eigenvalues=[1.0, 0.5, -0.5])
    with pytest.raises(ValueError, match=r"the eigenvalue -0\.5"):
        bounce.bounce_frame(entry, np.zeros(3))
