"""Intervals: known answers, coverage, and refusals."""

import numpy as np
import pytest
from scipy import stats

from flatlab.evidence.intervals import (
    FALSE_ALARM,
    LEVEL,
    STATISTICAL_COMPARISONS,
    mean,
    power_law_slope,
    proportion,
    settled_factor,
)

SCALES = np.geomspace(1.0, 1e3, 7)


def test_the_level_shares_the_declared_false_alarm_rate():
    assert pytest.approx(FALSE_ALARM, rel=1e-6) == (1 - LEVEL) * STATISTICAL_COMPARISONS


def test_a_power_law_gives_its_exponent_exactly():
    exponents = np.array([-1.5 - 1e-12, -1.5, -1.5 + 1e-12])
    slope = power_law_slope(SCALES, np.array([[1.0], [5.0], [0.2]]) * SCALES ** exponents[:, None])
    assert slope.value == pytest.approx(-1.5, rel=1e-12)
    assert slope.high - slope.low < 1e-6


def test_scales_at_the_floor_are_left_out():
    values = np.array([SCALES**-0.99, SCALES**-1.01])
    values[1, -1] = 1e-9
    assert power_law_slope(SCALES, values).value != pytest.approx(-1.0, rel=1e-3)
    assert power_law_slope(SCALES, values, floor=1e-8).value == pytest.approx(-1.0, rel=1e-12)


def test_the_interval_comes_from_the_replicates():
    slopes = np.array([-1.0, -1.2, -0.9, -1.1])
    found = power_law_slope(SCALES, SCALES ** slopes[:, None], level=0.95)
    half = stats.t.ppf(0.975, 3) * slopes.std(ddof=1) / 2
    assert found.value == pytest.approx(slopes.mean(), rel=1e-12)
    assert found.high - found.value == pytest.approx(half, rel=1e-10)
    assert found.value - found.low == pytest.approx(half, rel=1e-10)


def test_the_interval_of_a_mean_covers_at_its_level(rng):
    samples = rng.standard_normal((3000, 5))
    missed = sum(not found.low <= 0 <= found.high for found in (mean(row, level=0.9) for row in samples))
    assert stats.binomtest(missed, 3000, 0.1).pvalue > 1e-9


def test_the_exact_interval_of_a_proportion_is_clopper_and_pearsons():
    found = proportion(3, 10, level=0.95)
    assert found.value == 0.3
    assert found.low == pytest.approx(stats.beta.ppf(0.025, 3, 8), rel=1e-12)
    assert found.high == pytest.approx(stats.beta.ppf(0.975, 4, 7), rel=1e-12)
    assert proportion(0, 10).low == 0.0
    assert proportion(10, 10).high == 1.0


def test_the_settled_factor_is_the_last_ratio_above_the_floor():
    assert settled_factor([7.0, 4.0, 2.0, 1.0]) == 0.5
    assert settled_factor([-4.0, 2.0, -1.0]) == -0.5
    assert settled_factor([4.0, 2.0, 1e-300, 0.0]) == 0.5
    assert settled_factor([9.0, 3.0, 1e-9, 5.0], floor=1e-6) == pytest.approx(1 / 3, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: power_law_slope(SCALES[:4], np.ones((2, 4))), "scales"),
        (lambda: power_law_slope(SCALES, np.ones((2, 7)), floor=1.0), "scales"),
        (lambda: power_law_slope(SCALES, np.ones((2, 6))), "values"),
        (lambda: power_law_slope(SCALES, np.ones((1, 7))), "values"),
        (lambda: power_law_slope(-SCALES, np.ones((2, 7))), "scales"),
        (lambda: power_law_slope(SCALES, np.ones((2, 7)), floor=-1.0), "floor"),
        (lambda: power_law_slope(SCALES, np.ones((2, 7)), level=1.0), "level"),
        (lambda: mean([1.0]), "values"),
        (lambda: mean([1.0, np.nan]), "values"),
        (lambda: mean([0.3, 0.3, 0.3]), "values must differ between replicates, got 3 times 0.3"),
        (lambda: mean([0.1 + 0.2, 0.3, 0.3]), "values must differ"),
        (lambda: power_law_slope(SCALES, np.outer([1.0, 5.0, 0.2], SCALES**-1.5)), "values must differ"),
        (lambda: mean([1.0, 2.0], level=1.5), "level"),
        (lambda: proportion(11, 10), "successes"),
        (lambda: proportion(-1, 10), "successes"),
        (lambda: proportion(0, 0), "trials"),
        (lambda: proportion(1, 2.5), "trials"),
        (lambda: proportion(1, 2, level=0.0), "level"),
        (lambda: settled_factor([1.0]), "values"),
        (lambda: settled_factor([0.0, 1.0]), "values"),
        (lambda: settled_factor([1.0, np.inf]), "values"),
        (lambda: settled_factor([1.0, 2.0], floor=-1.0), "floor"),
    ],
)
def test_wrong_arguments_are_refused_by_name(call, word):
    with pytest.raises(ValueError, match=rf"^{word}\b"):
        call()
