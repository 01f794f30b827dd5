import numpy as np
import pytest

from flatlab.theory.noise import NoisyQuadratic, NoisySchedule, OneStep, UpperBound, step_variances


def test_one_step_variance():
    assert OneStep(2, 3, 0.5, 4).variance == pytest.approx((4 + 4.5) / 4, rel=1e-15)
    assert OneStep(2, 3, 0.5, 4, shared_sample=True).variance == pytest.approx(4 + 4.5 / 4, rel=1e-15)
    sharp = OneStep(2, 3, 0.5, 4, hessian_lipschitz=2, fourth_moment=0.25)
    assert sharp.variance == pytest.approx((4 + 0.25) / 4, rel=1e-15)
    assert sharp._replace(hessian_lipschitz=90).variance == pytest.approx(8.5 / 4)


@pytest.mark.parametrize("variance", [0.0, 1e-6, 1e-3, 0.1, 1.0, 100.0])
@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_the_step_size_gives_the_bound(variance, steps):
    c, gap = 1.3, 0.7
    found = UpperBound(c, gap, variance, steps)
    eta = found.step_size

    def at(eta):
        return NoisySchedule(np.full(steps, eta), c, gap, max(variance, 1e-300) ** 0.5).upper_bound

    assert at(eta) == pytest.approx(found.value, rel=1e-13)
    for other in (eta * 0.99, min(eta * 1.01, 1 / c)):
        assert at(other) >= at(eta)
    if variance == 0:
        assert eta == pytest.approx(1 / c, rel=1e-15)


def test_upper_bound_written_out():
    found = UpperBound(2.0, 0.5, 3.0, 50)
    assert found.value == pytest.approx(0.02 + np.sqrt(0.02**2 + 2 * 2 * 0.5 * 3 / 50), rel=1e-14)
    assert found.value == pytest.approx(2 * 0.5 / (50 * found.step_size), rel=1e-14)
    assert found._replace(variance=0.0).value == pytest.approx(2 * 2 * 0.5 / 50, rel=1e-14)
    assert found.without_noise == pytest.approx(4 * 2 * 0.5 / 150, rel=1e-14)
    assert found.least_without_noise == pytest.approx(4 * 2 * 0.5 / 152, rel=1e-14)


@pytest.mark.parametrize("pairs", [1, 4, 16])
@pytest.mark.parametrize("steps", [100, 1000, 100_000])
def test_exact_recursion_obeys_the_bound_within_a_known_factor(pairs, steps):
    lam = np.linspace(0.1, 1, 10)
    start = np.ones(10)
    gap = float(lam @ start) / 2
    bound = OneStep(2.0, 1.0, 0.0, pairs).upper_bound(gap, steps)
    exact = NoisyQuadratic(bound.step_size, lam, step_variances(lam, np.full(10, 0.4), 0.5, pairs))
    ratios = [exact.mean_squared_gradient(steps, start, first=first) / bound.value for first in (0, 1)]
    assert 0.69 < ratios[0] < 0.78
    assert ratios[1] < ratios[0]


def test_refusals():
    with pytest.raises(ValueError, match="given together"):
        OneStep(1, 1, 1, hessian_lipschitz=1)
    with pytest.raises(ValueError, match="steps must be"):
        OneStep(1, 1, 1).upper_bound(1.0, 0)
