"""What the enclosures on noise were derived by hand from: moments, remainders of the expansion, ends of the slope."""

from math import factorial

import numpy as np
import pytest
from scipy.special import roots_hermitenorm

from flatlab.theory.noise import NoisyDescent, QuadraticInstance
from paper_checks.zhang2024.enclosures import (
    _moments,
    _remainders,
    eighth_order_remainder,
    fourth_order_remainder,
    printed_rate_is_impossible,
)
from paper_checks.zhang2024.smoothing_remainder import SCALES, SMALL_SCALES


def test_mean_and_variance_of_a_polynomial_of_gaussian_noise(rng):
    z, weights = roots_hermitenorm(8)
    weights = weights / weights.sum()
    for s, w, a in rng.uniform(0.2, 2.0, (10, 3)):

        def slope(u, w=w, a=a):
            return (u + w) ** 3 * (4 * a) + u * w

        moments, values, turned = _moments.gaussian(s**2), slope(s * z), slope(-s * z)
        halves = (values + turned) / 2
        assert slope(_moments.U).mean(moments) == pytest.approx(weights @ values)
        for found, sample in ((slope(_moments.U), values), (_moments.pair(slope), halves)):
            assert found.variance(moments) == pytest.approx(weights @ (sample - weights @ sample) ** 2)


def test_a_polynomial_of_a_higher_degree_than_the_moments_is_refused():
    with pytest.raises(ValueError, match=r"^moments up to 7 must be given, got 6$"):
        (_moments.U**7).mean(_moments.gaussian(1.0))


def rest(m, y):
    """Return m!/y^m times what the exponential series leaves after the power m - 1."""
    return sum(factorial(m) / factorial(k) * y ** (k - m) for k in range(m, m + 20))


@pytest.mark.parametrize("m", [2, 4])
def test_the_remainder_lies_between_the_ends_of_theta(m):
    for y in (2.0, 1.0, 0.3, 0.08):
        assert _remainders.factor(m, y, 1) < rest(m, y) < _remainders.factor(m, y, 2)


@pytest.mark.parametrize(
    ("enclosed", "m", "scales"), [(fourth_order_remainder, 2, SMALL_SCALES), (eighth_order_remainder, 4, SCALES)]
)
@pytest.mark.parametrize("t", [1.0, 0.3])
def test_the_slope_that_is_enclosed_is_that_of_a_fit(enclosed, m, scales, t):
    (part,) = enclosed.ENCLOSURE.parts
    halves = (t * scales) ** 2 / 2
    rests = [rest(m, y) * y**m for y in halves]
    thetas = {name: rest(m + 3, halves[i]) for name, i in zip(_remainders.THETAS, (0, 1, 3, 4))}
    found = part.program.at({"t": t, **thetas})
    limits = found[_remainders.ABOVE] + found[_remainders.BELOW]
    slope = np.polyfit(np.log(scales), np.log(rests), 1)[0] - 2 * m
    assert limits == pytest.approx({2: 0.003, 4: 0.013}[m])
    assert found[_remainders.ABOVE] == pytest.approx(slope + 0.001, abs=1e-9)


def test_ends_of_the_slope_are_those_of_the_instance():
    for T, nu in ((100, 0.1), (100, 0.01), (10_000, 1e-3)):
        descent = NoisyDescent(1.0, 1.0, np.sqrt(nu * T), T)
        g, n = np.sqrt(2) * (1 - 1 / (2 * T)) ** T, np.sqrt(nu)
        low, high = np.exp(printed_rate_is_impossible.ends(T, n, g)) / T
        assert low == pytest.approx(descent.warm_quadratic)
        assert high == pytest.approx(QuadraticInstance(g / (T * n), descent).minimum)
