import numpy as np
import pytest

from flatlab.theory import convergence_rate as cr
from flatlab.theory import stationary_noise as sn

SETTINGS = [(eta, 1.3, 0.7, mu) for mu in (0.0, 0.5, 0.9, 0.99) for eta in (1e-3, 0.1, 0.8, 1.5)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_covariance_equals_the_lyapunov_solution(setting):
    np.testing.assert_allclose(sn.stationary_covariance(*setting), sn.lyapunov_covariance(*setting), rtol=1e-9)


@pytest.mark.parametrize("setting", SETTINGS)
def test_covariance_is_a_fixed_point_of_the_step(setting):
    eta, c, v, mu = setting
    a, s = sn.transition(eta, c, mu), sn.stationary_covariance(*setting)
    np.testing.assert_allclose(a @ s @ a.T + eta**2 * v, s, rtol=1e-12)
    assert sn.stationary_squared_gradient(*setting) == pytest.approx(c**2 * s[0, 0], rel=1e-14)


def test_transition_is_the_algorithm():
    eta, c, mu, w, m = 0.3, 1.3, 0.8, 0.4, -0.7
    m_next = mu * m - eta * c * w
    np.testing.assert_allclose(sn.transition(eta, c, mu) @ [w, m], [w + m_next, m_next], rtol=1e-14)


def test_covariance_after_equals_the_plain_recursion():
    eta, c, v, mu = 0.3, 1.3, 0.7, 0.8
    start = np.array([[0.5, 0.1], [0.1, 0.2]])
    plain, a = start, sn.transition(eta, c, mu)
    for _ in range(25):
        plain = a @ plain @ a.T + eta**2 * v
    np.testing.assert_allclose(sn.covariance_after(25, start, eta, c, v, mu), plain, rtol=1e-11)
    np.testing.assert_allclose(sn.covariance_after(0, start, eta, c, v, mu), start, rtol=1e-14)


def test_no_momentum_is_plain_sgd():
    eta, c, v = 0.3, 1.3, 0.7
    expected = cr.stationary_second_moments(eta, [c], [v])[0]
    assert sn.stationary_variance(eta, c, v) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.99])
def test_matching_and_effective_step(mu):
    eta, c, v = 0.4, 1.3, 0.7
    plain = sn.matching_step(eta, c, mu)
    assert sn.stationary_variance(plain, c, v) == pytest.approx(sn.stationary_variance(eta, c, v, mu), rel=1e-12)
    small = 1e-9 * (1 - mu)
    assert sn.matching_step(small, c, mu) == pytest.approx(sn.effective_step(small, mu), rel=1e-8)


def test_refusals():
    with pytest.raises(ValueError, match="eta must be below"):
        sn.stationary_variance(3.0, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="mu must be"):
        sn.stationary_variance(0.1, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="variance must be"):
        sn.lyapunov_covariance(0.1, 1.0, -1.0)
