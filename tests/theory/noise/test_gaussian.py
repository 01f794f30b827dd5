import itertools

import numpy as np
import pytest
from numpy.polynomial import polynomial

from flatlab.theory.noise import GaussianNoise, OneStep, Parity

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(10)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def tensor_variance(h, d, s):
    """Total variance of h(U) on the tensor grid, exact for polynomials h of degree 9."""
    values, weights = [], []
    for index in itertools.product(range(NODES.size), repeat=d):
        index = list(index)
        values.append(np.atleast_1d(h(s * NODES[index])))
        weights.append(np.prod(WEIGHTS[index]))
    values, weights = np.array(values), np.array(weights)
    return float(weights @ ((values - weights @ values) ** 2).sum(axis=1))


def check(parity, h, d, s, scale):
    assert parity.one_point() == pytest.approx(tensor_variance(h, d, s), rel=1e-10)
    assert parity.pair() == pytest.approx(
        tensor_variance(lambda u: (h(u) + h(-u)) / 2, d, s), rel=1e-10, abs=1e-14 * scale
    )


A = np.array([[2.0, -0.7, 0.3], [-0.7, 1.1, 0.5], [0.3, 0.5, -0.4]])
G = np.array([0.3, -1.0, 0.4])


@pytest.mark.parametrize("s", [0.1, 0.8])
def test_quadratic_value_and_gradient(s):
    check(GaussianNoise(s).quadratic_value(G, A), lambda u: G @ u + u @ A @ u / 2, 3, s, 1)
    check(GaussianNoise(s).quadratic_gradient(A), lambda u: G + A @ u, 3, s, 1)


@pytest.mark.parametrize("s", [0.1, 0.8])
def test_quartic_and_cubic_gradient(s):
    w, a = np.array([0.3, -1.0, 0.0]), np.array([1.0, 2.0, -0.5])
    check(GaussianNoise(s).quartic_gradient(w, a), lambda u: 4 * a * (w + u) ** 3, 3, s, 1)
    check(GaussianNoise(s).cubic_gradient(w, a), lambda u: 3 * a * (w + u) ** 2, 3, s, 1)


def test_two_independent_points_by_enumeration():
    def h(u):
        return 4 * (0.7 + u) ** 3

    measured = tensor_variance(lambda u: (h(u[0]) + h(u[1])) / 2, 2, 0.3)
    assert GaussianNoise(0.3).quartic_gradient([0.7], [1.0]).one_point(points=2) == pytest.approx(measured, rel=1e-10)


def test_the_pair_loses_on_the_cubic_at_zero():
    parity = GaussianNoise(0.3).cubic_gradient(np.zeros(6), np.ones(6))
    assert parity.pair() == 2 * parity.one_point(points=2)
    assert parity.pair() == pytest.approx(18 * 0.3**4 * 6, rel=1e-13)


def test_oracle_noise_can_turn_the_verdict():
    parity = GaussianNoise(0.05).quartic_gradient([1.0], [1.0])
    assert parity.pair() < parity.one_point(points=2)
    assert parity.pair(oracle=1.0) > parity.one_point(oracle=1.0, points=2)
    assert parity.pair(oracle=1.0) == pytest.approx(1.0018, rel=1e-12)
    assert parity.one_point(oracle=1.0, points=2) == pytest.approx((0.36180375 + 0.0018 + 1) / 2, rel=1e-12)


def test_bounds_hold_and_are_attained():
    s, w = 0.3, 0.7
    second, fourth = s**2, 3 * s**4
    step = OneStep(0.0, 1.0, second)  # gradient of sin: C = 1, rho = 1
    sharp = step._replace(hessian_lipschitz=1.0, fourth_moment=fourth)
    assert sharp.weight_noise < step.weight_noise
    assert tensor_variance(lambda u: np.cos(w + u), 1, s) <= step.weight_noise
    assert tensor_variance(lambda u: (np.cos(w + u) + np.cos(w - u)) / 2, 1, s) <= sharp.weight_noise
    # a quadratic with Hessian C I attains the first; |x| U²/2 is the extreme case of the second before centring
    quadratic = GaussianNoise(s).quadratic_gradient(2 * np.eye(3))
    assert quadratic.one_point() == pytest.approx(OneStep(0.0, 2.0, 3 * s**2).weight_noise, rel=1e-13)
    cubic = GaussianNoise(s).cubic_gradient([0.0], [1.0])  # rho = 6: E (even part)² = 9·3s⁴ = rho² E U⁴/4
    sharp = OneStep(0.0, 1e3, second, hessian_lipschitz=6.0, fourth_moment=fourth)
    assert cubic.pair() + (3 * s**2) ** 2 == pytest.approx(sharp.weight_noise, rel=1e-13)


def tensor_smooth(f, w, s):
    """Mean of f over the tensor grid of ten nodes in each coordinate, exact for degree 19."""
    total = 0.0
    for index in itertools.product(range(NODES.size), repeat=len(w)):
        index = list(index)
        total += np.prod(WEIGHTS[index]) * f(np.asarray(w) + s * NODES[index])
    return total


def test_quadratic_gap_is_exact():
    a = np.array([[2.0, -0.7, 0.3], [-0.7, 1.1, 0.5], [0.3, 0.5, -0.4]])
    w, s = np.array([0.3, -1.0, 2.0]), 0.7
    measured = tensor_smooth(lambda x: x @ a @ x / 2, w, s) - w @ a @ w / 2
    assert GaussianNoise(s).quadratic_gap(np.linalg.eigvalsh(a)) == pytest.approx(measured, rel=1e-11)


@pytest.mark.parametrize("s", [0.05, 0.6])
def test_quartic_gaps_are_exact(s):
    w, a = np.array([0.3, -1.0, 2.0]), np.array([1.0, 2.0, -0.5])
    measured = tensor_smooth(lambda x: a @ x**4, w, s) - a @ w**4
    assert GaussianNoise(s).separable_quartic_gap(w, a) == pytest.approx(measured, rel=1e-10)
    measured = tensor_smooth(lambda x: (x @ x) ** 2, w, s) - (w @ w) ** 2
    assert GaussianNoise(s).norm_quartic_gap(w) == pytest.approx(measured, rel=1e-10)


def test_sixth_order_expansion_is_exact_for_degree_seven():
    coefficients = np.array([0.3, -1.0, 0.5, 2.0, -0.7, 0.2, 1.3, -0.4])
    w, s = 0.8, 0.9
    derivative = {n: polynomial.polyval(w, polynomial.polyder(coefficients, n)) for n in (2, 4, 6)}
    measured = tensor_smooth(lambda x: polynomial.polyval(x, coefficients)[0], [w], s)
    measured -= polynomial.polyval(w, coefficients)
    assert GaussianNoise(s).gap(derivative[2], derivative[4], derivative[6]) == pytest.approx(measured, rel=1e-11)


def test_refusals():
    with pytest.raises(ValueError, match="hessian must be a symmetric"):
        GaussianNoise(0.1).quadratic_gradient([[1.0, 2.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match="points must be"):
        Parity(1.0, 1.0).one_point(points=0)
    with pytest.raises(ValueError, match="odd must be"):
        Parity(1.0, -1.0)
    with pytest.raises(ValueError, match="s must be"):
        GaussianNoise(-0.1)
    with pytest.raises(ValueError, match="coefficients must have 2 entries"):
        GaussianNoise(0.1).separable_quartic_gap([1.0, 2.0], [1.0])
