"""One type of verdict: what it says of the evidence, and the plain data that it is written as and read from."""

import json
import math
import re

import pytest
from evidence.test_claim import claim
from tiny_claims import raising, tiny, unbroken, undecided, useless, wrong

from flatlab.evidence.claim import Control
from flatlab.evidence.judge import judge_control, judge_setting, verdict_of, verify
from flatlab.evidence.outcomes import Evidence
from flatlab.evidence.pool import attempt
from flatlab.evidence.relations import AtLeast, AtMost, Equal, WithinInterval
from flatlab.evidence.verdict import tally, verdict_of_record

VERDICT_KEYS = {
    *("id", "paper", "title", "statement", "source", "origin", "kind", "status", "margin", "settings"),
    *("gradient_evaluations", "seconds", "controls", "evidence", "tolerance", "level", "searched", "worst"),
}


@pytest.fixture(scope="module")
def verdicts():
    claims = [tiny(note="Twice, not thrice."), wrong(), unbroken(), undecided(), raising(), useless()]
    return [attempt(claim, 1, "quick") for claim in claims]


def test_a_record_says_what_the_verdict_says():
    verdict = verify(tiny(), 1, "quick")
    record = verdict.record()
    assert set(record) == VERDICT_KEYS
    assert (record["paper"], record["status"], record["margin"]) == ("tiny", "holds", verdict.margin)
    assert (record["settings"], record["seconds"]) == (3, round(verdict.seconds, 3))
    assert (record["tolerance"], record["level"], record["searched"]) == ("rtol 1e-12", "measured", 0)
    (control,) = record["controls"]
    assert (control["name"], control["broke"], control["why"]) == ("thrice", True, "three is not two")
    assert [item["setting"] for item in control["evidence"]] == [item["setting"] for item in record["evidence"]]
    assert [(item["status"], item["holds"]) for item in control["evidence"]] == [("fails", False)] * 3
    first = {"setting": {"x": 1.0}, "observed": 2.0, "expected": 2.0, "relation": "=", "holds": True, "status": "holds"}
    assert record["evidence"][0] == {**first, "margin": 1.0}


def test_a_verdict_comes_back_from_its_record(verdicts):
    for verdict in verdicts:
        read = verdict_of_record(json.loads(json.dumps(verdict.record(), allow_nan=False)))
        assert read.record() == verdict.record()
        assert (read.status, read.shortcomings, read.worst_cells) == (
            verdict.status,
            verdict.shortcomings,
            verdict.worst_cells,
        )


def test_numbers_that_json_lacks_come_back(tmp_path):
    for number in (math.nan, math.inf, -math.inf):
        verdict = verify(tiny(observe=lambda setting, rng, number=number: number), 1, "quick")
        read = verdict_of_record(json.loads(json.dumps(verdict.record(), allow_nan=False)))
        assert repr(read.worst.observed) == repr(number)
        assert repr(read.margin) == repr(verdict.margin)


def test_records_without_the_evidence_of_controls_are_read(verdicts):
    """Version 0.1.0 wrote name, why and outcome of a control only."""
    record = verdicts[0].record()
    for control in record["controls"]:
        del control["evidence"]
    read = verdict_of_record(record)
    assert [control.evidence for control in read.controls] == [()]
    assert (read.status, read.controls_broken) == ("holds", "1/1")


def test_what_passes(verdicts):
    statuses = ["holds", "fails", "fails", "inconclusive", "fails", "vacuous"]
    assert [verdict.status for verdict in verdicts] == statuses
    assert [verdict.vacuous for verdict in verdicts] == [False] * 5 + [True]


def test_what_is_said_of_each(verdicts):
    right, not_equal, no_break, unsure, raised, idle = (verdict.shortcomings for verdict in verdicts)
    assert right == []
    assert re.fullmatch(r"[\d.]+ = [\d.]+ does not hold at x=[\d.]+", not_equal[0])
    assert no_break == ["control 'nothing' did not break it: 2 = 2 holds at x=1.0"]
    assert "cannot be told" in unsure[0]
    assert re.fullmatch(
        r"it could not be judged: \S+, line \d+: ArithmeticError: the run diverged, at x=1\.0", raised[0]
    )
    assert idle == ["the bound is true and useless: observed/bound is 2e-06 at the best, 2e-06 in the median"]


def test_a_claim_that_raises_has_no_evidence_and_fails(verdicts):
    record = verdicts[4].record()
    assert (record["status"], record["margin"], record["evidence"], record["settings"]) == ("fails", None, [], 0)
    assert record["error"].endswith(": ArithmeticError: the run diverged, at x=1.0")
    assert verdicts[4].worst_cells == ("–", "–", "–", "–")


def test_the_worst_evidence_is_the_one_that_failed_most():
    def observe(setting, rng):
        return math.nan if setting["x"] == 1.5 else 2 * setting["x"] + (setting["x"] == 1.25)

    corners = [{"x": 1.0}, {"x": 1.25}, {"x": 1.5}]
    verdict = verify(tiny(observe=observe, corners=corners, domain={}), 1, "quick")
    assert verdict.worst.setting == {"x": 1.5}
    assert verdict.record()["worst"] == 2
    assert min(verdict.evidence[:2], key=lambda item: item.order).setting == {"x": 1.25}


