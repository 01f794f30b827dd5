import time

import numpy as np
import pytest

from flatlab.theory.noise import HeavyBallOnQuadratic, NoisyQuadratic, step_variances

LAM = np.array([0.0, 1e-7, 0.1, 0.55, 1.0, 1.7])
VAR = np.array([0.3, 1.0, 0.2, 0.0, 0.4, 1.0])
START = np.array([1.0, 2.0, 0.0, 0.5, 0.0, 0.1])


def plain_recursion(eta, steps, lam=LAM, var=VAR, start=START):
    rows = [np.array(start, dtype=float)]
    for _ in range(steps):
        rows.append((1 - eta * lam) ** 2 * rows[-1] + eta**2 * var)
    return np.array(rows)


@pytest.mark.parametrize("eta", [1e-9, 1e-3, 0.1, 1.0, 1.17])
def test_second_moments_equal_the_plain_recursion(eta):
    rows = plain_recursion(eta, 400)
    found = NoisyQuadratic(eta, LAM, VAR)
    np.testing.assert_allclose(found.second_moments(np.arange(401), START), rows, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(found.second_moments(7, START), rows[7], rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("eta", [1e-9, 1e-3, 0.02, 0.1, 1.0, 1.17])
@pytest.mark.parametrize("cold", [True, False])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("steps", [1, 2, 30, 400])
def test_mean_equals_the_plain_recursion(eta, cold, first, steps):
    start = np.zeros(6) if cold else START
    gradients = plain_recursion(eta, 400, start=start) @ LAM**2
    measured = NoisyQuadratic(eta, LAM, VAR).mean_squared_gradient(steps, start, first=first)
    if first + steps <= gradients.size:
        assert measured == pytest.approx(gradients[first : first + steps].mean(), rel=1e-11, abs=0)
    at_step = NoisyQuadratic(eta, LAM, VAR).second_moments(steps, start) @ LAM**2
    assert at_step == pytest.approx(gradients[steps], rel=1e-11)


def test_the_two_branches_of_the_double_sum_meet():
    for x in (0.0999, 0.1001):  # Ty on either side of the switch
        eta = 1 - np.sqrt(1 - x / 50)
        one, zero = np.ones(1), np.zeros(1)
        rows = plain_recursion(eta, 50, one, one, zero)
        assert NoisyQuadratic(eta, one, one).mean_squared_gradient(50, zero) == pytest.approx(
            rows[:50].mean(), rel=1e-12
        )


def test_warm_start_stays():
    lam, var = LAM[1:], VAR[1:]
    found = NoisyQuadratic(0.7, lam, var)
    warm = np.array([HeavyBallOnQuadratic(0.7, c, v).second_moment for c, v in zip(lam, var)])
    np.testing.assert_allclose(found.second_moments(1, warm), warm, rtol=1e-13)
    np.testing.assert_allclose(found.second_moments(10**6, warm), warm, rtol=1e-12)


def test_ten_million_steps_are_immediate():
    found = NoisyQuadratic(0.5, LAM, VAR)
    begin = time.perf_counter()
    value = found.mean_squared_gradient(10**7, START)
    assert time.perf_counter() - begin < 0.5
    assert value == pytest.approx(found.second_moments(10**9, START) @ LAM**2, rel=1e-3)


def test_step_variances():
    np.testing.assert_allclose(step_variances(LAM, VAR, 0.3, 4), VAR / 4, rtol=1e-15)
    np.testing.assert_allclose(step_variances(LAM, VAR, 0.3, 4, "one_point"), (VAR + 0.09 * LAM**2) / 4, rtol=1e-15)


def test_refusals():
    with pytest.raises(ValueError, match=r"eta must be below 2/max\(eigenvalues\) = 2,"):
        NoisyQuadratic(2.0, [1.0], [1.0])
    with pytest.raises(ValueError, match="variances must be 0 or above"):
        NoisyQuadratic(0.1, [1.0], [-1.0])
    with pytest.raises(ValueError, match="start must be 0 or above"):
        NoisyQuadratic(0.1, [1.0], [1.0]).second_moments(3, [-1.0])
    with pytest.raises(ValueError, match="steps must be"):
        NoisyQuadratic(0.1, [1.0], [1.0]).second_moments(1.5, [0.0])
    with pytest.raises(ValueError, match="estimator must be one of"):
        step_variances([1.0], [1.0], 0.1, estimator="one-point")
