"""Many seeds: true claims fail as often as their level says, a narrow interval is found, a run goes on."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
from evidence.test_claim import claim
from scipy import stats

from flatlab.evidence import seeds as module
from flatlab.evidence.claim import Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import Interval, mean, power_law_slope, proportion
from flatlab.evidence.relations import AtMost, Equal, Estimate, WithinInterval
from flatlab.evidence.seeds import (
    COUNTS,
    judge_seeds,
    keys_of,
    merge,
    most_false_alarms,
    overconfident,
    read_record,
    rescaled,
    standing,
    summary,
    write_record,
)
from flatlab.evidence.sequences import DrawnFrom

FAR = Control("far", "", observe=lambda s, rng: 1e9)

FAR_3 = Control("far", "", observe=lambda s, rng: [1e9] * 3)


def _claim(name, observe, expect=0.0, relation=None, **changes):
    fields = {"id": f"seeds/{name}", "domain": {"x": Uniform(0.0, 1.0)}, "corners": (), "quick": 8, "controls": [FAR]}
    relation = relation or WithinInterval(1e-12)
    return claim(observe=observe, expect=expect, relation=relation, **{**fields, **changes})


def _drawn(claims, seeds=100, **options):
    record = {}
    for _ in judge_seeds({one.id: one for one in claims}, record, seeds, **options):
        pass
    return record


LAW = {"relation": DrawnFrom(), "controls": [Control("far", "", observe=lambda s, rng: 9 + rng.normal(size=30))]}
TRUE = [
    _claim("mean", lambda s, rng: mean(rng.normal(size=6)), relation=WithinInterval(1e-12)),
    _claim("several", lambda s, rng: [mean(rng.normal(k, 1, size=6)) for k in range(3)], (0, 1, 2), controls=[FAR_3]),
    _claim("law", lambda s, rng: rng.normal(size=30), expect=lambda s: stats.norm.cdf, **LAW),
]
NARROW = _claim("narrow", lambda s, rng: mean(np.repeat(rng.normal(size=6), 4) + 1e-9 * rng.normal(size=24)))


@pytest.mark.long
def test_true_claims_err_as_often_as_their_level_says():
    """No interval of 1e-9 decides against the truth; at 0.1 the failures lie within their binomial interval."""
    record = _drawn(TRUE)
    assert [entry["comparisons"] for entry in record.values()] == [800, 2400, 800]
    assert not any("does not hold" in words for entry in record.values() for words in entry["alarms"].values())
    for entry in record.values():
        low, high = stats.binom.ppf([5e-7, 1 - 5e-7], entry["comparisons"], 0.1)
        assert low <= entry["failed"] <= high
        assert entry["failed"] == entry["missed"]
    assert overconfident(record) == []


def test_an_interval_that_is_too_narrow_is_found():
    record = _drawn([TRUE[0], NARROW])
    assert overconfident(record) == ["seeds/narrow"]
    assert "may;" in summary(record, "quick")


def test_an_alarm_is_kept_with_its_reason():
    false = _claim("false", lambda s, rng: mean(rng.normal(9.0, 0.01, size=6)), quick=1)
    idle = _claim("idle", lambda s, rng: 0.0, relation=Equal(atol=1e-3), controls=[Control("idle", "")])
    broken = _claim("broken", lambda s, rng: 1 / 0)
    record = _drawn([false, idle, broken, TRUE[1]], 3)
    assert list(record["seeds/false"]["alarms"]) == ["0", "1", "2"]
    assert "does not hold at x=" in record["seeds/false"]["alarms"]["0"]
    assert "control 'idle' did not break it" in record["seeds/idle"]["alarms"]["2"]
    assert record["seeds/broken"]["alarms"]["1"] == "ZeroDivisionError: division by zero"
    assert record["seeds/broken"]["comparisons"] == 0
    assert (record["seeds/false"]["failed"], record["seeds/false"]["missed"]) == (3, 3)
    assert "4 claims, 12 quick verdicts" in summary(record, "quick")


def test_claims_and_controls_are_judged_with_the_seed():
    half = lambda s, rng: 9.0 * (s.x > 0.5)  # noqa: E731
    claims = (
        _claim("control", lambda s, rng: 0.0, relation=Equal(atol=0.1), quick=1, controls=[Control("half", "", half)]),
        _claim("claim", half, relation=Equal(atol=0.1), quick=1),
    )
    assert all(0 < len(entry["alarms"]) < 30 for entry in _drawn(claims, 30).values())


def test_a_run_goes_on_where_it_stopped_and_begins_anew_with_other_code(tmp_path):
    looks = []
    counted = _claim(
        "counted", lambda s, rng: looks.append(0) or rng.random() * 1e-3, relation=Equal(atol=1.0), quick=1
    )
    claims, file = {counted.id: counted}, tmp_path / "record.json"
    record = read_record(file)
    run = judge_seeds(claims, record["quick"], 25)
    next(run), next(run), next(run)
    run.close()
    assert record["quick"]["seeds/counted"]["seeds"] == len(looks) == 10
    write_record(file, record)
    record = read_record(file)
    assert list(judge_seeds(claims, record["quick"], 25)) == ["seeds/counted"] * 2
    assert len(looks) == record["quick"]["seeds/counted"]["seeds"] == 25
    assert list(judge_seeds(claims, record["quick"], 25)) == []
    once = _drawn([counted], 25)["seeds/counted"]
    assert {**record["quick"]["seeds/counted"], "seconds": 0} == {**once, "seconds": 0}
    record["quick"]["seeds/counted"]["key"] = "of other code"
    assert len(list(judge_seeds(claims, record["quick"], 5))) == 3
    assert record["quick"]["seeds/counted"]["seeds"] == 5
    assert json.loads(file.read_text())["full"] == {}


@pytest.mark.parametrize(("first", "later", "judged"), [(1.0, 1.0, 12), (9.0, 1.0, 12), (9.0, 3.0, 2), (21.0, 1.0, 1)])
def test_a_dear_claim_is_left_at_one_verdict_or_two(monkeypatch, first, later, judged):
    costs = itertools.chain([first], itertools.repeat(later))
    clock = itertools.chain.from_iterable((0.0, cost) for cost in costs)
    monkeypatch.setattr(module.time, "process_time", lambda: next(clock))
    entry = _drawn([TRUE[0]], 12, dearest=2.0)["seeds/mean"]
    assert (entry["seeds"], entry["seconds"]) == (judged, first if judged == 1 else min(first, later))


def test_the_full_budget_has_its_own_settings():
    assert _drawn([TRUE[0]], 2, budget="full")["seeds/mean"]["settings"] == 2 * TRUE[0].full


def test_an_interval_is_made_again_from_the_same_data(rng):
    values, scales = rng.normal(size=(5, 6)) ** 2 + 1, np.geomspace(1, 9, 6)
    makers = (
        lambda **level: mean(values[0], **level),
        lambda **level: proportion(3, 10, **level),
        lambda **level: power_law_slope(scales, values, **level),
    )
    for make in makers:
        assert make().at_level(0.9) == make(level=0.9)
        assert make().at_level(0.9).at_level(0.5) == make(level=0.5)
        assert isinstance(make(), Interval)
        assert make().times(4.0) == tuple(4 * end for end in make())
        assert make().times(4.0).at_level(0.9).at_level(0.5) == tuple(4 * end for end in make(level=0.5))


@pytest.mark.parametrize(
    ("observed", "expected", "relation", "counts"),
    [
        (Estimate(1.0, 0.0, 2.0), 9.0, WithinInterval(1.0), (0, 0, 0, 0)),  # of unknown level
        (3.0, 9.0, WithinInterval(1.0), (0, 0, 0, 0)),
        (mean([1.0, 1.1, 0.9]), 9.0, WithinInterval(1.0), (1, 0, 1, 1)),
        (mean([1.0, 1.1, 0.9]), 1.3, WithinInterval(1.0), (1, 0, 0, 1)),
        (mean([1.0, 1.1, 0.9]), 1.0, WithinInterval(0.1), (1, 1, 0, 0)),
        (mean([1.0, 1.1, 0.9]), 0.5, AtMost(), (1, 0, 1, 1)),
        ([mean([1.0, 1.1, 0.9]), 7.0], 9.0, WithinInterval(1.0), (1, 0, 1, 1)),
    ],
)
def test_what_is_counted_at_another_level(observed, expected, relation, counts):
    one = _claim("one", lambda s, rng: observed, expected, relation)
    assert rescaled(one, {"x": 0.5}, observed, 0.1) == dict(zip(COUNTS, counts))


def test_the_level_is_that_of_the_argument():
    sample = stats.norm.ppf((np.arange(40) + 0.5) / 40) + 0.8
    law = dataclasses.replace(TRUE[2], observe=lambda s, rng: sample)
    assert [rescaled(law, {"x": 0.5}, sample, level)["failed"] for level in (1e-9, 0.1)] == [0, 1]


def test_so_many_false_alarms_are_allowed():
    assert most_false_alarms(0) == 0
    assert (
        stats.binom.sf(most_false_alarms(500), 500, 0.1) <= 1e-6 < stats.binom.sf(most_false_alarms(500) - 1, 500, 0.1)
    )


def test_only_entries_of_the_code_at_work_stand_and_records_are_merged():
    keys = {"a": "now", "b": "now", "c": "now"}
    old, new = {"key": "before", "seeds": 100}, {"key": "now", "seeds": 10}
    ours = {"a": old, "b": new, "d": old}
    assert standing(ours, keys) == {"b": new}
    more = {"key": "now", "seeds": 20}
    merge(ours, {"a": new, "b": more, "c": old, "d": new}, keys)
    assert ours == {"a": new, "b": more, "c": old, "d": old}
    merge(ours, {"a": old, "b": new, "c": new}, keys)
    assert ours == {"a": new, "b": more, "c": new, "d": old}
    assert keys_of({TRUE[0].id: TRUE[0]})[TRUE[0].id] == _drawn([TRUE[0]], 1)["seeds/mean"]["key"]
