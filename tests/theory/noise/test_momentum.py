import numpy as np
import pytest

from flatlab.theory.noise import HeavyBallOnQuadratic, NoisyQuadratic

SETTINGS = [HeavyBallOnQuadratic(eta, 1.3, 0.7, mu) for mu in (0.0, 0.5, 0.9, 0.99) for eta in (1e-3, 0.1, 0.8, 1.5)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_covariance_equals_the_lyapunov_solution(setting):
    np.testing.assert_allclose(setting.covariance, setting.lyapunov_covariance, rtol=1e-9)


@pytest.mark.parametrize("setting", SETTINGS)
def test_covariance_is_a_fixed_point_of_the_step(setting):
    eta, c, v, _ = setting
    a, s = setting.transition, setting.covariance
    np.testing.assert_allclose(a @ s @ a.T + eta**2 * v, s, rtol=1e-12)
    assert setting.squared_gradient == pytest.approx(c**2 * s[0, 0], rel=1e-14)


def test_transition_is_the_algorithm():
    eta, c, mu, w, m = 0.3, 1.3, 0.8, 0.4, -0.7
    m_next = mu * m - eta * c * w
    np.testing.assert_allclose(
        HeavyBallOnQuadratic(eta, c, 0.0, mu).transition @ [w, m], [w + m_next, m_next], rtol=1e-14
    )


def test_covariance_after_equals_the_plain_recursion():
    law = HeavyBallOnQuadratic(0.3, 1.3, 0.7, 0.8)
    start = np.array([[0.5, 0.1], [0.1, 0.2]])
    plain, a = start, law.transition
    for _ in range(25):
        plain = a @ plain @ a.T + law.eta**2 * law.variance
    np.testing.assert_allclose(law.covariance_after(25, start), plain, rtol=1e-11)
    np.testing.assert_allclose(law.covariance_after(0, start), start, rtol=1e-14)


def test_no_momentum_is_plain_sgd():
    eta, c, v = 0.3, 1.3, 0.7
    plain = NoisyQuadratic(eta, [c], [v])
    warm = HeavyBallOnQuadratic(eta, c, v).second_moment
    assert warm == pytest.approx(plain.second_moments(10**6, [0.0])[0], rel=1e-13)
    assert warm == pytest.approx(plain.second_moments(1, [warm])[0], rel=1e-14)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.99])
def test_the_effective_step_agrees_to_first_order(mu):
    c, v = 1.3, 0.7
    law = HeavyBallOnQuadratic(1e-9 * (1 - mu), c, v, mu)
    plain = HeavyBallOnQuadratic(law.effective_step, c, v)
    assert plain.second_moment == pytest.approx(law.second_moment, rel=1e-8)


def test_refusals():
    with pytest.raises(ValueError, match="eta must be below"):
        HeavyBallOnQuadratic(3.0, 1.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="mu must be"):
        HeavyBallOnQuadratic(0.1, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="variance must be"):
        HeavyBallOnQuadratic(0.1, 1.0, -1.0)
