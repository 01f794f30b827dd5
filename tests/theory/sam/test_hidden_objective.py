import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from flatlab.theory.sam import HiddenObjective, SAMOnQuadratic, TwoCycle


def sam_step(w, eigenvalues, eta, rho):
    gradient = eigenvalues * w
    return w - eta * eigenvalues * (w + rho * gradient / np.sqrt(gradient @ gradient))


def literal_j(u, eigenvalues, eta, rho):
    quadratic = anp.sum((2 - eta * eigenvalues) / (eta * rho * eigenvalues**2) * u**2) / 2
    return quadratic - anp.sqrt(anp.sum(u**2))


def hidden(eigenvalues, eta, rho):
    return HiddenObjective(SAMOnQuadratic(eigenvalues, eta, rho))


def problems(count, seed, largest_h):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        d = int(rng.integers(1, 7))
        eigenvalues = np.sort(10 ** rng.uniform(-1, 1, d))[::-1]
        eta = rng.uniform(0.05, largest_h) / eigenvalues[0]
        rho = 10 ** rng.uniform(-2, 1)
        yield eigenvalues, eta, rho, rng.normal(size=d) * rho * 10 ** rng.uniform(-1, 1)


def test_sam_is_preconditioned_descent_on_j():
    for eigenvalues, eta, rho, w in problems(200, 2, 3.5):
        j = hidden(eigenvalues, eta, rho)
        for t in range(4):
            u = j.variable(w, t)
            w = sam_step(w, eigenvalues, eta, rho)
            truth = j.variable(w, t + 1)
            size = np.abs(u).max() * 4
            np.testing.assert_allclose(j.step(u), truth, rtol=1e-10, atol=1e-13 * size)


def test_value_and_derivatives_against_autograd():
    for eigenvalues, eta, rho, u in problems(40, 3, 3.0):
        arguments = (eigenvalues, eta, rho)
        scale = 1 + np.abs(hidden(*arguments).curvature).max() * np.linalg.norm(u)
        assert hidden(*arguments).value(u) == pytest.approx(float(literal_j(u, *arguments)), rel=1e-11, abs=1e-12)
        gradient = autograd.grad(literal_j)(u, *arguments)
        np.testing.assert_allclose(hidden(*arguments).gradient(u), gradient, rtol=1e-10, atol=1e-13 * scale)
        hessian = autograd.hessian(literal_j)(u, *arguments)
        tolerance = 1e-12 * np.abs(hessian).max()
        np.testing.assert_allclose(hidden(*arguments).hessian(u), hessian, rtol=1e-10, atol=tolerance)


def test_descent_for_every_step_size():
    beyond = 0
    for eigenvalues, eta, rho, w in problems(300, 4, 4.0):
        arguments = (eigenvalues, eta, rho)
        u = eigenvalues * w
        after = hidden(*arguments).step(u)
        drop = hidden(*arguments).value(u) - hidden(*arguments).value(after)
        curvature = np.abs(hidden(*arguments).curvature)
        terms = sum(curvature @ x**2 / 2 + np.linalg.norm(x) for x in (u, after))
        guaranteed = hidden(*arguments).guaranteed_decrease(u)
        assert drop >= guaranteed - 1e-12 * (terms + guaranteed)
        literal = eta**2 * rho / 2 * np.sum(eigenvalues**3 * hidden(*arguments).gradient(u) ** 2)
        assert guaranteed == pytest.approx(literal, rel=1e-12)
        beyond += eta * eigenvalues[0] > 2
    assert beyond > 50


def test_descent_is_an_equality_along_one_eigenvector():
    arguments = (np.array([3.0, 1.0]), 0.4, 0.5)
    u = np.array([0.8, 0.0])
    after = hidden(*arguments).step(u)
    assert after[0] > 0
    drop = hidden(*arguments).value(u) - hidden(*arguments).value(after)
    assert drop == pytest.approx(hidden(*arguments).guaranteed_decrease(u), rel=1e-12)


def test_morse_indices_and_values():
    eigenvalues, eta, rho = np.array([5.0, 4.0, 4.0, 1.0, 0.3]), 0.37, 0.6
    points = hidden(eigenvalues, eta, rho).stationary_points
    assert [(p.multiplicity, p.morse_index) for p in points] == [(1, 0), (2, 1), (1, 3), (1, 4)]
    for point in points:
        u = np.where(eigenvalues == point.eigenvalue, 1.0, 0.0)
        u *= point.radius / np.linalg.norm(u)
        np.testing.assert_allclose(hidden(eigenvalues, eta, rho).gradient(u), 0, atol=1e-14)
        assert hidden(eigenvalues, eta, rho).value(u) == pytest.approx(point.value, rel=1e-12)
        signs = np.linalg.eigvalsh(hidden(eigenvalues, eta, rho).hessian(u))
        scale = 1e-12 * np.abs(signs).max()
        assert (signs < -scale).sum() == point.morse_index
        assert (np.abs(signs) <= scale).sum() == point.multiplicity - 1
        along = u / point.radius
        assert along @ hidden(eigenvalues, eta, rho).hessian(u) @ along == pytest.approx(1 / point.radius)


def test_directions_past_the_threshold_have_no_stationary_point():
    points = hidden([5.0, 1.0], 0.5, 1.0).stationary_points
    assert [(p.eigenvalue, p.morse_index) for p in points] == [(1.0, 1)]


def test_top_points_are_global_minima():
    rng = np.random.default_rng(5)
    eigenvalues, eta, rho = np.array([3.0, 2.0, 0.5]), 0.6, 1.3
    least = hidden(eigenvalues, eta, rho).stationary_points[0].value
    values = [hidden(eigenvalues, eta, rho).value(u) for u in rng.normal(size=(2000, 3)) * 8]
    assert min(values) >= least


def test_summability():
    for eigenvalues, eta, rho, w in problems(40, 6, 1.95):
        j = hidden(eigenvalues, eta, rho)
        bound = j.summability_bound(eigenvalues * w)
        total, u = 0.0, eigenvalues * w
        for _ in range(400):
            total += j.weighted_gradient_norm(u) ** 2
            u = j.step(u)
        assert total <= bound * (1 + 1e-9)


def test_summability_is_attained_on_the_top_axis():
    arguments = (np.array([2.0, 1.0]), 0.8, 0.5)
    top = TwoCycle(2.0, 0.8, 0.5).gradient_norm
    start = u = np.array([0.7 * top, 0.0])
    total = 0.0
    for _ in range(200):
        total += hidden(*arguments).weighted_gradient_norm(u) ** 2
        u = hidden(*arguments).step(u)
    assert total == pytest.approx(hidden(*arguments).summability_bound(start), rel=1e-11)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: hidden([2.0, 1.0], 0.1, 1.0).gradient([0.0, 0.0]), "u must not be the zero vector"),
        (lambda: hidden([2.0, 1.0], 0.1, 1.0).value([1.0]), "u must have 2 entries"),
        (lambda: hidden([2.0, 1.0], 1.0, 1.0).summability_bound([1.0, 1.0]), "eta must be below"),
        (lambda: HiddenObjective((2.0, 1.0)), "sam must be a SAMOnQuadratic"),
        (lambda: hidden([1.0], 1.0, 1.0).variable([2.0], -1), "t must be"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
