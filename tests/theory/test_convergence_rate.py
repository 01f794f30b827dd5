import time

import numpy as np
import pytest

from flatlab.theory import convergence_rate as cr

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
    np.testing.assert_allclose(cr.second_moments(np.arange(401), eta, LAM, VAR, START), rows, rtol=1e-11, atol=1e-300)
    np.testing.assert_allclose(cr.second_moments(7, eta, LAM, VAR, START), rows[7], rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("eta", [1e-9, 1e-3, 0.02, 0.1, 1.0, 1.17])
@pytest.mark.parametrize("cold", [True, False])
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("steps", [1, 2, 30, 400])
def test_mean_equals_the_plain_recursion(eta, cold, first, steps):
    start = np.zeros(6) if cold else START
    gradients = plain_recursion(eta, 400, start=start) @ LAM**2
    measured = cr.mean_squared_gradient(steps, eta, LAM, VAR, start, first=first)
    if first + steps <= gradients.size:
        assert measured == pytest.approx(gradients[first : first + steps].mean(), rel=1e-11, abs=0)
    assert cr.squared_gradient(steps, eta, LAM, VAR, start) == pytest.approx(gradients[steps], rel=1e-11)


def test_the_two_branches_of_the_double_sum_meet():
    for x in (0.0999, 0.1001):  # Ty on either side of the switch
        eta = 1 - np.sqrt(1 - x / 50)
        args = (np.ones(1), np.ones(1), np.zeros(1))
        rows = plain_recursion(eta, 50, *args)
        assert cr.mean_squared_gradient(50, eta, *args) == pytest.approx(rows[:50].mean(), rel=1e-12)


def test_warm_start_stays():
    lam, var = LAM[1:], VAR[1:]
    warm = cr.stationary_second_moments(0.7, lam, var)
    np.testing.assert_allclose(cr.second_moments(1, 0.7, lam, var, warm), warm, rtol=1e-13)
    np.testing.assert_allclose(cr.second_moments(10**6, 0.7, lam, var, warm), warm, rtol=1e-12)


def test_ten_million_steps_are_immediate():
    begin = time.perf_counter()
    value = cr.mean_squared_gradient(10**7, 0.5, LAM, VAR, START)
    assert time.perf_counter() - begin < 0.5
    assert value == pytest.approx(cr.squared_gradient(10**9, 0.5, LAM, VAR, START), rel=1e-3)


def test_step_variances():
    np.testing.assert_allclose(cr.quadratic_step_variances(LAM, VAR, 0.3, 4), VAR / 4, rtol=1e-15)
    np.testing.assert_allclose(
        cr.quadratic_step_variances(LAM, VAR, 0.3, 4, "one_point"), (VAR + 0.09 * LAM**2) / 4, rtol=1e-15
    )


def test_one_step_variance():
    assert cr.one_step_variance(2, 3, 0.5, 4) == pytest.approx((4 + 4.5) / 4, rel=1e-15)
    assert cr.one_step_variance(2, 3, 0.5, 4, shared_sample=True) == pytest.approx(4 + 4.5 / 4, rel=1e-15)
    sharp = cr.one_step_variance(2, 3, 0.5, 4, hessian_lipschitz=2, fourth_moment=0.25)
    assert sharp == pytest.approx((4 + 0.25) / 4, rel=1e-15)
    assert cr.one_step_variance(2, 3, 0.5, 4, hessian_lipschitz=90, fourth_moment=0.25) == pytest.approx(8.5 / 4)


@pytest.mark.parametrize("variance", [0.0, 1e-6, 1e-3, 0.1, 1.0, 100.0])
@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_the_step_size_gives_the_bound(variance, steps):
    c, gap = 1.3, 0.7
    eta = cr.step_size(c, gap, variance, steps)
    assert cr.upper_bound_at(eta, c, gap, variance, steps) <= cr.upper_bound(c, gap, variance, steps) * (1 + 1e-14)
    if eta < 1 / c:
        exact = np.sqrt(8 * c * gap * variance / steps)
        assert cr.upper_bound_at(eta, c, gap, variance, steps) == pytest.approx(exact, rel=1e-13)
        for other in (eta * 0.99, min(eta * 1.01, 1 / c)):
            assert cr.upper_bound_at(other, c, gap, variance, steps) > exact


def test_upper_bound_written_out():
    assert cr.upper_bound(2.0, 0.5, 3.0, 50) == pytest.approx(
        np.sqrt(8 * 2 * 0.5 * 3 / 50) + 2 * 2 * 0.5 / 50, rel=1e-14
    )


@pytest.mark.parametrize("pairs", [1, 4, 16])
@pytest.mark.parametrize("steps", [100, 1000, 100_000])
def test_exact_recursion_obeys_the_bound_within_a_known_factor(pairs, steps):
    lam = np.linspace(0.1, 1, 10)
    start = np.ones(10)
    gap = float(lam @ start) / 2
    variance = cr.one_step_variance(2.0, 1.0, 0.0, pairs)
    eta = cr.step_size(1.0, gap, variance, steps)
    var = cr.quadratic_step_variances(lam, np.full(10, 0.4), 0.5, pairs)
    bound = cr.upper_bound(1.0, gap, variance, steps)
    ratios = [cr.mean_squared_gradient(steps, eta, lam, var, start, first=first) / bound for first in (0, 1)]
    assert 0.35 < ratios[0] < 0.4
    assert ratios[1] < ratios[0]


def test_refusals():
    with pytest.raises(ValueError, match=r"eta must be below 2/max\(eigenvalues\) = 2,"):
        cr.second_moments(3, 2.0, [1.0], [1.0], [0.0])
    with pytest.raises(ValueError, match="eigenvalues must be above 0"):
        cr.stationary_second_moments(0.1, [0.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="variances must be 0 or above"):
        cr.second_moments(3, 0.1, [1.0], [-1.0], [0.0])
    with pytest.raises(ValueError, match="steps must be"):
        cr.second_moments(1.5, 0.1, [1.0], [1.0], [0.0])
    with pytest.raises(ValueError, match="eta must be"):
        cr.upper_bound_at(1.1, 1.0, 1.0, 1.0, 10)
    with pytest.raises(ValueError, match="given together"):
        cr.one_step_variance(1, 1, 1, hessian_lipschitz=1)
    with pytest.raises(ValueError, match="estimator must be one of"):
        cr.quadratic_step_variances([1.0], [1.0], 0.1, estimator="one-point")
