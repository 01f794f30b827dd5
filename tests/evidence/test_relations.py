"""Relations: both sides of every edge, and nan never holds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatlab.evidence.relations import (
    FAILS,
    HOLDS,
    INCONCLUSIVE,
    AtLeast,
    AtMost,
    Close,
    Equal,
    Estimate,
    Inside,
    WithinInterval,
)

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("relation", "observed", "expected", "status", "margin"),
    [
        (Equal(rtol=0.1), 10.5, 10.0, HOLDS, 0.5),
        (Equal(rtol=0.1), 12.0, 10.0, FAILS, -1.0),
        (Equal(rtol=0.1), 9.5, 10.0, HOLDS, 0.5),
        (Equal(atol=0.25), 0.125, 0.0, HOLDS, 0.5),
        (Equal(rtol=0.1, atol=1.0), -9.0, -10.0, HOLDS, 0.5),
        (Equal(), 1.0, 1.0, HOLDS, 1.0),
        (Equal(), 1.0, 1.0 + 2**-52, FAILS, -INF),
        (AtMost(), 2.0, 4.0, HOLDS, 0.5),
        (AtMost(), 4.0, 4.0, HOLDS, 0.0),
        (AtMost(), 6.0, 4.0, FAILS, -0.5),
        (AtMost(slack=0.5), 6.0, 4.0, HOLDS, 0.0),
        (AtMost(slack=0.5), -3.0, -4.0, HOLDS, 0.5),
        (AtMost(slack=0.25), -3.0, -4.0, HOLDS, 0.0),
        (AtMost(), -100.0, 4.0, HOLDS, 1.0),
        (AtMost(), 0.0, 0.0, HOLDS, 1.0),
        (AtMost(), 1e-300, 0.0, FAILS, -1.0),
        (AtMost(), -1e-300, 0.0, HOLDS, 1.0),
        (AtLeast(), 4.0, 2.0, HOLDS, 0.5),
        (AtLeast(), 2.0, 2.0, HOLDS, 0.0),
        (AtLeast(), 1.0, 2.0, FAILS, -0.5),
        (AtLeast(slack=0.5), 1.0, 2.0, HOLDS, 0.0),
        (AtLeast(slack=0.5), -3.5, -2.0, FAILS, -0.5 / 3.5),
        (AtLeast(), 0.0, 0.0, HOLDS, 1.0),
        (AtMost(), Estimate(2.0, 1.0, 3.0), 4.0, HOLDS, 0.25),
        (AtMost(), Estimate(2.0, 1.0, 5.0), 4.0, INCONCLUSIVE, -0.25),
        (AtMost(), Estimate(6.0, 5.0, 8.0), 4.0, FAILS, -1.0),
        (AtMost(), 3.0, Estimate(4.0, 2.0, 5.0), INCONCLUSIVE, -0.5),
        (AtMost(), Estimate(2.0, 1.0, 3.0), Estimate(6.0, 4.0, 8.0), HOLDS, 0.25),
        (AtMost(slack=0.5), Estimate(6.0, 5.0, 6.0), 4.0, HOLDS, 0.0),
        (AtLeast(), Estimate(4.0, 3.0, 5.0), 2.0, HOLDS, 1 / 3),
        (AtLeast(), Estimate(4.0, 1.0, 5.0), 2.0, INCONCLUSIVE, -0.5),
        (AtLeast(), Estimate(1.0, 0.5, 1.5), 2.0, FAILS, -0.75),
        (AtLeast(), Estimate(4.0, 3.0, 5.0), Estimate(2.0, 1.0, 2.5), HOLDS, 1 / 6),
        (Inside(), 2.5, Estimate(2.0, 1.0, 3.0), HOLDS, 0.5),
        (Inside(), 1.0, Estimate(2.0, 1.0, 3.0), HOLDS, 0.0),
        (Inside(), 3.5, Estimate(2.0, 1.0, 3.0), FAILS, -0.5),
        (Inside(), Estimate(2.0, 1.5, 2.25), Estimate(2.0, 1.0, 3.0), HOLDS, 0.5),
        (Inside(), Estimate(2.0, 0.5, 2.25), Estimate(2.0, 1.0, 3.0), INCONCLUSIVE, -0.5),
        (Inside(), Estimate(5.0, 4.0, 6.0), Estimate(2.0, 1.0, 3.0), FAILS, -3.0),
        (Inside(), 2.0, Estimate(2.0, 2.0, 2.0), HOLDS, 1.0),
        (Inside(), 2.1, Estimate(2.0, 2.0, 2.0), FAILS, -1.0),
        (WithinInterval(1.0), Estimate(2.0, 1.75, 2.5), 2.0, HOLDS, 0.5),
        (WithinInterval(1.0), Estimate(2.0, 0.5, 3.5), 2.0, INCONCLUSIVE, -0.5),
        (WithinInterval(1.0), Estimate(2.8, 2.6, 3.5), 2.0, INCONCLUSIVE, -0.5),
        (WithinInterval(1.0), Estimate(3.5, 3.25, 4.0), 2.0, FAILS, -1.0),
        (WithinInterval(1.0), 2.5, 2.0, HOLDS, 0.5),
        (WithinInterval(rtol=0.5), 4.0, 2.0, FAILS, -1.0),
        (WithinInterval(1.0), Estimate(0.5, 0.0, 0.75), 2.0, FAILS, -1.0),
    ],
)
def test_status_and_margin(relation, observed, expected, status, margin):
    finding = relation.judge(observed, expected)
    assert finding.status == status
    assert finding.margin == pytest.approx(margin, rel=1e-12, abs=1e-14)


EXACT = [Equal(), Equal(rtol=0.1, atol=1.0), AtMost(), AtMost(slack=1.0), AtLeast(), AtLeast(slack=0.1)]


@pytest.mark.parametrize("relation", EXACT, ids=str)
@pytest.mark.parametrize("other", [0.0, 5.0, -5.0, INF, -INF, NAN])
@pytest.mark.parametrize("bad", [NAN, -NAN, INF, -INF])
def test_nan_and_infinity_on_either_side_are_no_evidence(relation, other, bad):
    for pair in ((bad, other), (other, bad)):
        finding = relation.judge(*pair)
        assert finding.status == FAILS
        assert math.isnan(finding.margin)


@pytest.mark.parametrize("relation", [AtMost(), AtLeast(), Inside()], ids=str)
@pytest.mark.parametrize("ends", [(NAN, 1.0), (0.0, NAN), (0.0, INF), (-INF, 1.0)])
def test_an_interval_without_ends_is_no_evidence(relation, ends):
    wide = Estimate(0.5, *ends)
    for pair in ((wide, Estimate(0.5, 0.0, 1.0)), (0.5, wide)):
        finding = relation.judge(*pair)
        assert (finding.status, math.isnan(finding.margin)) == (FAILS, True)


@pytest.mark.parametrize("relation", [WithinInterval(9.0), AtLeast()])
@pytest.mark.parametrize("numbers", [(NAN, 0, 1, 0.5), (0.5, NAN, 1, 0.5), (0.5, 0, NAN, 0.5), (0.5, 0, 1, NAN)])
def test_nan_in_an_interval_fails_and_has_no_margin(relation, numbers):
    finding = relation.judge(Estimate(*numbers[:3]), numbers[3])
    assert finding.status == FAILS
    assert math.isnan(finding.margin)


finite = st.floats(-1e100, 1e100)


@given(observed=finite, expected=finite)
def test_exact_relations_agree_with_the_comparison_signs(observed, expected):
    assert (AtMost().judge(observed, expected).status == HOLDS) == (observed <= expected)
    assert (AtLeast().judge(observed, expected).status == HOLDS) == (observed >= expected)
    assert (Equal().judge(observed, expected).status == HOLDS) == (observed == expected)


@given(observed=finite, expected=finite)
def test_a_margin_is_never_above_1(observed, expected):
    for relation in (Equal(rtol=1e-3), AtMost(slack=1e-3), AtLeast(slack=1e-3)):
        finding = relation.judge(observed, expected)
        assert finding.margin <= 1
        assert (finding.margin >= 0) == (finding.status == HOLDS)


@pytest.mark.parametrize(
    ("relation", "observed", "expected", "shown", "margin"),
    [
        (Close(rtol=0.5), [3.0, 4.5], [3.0, 4.0], (math.hypot(3, 4.5), 5.0), 0.8),
        (Close(rtol=0.5), [3.0, 6.5], [3.0, 4.0], (math.hypot(3, 6.5), 5.0), 0.0),
        (Close(rtol=0.5), [3.0, 9.0], [3.0, 4.0], (math.hypot(3, 9), 5.0), -1.0),
        (Close(rtol=0.1, atol=0.5), [0.0, 0.25], [0.0, 0.0], (0.25, 0.0), 0.5),
        (Close(rtol=0.5), [0.0, 0.0], [0.0, 0.0], (0.0, 0.0), 1.0),
        (Close(rtol=0.5), [0.0, 1e-300], [0.0, 0.0], (1e-300, 0.0), -INF),
        (Close(), [1.0, 2.0], [1.0, 2.0], (math.hypot(1, 2), math.hypot(1, 2)), 1.0),
        (Close(rtol=0.1), [-5.0, 0.0], [5.0, 0.0], (-5.0, 5.0), -19.0),  # the norms agree, the vectors do not
        (Close(rtol=0.1), [3.0, 4.0, 0.0], [3.0, 0.0, 4.0], (4.0, 0.0), 1 - math.sqrt(32) / 0.5),
        (Close(rtol=0.5), [1e200, 0.0], [1e200, 0.0], (1e200, 1e200), 1.0),
    ],
)
def test_vectors_are_close_in_the_norm_of_the_expected_one(relation, observed, expected, shown, margin):
    finding = relation.judge(observed, expected)
    assert (finding.observed, finding.expected) == shown
    assert finding.margin == pytest.approx(margin, abs=1e-12)
    assert finding.status == (HOLDS if margin >= 0 else FAILS)


@pytest.mark.parametrize("bad", [NAN, INF])
def test_a_vector_with_nan_or_infinity_is_no_evidence(bad):
    for observed, expected in (([bad, 1.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, bad]), ([bad, bad], [bad, bad])):
        finding = Close(rtol=0.1).judge(observed, expected)
        assert (finding.status, math.isnan(finding.margin)) == (FAILS, True)


def test_vectors_of_different_length_are_refused():
    with pytest.raises(ValueError, match="observed must have the 2 entries of expected, got 3"):
        Close(rtol=0.1).judge([1.0, 2.0, 3.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("relation", "expected", "status", "margin"),
    [
        (WithinInterval(rtol=0.1), 100.0, HOLDS, 0.5),
        (WithinInterval(tolerance=5.0, rtol=0.05), 100.0, HOLDS, 0.5),
        (WithinInterval(rtol=0.04), 100.0, INCONCLUSIVE, -0.25),
        (WithinInterval(rtol=0.1), -100.0, FAILS, -19.5),
        (WithinInterval(rtol=0.1), 0.0, FAILS, -INF),
    ],
)
def test_an_interval_may_have_a_tolerance_relative_to_the_stated_number(relation, expected, status, margin):
    finding = relation.judge(Estimate(102.0, 99.0, 105.0), expected)
    assert (finding.status, finding.margin) == (status, pytest.approx(margin))


def test_an_interval_needs_a_tolerance():
    for wrong in ({}, {"tolerance": 0.0}, {"tolerance": -1.0, "rtol": 0.1}, {"rtol": -0.1}):
        with pytest.raises(ValueError, match=r"^(tolerance|rtol) must"):
            WithinInterval(**wrong)