def test_a_failure_is_worse_than_an_undecided_setting_of_smaller_margin():
    undecided, failed = (
        Evidence({}, 1.0, 2.0, "≈", margin, status) for margin, status in [(-9, "inconclusive"), (-1, "fails")]
    )
    assert verdict_of(tiny(), (undecided, failed)).worst is failed


def test_the_interval_of_an_estimate_is_kept(verdicts):
    assert verdicts[3].record()["evidence"][0]["interval"] == [0.0, 9.0]


def test_the_ratio_is_observed_over_expected():
    assert Evidence({}, 3.0, 4.0, "≤", 0.25, "holds").ratio == 0.75
    assert math.isnan(Evidence({}, 3.0, 0.0, "≤", -1.0, "fails").ratio)


def _verdict(kind="upper bound", relation=None, observed=(1.0, 3.0), controls=()):
    judged = claim(kind=kind, relation=relation or AtMost(tight_within=2.0), expect=lambda s: 4.0)
    evidence = tuple(judge_setting(judged, {"x": x}, None) for x in observed)
    results = tuple(judge_control(judged, control, [{"x": 1.0}], [None]) for control in controls)
    return verdict_of(judged, evidence, results)


def test_a_verdict_holds_only_with_every_setting_and_every_control():
    breaking = Control("over", "", observe=lambda s, rng: 5.0)
    idle = Control("idle", "", observe=lambda s, rng: 4.0)
    assert _verdict(controls=[breaking]).status == "holds"
    assert _verdict(controls=[breaking, idle]).status == "fails"
    assert _verdict(observed=(1.0, 4.5), controls=[breaking]).status == "fails"
    assert _verdict(observed=(), controls=[breaking]).status == "inconclusive"


def test_margin_is_that_of_the_worst_setting_and_nan_is_worst():
    assert _verdict().margin == 0.25
    assert math.isnan(_verdict(observed=(1.0, math.nan, 5.0)).margin)


def test_a_bound_that_is_never_tight_is_vacuous():
    assert _verdict().tightest == 0.75
    assert not _verdict().vacuous
    assert _verdict(observed=(1.0, 0.5)).vacuous
    assert (_verdict().status, _verdict(observed=(1.0, 0.5)).status) == ("holds", "vacuous")
    assert _verdict(observed=(1.0, 5.0), relation=AtMost(tight_within=1.1)).status == "fails"
    assert math.isnan(_verdict(kind="equality").tightest)
    assert not _verdict(kind="equality", observed=(1.0,)).vacuous


def test_a_bound_far_on_the_other_side_is_vacuous_too():
    assert _verdict("lower bound", AtLeast(tight_within=2.0), observed=(12.0, 20.0)).vacuous
    assert not _verdict("lower bound", AtLeast(tight_within=4.0), observed=(12.0, 20.0)).vacuous


def test_the_count_is_a_sentence(verdicts):
    assert tally(verdicts) == "6 claims: 1 holds, 1 inconclusive, 1 vacuous, 3 fail; 4 of 5 controls broke"
    assert tally(verdicts[:1]) == "1 claim: 1 holds, 0 inconclusive, 0 fail; 1 of 1 control broke"


def test_the_median_ratio_stands_beside_the_tightest():
    verdict = _verdict(observed=(0.4, 1.0, 3.0))
    assert (verdict.tightest, verdict.typical) == (0.75, 0.25)
    assert (verdict.record()["tightest"], verdict.record()["typical"]) == (0.75, 0.25)
    assert math.isnan(_verdict(kind="equality").typical)


def test_a_bound_of_zero_has_no_ratio():
    evidence = (Evidence({}, 1.0, bound, "≤", 0.0, "holds") for bound in (0.0, 2.0, math.inf))
    verdict = verdict_of(tiny(kind="upper bound", relation=AtMost()), tuple(evidence))
    assert (verdict.tightest, verdict.typical) == (0.5, 0.5)


def test_of_settings_that_agree_up_to_rounding_the_first_is_shown():
    evidence = (Evidence({"x": 1}, 1.0, 1.0, "=", 1.0, "holds"), Evidence({"x": 2}, 1.0, 1.0, "=", 1 - 1e-12, "holds"))
    assert verdict_of(tiny(), evidence).worst.setting == {"x": 1}
    lower = evidence[1]._replace(margin=1 - 1e-6)
    assert verdict_of(tiny(), (evidence[0], lower)).worst is lower


@pytest.mark.parametrize(
    ("observed", "expected", "cells"),
    [
        (1.0, 1.0, ("1", "1")),
        (1.00001, 1.0, ("1.00001", "1")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.29999999999999999")),
        (123.456, 200.0, ("123.5", "200")),
    ],
)
def test_numbers_that_differ_are_written_with_digits_that_differ(observed, expected, cells):
    verdict = verdict_of(tiny(), (Evidence({}, observed, expected, "=", 0.5, "holds"),))
    assert (verdict.worst_cells[0], verdict.worst_cells[2]) == cells


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (Equal(rtol=1e-12), "rtol 1e-12"),
        (Equal(rtol=0.1, atol=1.0), "rtol 0.1, atol 1"),
        (AtMost(), ""),
        (AtMost(slack=1e-9, tight_within=2.0), "slack 1e-09, tight within 2"),
        (WithinInterval(0.25), "tolerance 0.25"),
        (Equal(atol=1), "atol 1"),
    ],
)
def test_the_tolerance_is_told_in_words(relation, words):
    assert verdict_of(tiny(relation=relation), ()).tolerance == words
