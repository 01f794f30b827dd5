"""What became of a control: both sides of each edge between a break and none, and which setting decides."""

import math

import pytest

from flatlab.evidence.outcomes import ControlResult, Evidence, control_result, outcome
from flatlab.evidence.relations import (
    AtLeast,
    AtMost,
    Close,
    Equal,
    Estimate,
    Inside,
    WithinInterval,
)


def judged(relation, observed, expected, setting=None):
    finding = relation.judge(observed, expected)
    interval = (observed.low, observed.high) if isinstance(observed, Estimate) else None
    shown = finding.observed, finding.expected
    return Evidence(setting or {}, *shown, relation.sign, finding.margin, finding.status, interval)


@pytest.mark.parametrize(
    ("relation", "observed", "expected", "word"),
    [
        (Equal(rtol=0.125), 2.0, 1.0, "too close"),
        (Equal(rtol=0.125), 2.25, 1.0, "too close"),  # by ten tolerances, and no more
        (Equal(rtol=0.125), 2.26, 1.0, "breaks"),
        (Equal(rtol=0.125), -0.3, 1.0, "breaks"),
        (Equal(rtol=0.0625, atol=0.0625), 2.2, 1.0, "too close"),
        (Equal(atol=0.125), 1.2, 0.0, "too close"),
        (Equal(), 1.0 + 1e-15, 1.0, "breaks"),
        (Equal(rtol=0.125), 1.1, 1.0, "holds"),
        (Close(rtol=0.125), [3.0, 4.0 + 6.0], [3.0, 4.0], "too close"),
        (Close(rtol=0.125), [3.0, 4.0 + 6.3], [3.0, 4.0], "breaks"),
        (AtMost(slack=0.01), 1.05, 1.0, "too close"),
        (AtMost(slack=0.01), 1.11, 1.0, "breaks"),
        (AtMost(slack=0.01), -0.95, -1.0, "too close"),
        (AtMost(), 1.0 + 1e-13, 1.0, "too close"),
        (AtMost(), 1.0 + 1e-11, 1.0, "breaks"),
        (AtMost(), 1.0, 0.0, "breaks"),
        (AtLeast(slack=0.01), 0.95, 1.0, "too close"),
        (AtLeast(slack=0.01), 0.89, 1.0, "breaks"),
        (AtLeast(), 1.0 - 1e-13, 1.0, "too close"),
        (AtLeast(), Estimate(0.999, 0.998, 0.9999), 1.0, "breaks"),
        (AtLeast(), Estimate(0.999, 0.998, 1.01), 1.0, "inconclusive"),
        (WithinInterval(rtol=0.125), Estimate(1.5, 1.4, 1.6), 1.0, "breaks"),
        (WithinInterval(rtol=0.125), Estimate(1.5, 1.1, 1.6), 1.0, "inconclusive"),
        (WithinInterval(rtol=0.125), Estimate(1.5, 1.5, 1.5), 1.0, "too close"),
        (WithinInterval(rtol=0.125), 1.5, 1.0, "too close"),
        (WithinInterval(0.125), 2.3, 1.0, "breaks"),
        (Inside(), 3.5, Estimate(2.0, 1.0, 3.0), "breaks"),
        (Equal(rtol=0.1), math.nan, 1.0, "undefined"),
        (Equal(rtol=0.1), math.inf, 1.0, "undefined"),
        (AtMost(), math.inf, 1.0, "undefined"),
        (Equal(rtol=0.1), 1.0, math.nan, "undefined"),
        (WithinInterval(1.0), Estimate(9.0, 8.0, math.inf), 1.0, "undefined"),
    ],
)
def test_a_break_misses_by_more_than_ten_tolerances_or_by_a_decided_interval(relation, observed, expected, word):
    assert outcome(relation, judged(relation, observed, expected)) == word


def _result(numbers, everywhere=True):
    relation = Equal(rtol=0.125)
    evidence = [judged(relation, number, 1.0, {"k": k}) for k, number in enumerate(numbers)]
    return control_result("c", "why", relation, evidence, everywhere)


@pytest.mark.parametrize(
    ("numbers", "everywhere", "broke", "word", "at"),
    [
        ([4.0, 3.0, 5.0], True, True, "breaks", 1),
        ([4.0, 3.0, 5.0], False, True, "breaks", 2),
        ([4.0, 2.0, 1.5], True, False, "too close", 2),
        ([4.0, 1.01, 1.1], True, False, "holds", 1),
        ([4.0, 1.0, math.nan], True, False, "undefined", 2),
        ([1.0, 4.0, math.nan], False, True, "breaks", 1),
        ([1.0, 1.1, math.nan], False, False, "holds", 1),
        ([1.5, 2.0, 1.0], False, False, "too close", 1),
    ],
)
def test_the_setting_nearest_to_no_break_decides_or_the_farthest(numbers, everywhere, broke, word, at):
    result = _result(numbers, everywhere)
    assert (result.broke, result.outcome) == (broke, word)
    assert result.at == at
    assert result.words.endswith(f"{word} at k={at}")


def test_a_control_without_a_setting_has_broken_nothing():
    assert _result([]) == ControlResult("c", False, "why")
    assert _result([]).words == "no setting"


def test_the_words_show_the_interval_and_digits_that_differ():
    told = judged(WithinInterval(1.0), Estimate(1.00001, 1.0, 1.1), 1.00002, {"x": 2})
    assert told.words == "1.00001 (1 to 1.1) ≈ 1.00002"
    assert told.place == " at x=2"
    assert judged(Equal(), 1.0, 1.0).words == "1 = 1"
    assert judged(Equal(), 1.0, 1.0).place == ""
