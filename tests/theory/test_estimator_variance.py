import itertools

import numpy as np
import pytest

from flatlab.theory import estimator_variance as ev

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
    assert ev.one_point(parity) == pytest.approx(tensor_variance(h, d, s), rel=1e-10)
    assert ev.pair(parity) == pytest.approx(
        tensor_variance(lambda u: (h(u) + h(-u)) / 2, d, s), rel=1e-10, abs=1e-14 * scale
    )


A = np.array([[2.0, -0.7, 0.3], [-0.7, 1.1, 0.5], [0.3, 0.5, -0.4]])
G = np.array([0.3, -1.0, 0.4])


@pytest.mark.parametrize("s", [0.1, 0.8])
def test_quadratic_value_and_gradient(s):
    check(ev.quadratic_value(s, G, A), lambda u: G @ u + u @ A @ u / 2, 3, s, 1)
    check(ev.quadratic_gradient(s, A), lambda u: G + A @ u, 3, s, 1)


@pytest.mark.parametrize("s", [0.1, 0.8])
def test_quartic_and_cubic_gradient(s):
    w, a = np.array([0.3, -1.0, 0.0]), np.array([1.0, 2.0, -0.5])
    check(ev.quartic_gradient(s, w, a), lambda u: 4 * a * (w + u) ** 3, 3, s, 1)
    check(ev.cubic_gradient(s, w, a), lambda u: 3 * a * (w + u) ** 2, 3, s, 1)


def test_scalar_parity_agrees_with_the_closed_forms():
    assert ev.scalar_parity(lambda x: 4 * x**3, 0.7, 0.3) == pytest.approx(ev.quartic_gradient(0.3, [0.7], [1.0]))
    assert ev.scalar_parity(lambda x: 3 * x**2, 0.7, 0.3) == pytest.approx(ev.cubic_gradient(0.3, [0.7], [1.0]))


def test_two_independent_points_by_enumeration():
    def h(u):
        return 4 * (0.7 + u) ** 3

    measured = tensor_variance(lambda u: (h(u[0]) + h(u[1])) / 2, 2, 0.3)
    assert ev.one_point(ev.quartic_gradient(0.3, [0.7], [1.0]), points=2) == pytest.approx(measured, rel=1e-10)


def test_the_pair_loses_on_the_cubic_at_zero():
    parity = ev.cubic_gradient(0.3, np.zeros(6), np.ones(6))
    assert ev.pair(parity) == 2 * ev.one_point(parity, points=2)
    assert ev.pair(parity) == pytest.approx(18 * 0.3**4 * 6, rel=1e-13)
    assert not ev.pair_wins(parity)


def test_oracle_noise_can_turn_the_verdict():
    parity = ev.quartic_gradient(0.05, [1.0], [1.0])
    assert ev.pair_wins(parity)
    assert not ev.pair_wins(parity, oracle=1.0)
    assert ev.pair(parity, oracle=1.0) == pytest.approx(1.0018, rel=1e-12)
    assert ev.one_point(parity, oracle=1.0, points=2) == pytest.approx((0.36180375 + 0.0018 + 1) / 2, rel=1e-12)


@pytest.mark.parametrize("oracle", [0.0, 0.2, 0.4])
def test_pair_wins_is_the_comparison_of_variances(oracle):
    for parity in (ev.Parity(0.3, 0.6), ev.Parity(0.6, 0.3), ev.Parity(0.0, 0.3)):
        assert ev.pair_wins(parity, oracle) == (ev.pair(parity, oracle) < ev.one_point(parity, oracle, points=2))


def test_bounds_hold_and_are_attained():
    s, w = 0.3, 0.7
    second, fourth = ev.gaussian_moments(s, 1)
    parity = ev.scalar_parity(np.cos, w, s)  # gradient of sin: C = 1, rho = 1
    assert ev.one_point(parity) <= ev.one_point_bound(1, second)
    assert ev.pair(parity) <= ev.pair_bound(1, fourth)
    # a quadratic with Hessian C I attains the first; |x| U²/2 is the extreme case of the second before centring
    assert ev.one_point(ev.quadratic_gradient(s, 2 * np.eye(3))) == pytest.approx(
        ev.one_point_bound(2, ev.gaussian_moments(s, 3)[0]), rel=1e-13
    )
    cubic = ev.cubic_gradient(s, [0.0], [1.0])  # rho = 6: E (even part)² = 9·3s⁴ = rho² E U⁴/4
    assert ev.pair(cubic) + (3 * s**2) ** 2 == pytest.approx(ev.pair_bound(6, fourth), rel=1e-13)


def test_gaussian_moments_by_quadrature():
    second, fourth = ev.gaussian_moments(0.4, 3)
    grid = [
        (np.prod(WEIGHTS[list(i)]), np.sum((0.4 * NODES[list(i)]) ** 2)) for i in itertools.product(range(10), repeat=3)
    ]
    assert second == pytest.approx(sum(p * r for p, r in grid), rel=1e-11)
    assert fourth == pytest.approx(sum(p * r**2 for p, r in grid), rel=1e-11)


def test_refusals():
    with pytest.raises(ValueError, match="hessian must be a symmetric"):
        ev.quadratic_gradient(0.1, [[1.0, 2.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match="points must be"):
        ev.one_point(ev.Parity(1.0, 1.0), points=0)
    with pytest.raises(ValueError, match=r"parity\.odd must be"):
        ev.pair(ev.Parity(1.0, -1.0))
