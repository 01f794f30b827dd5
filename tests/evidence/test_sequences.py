"""The relation of a whole sample: it is held against a law at the level of the test."""

import math

import numpy as np
import pytest
from evidence.test_claim import claim
from scipy import stats

from flatlab.evidence.judge import judge_setting
from flatlab.evidence.relations import FAILS, HOLDS
from flatlab.evidence.sequences import DrawnFrom


def test_a_sample_is_held_against_the_stated_law(rng):
    for law, status in ((stats.norm.cdf, HOLDS), (stats.norm(0.5).cdf, FAILS), (stats.norm(0, 1.4).cdf, FAILS)):
        stated = claim(
            relation=DrawnFrom(), observe=lambda s, rng: rng.normal(size=2000), expect=lambda s, law=law: law
        )
        evidence = judge_setting(stated, {}, rng)
        assert evidence.status == status
        assert (evidence.margin >= 0) == (status == HOLDS)


def test_the_distance_is_that_of_the_exact_test(rng):
    sample = rng.exponential(size=50)
    finding = DrawnFrom(false_alarm=0.05).judge(sample, stats.expon.cdf)
    known = stats.kstest(sample, stats.expon.cdf, method="exact")
    assert finding.observed == pytest.approx(known.statistic, rel=1e-12)
    assert (finding.status == FAILS) == (known.pvalue < 0.05)


@pytest.mark.long
def test_the_false_alarms_of_a_true_law_are_as_declared():
    draws = [np.random.default_rng(k).random(30) for k in range(2000)]
    failed = sum(DrawnFrom(false_alarm=0.1).judge(sample, lambda x: x).status == FAILS for sample in draws)
    low, high = stats.binom.ppf([5e-7, 1 - 5e-7], 2000, 0.1)
    assert low <= failed <= high


def test_few_or_broken_draws_are_no_sample():
    with pytest.raises(ValueError, match="observed must be a sample of 20 draws or more, got 19"):
        DrawnFrom().judge(np.arange(19.0), stats.norm.cdf)
    assert DrawnFrom().judge(np.arange(20) / 20, lambda x: x).status == HOLDS
    drawn = stats.norm.ppf((np.arange(99) + 0.5) / 99)
    assert DrawnFrom().judge(drawn, stats.norm.cdf).status == HOLDS
    for broken in (math.nan, math.inf, -math.inf):
        finding = DrawnFrom().judge([*drawn, broken], stats.norm.cdf)
        assert (finding.status, math.isnan(finding.margin)) == (FAILS, True)
    with pytest.raises(ValueError, match=r"^false_alarm must"):
        DrawnFrom(false_alarm=0.0)
