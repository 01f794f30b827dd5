"""What a search found is kept beside the paper, fits the claim or is left alone, and is judged ever after."""

import dataclasses
import json
import sys
import types

import pytest
from evidence.test_claim import claim

from flatlab.evidence.checkpoint import Unfinished
from flatlab.evidence.domains import Choice, LogUniform, Whole
from flatlab.evidence.judge import count_settings, judge, verify
from flatlab.evidence.nearest import declaration, keep, kept_setting, level_of, nearest_file
from flatlab.evidence.relations import AtMost
from flatlab.evidence.search import nearest_failure

DOMAIN = {"x": LogUniform(0.1, 10.0), "n": Whole(1, 9), "shape": Choice(((1, 2), (3, 4)))}


@pytest.fixture
def statement(tmp_path, monkeypatch):
    """A claim of a paper that is a package in a folder; its worst point is x = 3, n = 9."""
    package = types.ModuleType("somewhere.paper")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "somewhere.paper", package)
    return claim(
        domain=DOMAIN,
        corners=(),
        fixed={"k": 2},
        relation=AtMost(),
        expect=1.0,
        quick=3,
        observe=_observe,
        controls=[TWICE],
    )


def _observe(s, rng):
    return 0.9 - abs(s.x - 3.0) / 100 + s.n / 1000


TWICE = dataclasses.replace(claim().controls[0], expect=0.1)


def test_the_nearest_setting_is_kept_and_judged_in_every_budget(statement):
    found = nearest_failure(statement, 200)
    before = judge(statement), judge(statement, budget="full")
    file = keep(statement, found, seed=0)
    assert file == nearest_file(statement)
    assert kept_setting(statement) == found.setting
    assert kept_setting(statement)["shape"] in DOMAIN["shape"].values  # a tuple again
    for old, budget in zip(before, ("quick", "full")):
        now = judge(statement, budget=budget)
        assert now[:-1] == old  # the drawn settings and their random numbers stay
        assert now[-1].setting == found.setting
        assert min(now, key=lambda item: item.margin) == now[-1]


def test_the_quick_budget_leaves_out_what_is_dear(statement):
    keep(statement, nearest_failure(statement, 200), seed=0)
    dear = dataclasses.replace(statement, seconds=0.51)
    for one, budget, kept in ((statement, "quick", 1), (dear, "quick", 0), (dear, "full", 1)):
        drawn = one.quick if budget == "quick" else one.full
        assert len(judge(one, budget=budget)) == count_settings(one, budget) == len(one.corners) + drawn + kept


def test_another_search_replaces_its_own_entry_only(statement):
    other = dataclasses.replace(statement, id="paper/other")
    keep(other, nearest_failure(other, 30), 0)
    kept = json.loads(nearest_file(statement).read_text())["paper/other"]
    keep(statement, nearest_failure(statement, 30), 5)
    entries = json.loads(nearest_file(statement).read_text())
    assert entries["paper/other"] == kept
    assert (list(entries), entries["paper/statement"]["seed"]) == (["paper/other", "paper/statement"], 5)
    assert len(nearest_file(statement).read_text().splitlines()) == 4  # a line for each claim


def test_a_claim_is_attacked_after_300_evaluations_that_refute_nothing(statement):
    assert level_of(statement) == ("measured", 0)
    keep(statement, nearest_failure(statement, 100), 0)
    assert level_of(statement) == ("measured", 100)
    keep(statement, nearest_failure(statement, 300), 0)
    assert level_of(statement) == ("attacked", 300)
    wrong = dataclasses.replace(statement, expect=0.5)
    keep(wrong, nearest_failure(wrong, 300), 0)
    assert level_of(wrong) == ("measured", 300)


@pytest.mark.parametrize(
    "change",
    [
        {"statement": "another"},
        {"relation": AtMost(slack=0.1)},
        {"domain": {**DOMAIN, "x": LogUniform(0.1, 20.0)}},
        {"fixed": {"k": 3}},
        {"hypotheses": {"x is large": lambda s: s.x > 1}},
    ],
)
def test_the_level_lapses_with_the_declaration(statement, change):
    keep(statement, nearest_failure(statement, 300), 0)
    changed = dataclasses.replace(statement, **change)
    assert declaration(changed) != declaration(statement)
    assert level_of(changed) == ("measured", 0)


@pytest.mark.parametrize(
    "change",
    [
        {"domain": {**DOMAIN, "x": LogUniform(5.0, 10.0)}},
        {"domain": {**DOMAIN, "y": Whole(1, 2)}},
        {"domain": {**DOMAIN, "shape": Choice(((5, 6),))}},
        {"fixed": {"k": 3}},
        {"hypotheses": {"x is large": lambda s: s.x > 8}},
    ],
)
def test_a_setting_that_no_longer_fits_is_not_judged(statement, change):
    keep(statement, nearest_failure(statement, 60), 0)
    changed = dataclasses.replace(statement, **change)
    assert kept_setting(changed) is None
    assert len(judge(changed)) == 3


def test_a_claim_of_no_package_has_no_place_for_it():
    lonely = claim(id="nowhere/statement")
    assert (nearest_file(lonely), kept_setting(lonely), level_of(lonely)) == (None, None, ("measured", 0))
    with pytest.raises(ValueError, match="paper of nowhere/statement must be an imported package"):
        keep(lonely, nearest_failure(lonely), 0)


def test_a_broken_file_is_named(statement):
    nearest_file(statement).write_text("{")
    with pytest.raises(ValueError, match=r"nearest settings must be .*nearest\.json' is no JSON"):
        kept_setting(statement)


def test_of_two_searches_the_nearer_setting_stays_with_the_longer_count(statement):
    near, far = nearest_failure(statement, 300), nearest_failure(statement, 30)
    keep(statement, far, 1)
    keep(statement, near, 2)
    keep(statement, far._replace(margin=near.margin + 0.1), 3)
    assert (kept_setting(statement), level_of(statement)) == (near.setting, ("attacked", 300))
    keep(statement, far._replace(margin=near.margin - 0.1), 4)
    assert (kept_setting(statement), level_of(statement)) == (far.setting, ("attacked", 300))


def test_a_counterexample_stays_until_as_long_a_search_finds_none(statement):
    good = nearest_failure(statement, 300)
    bad = good._replace(status="fails", evaluations=100)
    keep(statement, good, 0)
    keep(statement, bad, 1)
    assert level_of(statement) == ("measured", 100)
    keep(statement, good._replace(evaluations=50), 2)
    assert level_of(statement) == ("measured", 100)
    keep(statement, good, 3)
    assert level_of(statement) == ("attacked", 300)


def test_a_verdict_of_an_interrupted_run_is_not_used_after_another_search(statement, tmp_path):
    claims = {statement.id: statement}
    Unfinished(tmp_path / "out", claims, 1, "quick").keep(verify(statement, 1, "quick"))
    assert list(Unfinished(tmp_path / "out", claims, 1, "quick").verdicts()) == [statement.id]
    keep(statement, nearest_failure(statement, 60), 0)
    assert Unfinished(tmp_path / "out", claims, 1, "quick").verdicts() == {}
