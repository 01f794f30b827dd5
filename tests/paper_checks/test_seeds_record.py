"""The record of many seeds (`flatlab seeds --record paper_checks/seeds.json`): no alarm, no interval too narrow."""

from pathlib import Path

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.intervals import STATISTICAL_COMPARISONS
from flatlab.evidence.judge import BUDGETS
from flatlab.evidence.seeds import most_false_alarms, overconfident, read_record

RECORD = read_record(Path(__file__).parents[2] / "paper_checks" / "seeds.json")
CLAIMS = installed_claims()
FACTOR = 4  # between the declared and the recorded cost of a setting: another machine, or a busy one


@pytest.mark.parametrize("budget", BUDGETS)
def test_no_seed_has_given_an_alarm(budget):
    alarms = {name: entry["alarms"] for name, entry in RECORD[budget].items() if entry["alarms"] and name in CLAIMS}
    assert alarms == {}


@pytest.mark.parametrize("budget", BUDGETS)
def test_at_a_level_of_a_tenth_the_failures_lie_within_their_binomial_interval(budget):
    entries = RECORD[budget].values()
    assert overconfident(RECORD[budget]) == []
    compared = sum(entry["comparisons"] for entry in entries)
    assert sum(entry["failed"] for entry in entries) <= most_false_alarms(compared)


def test_the_level_is_shared_among_no_more_comparisons_than_it_was_made_for():
    assert sum(entry["comparisons"] / entry["seeds"] for entry in RECORD["quick"].values()) <= STATISTICAL_COMPARISONS


def test_a_setting_costs_what_is_declared():
    """A reason for few settings counts only where they are dear."""
    cheap = {}
    for name, entry in RECORD["quick"].items():
        if name in CLAIMS and CLAIMS[name].few and CLAIMS[name].domain:
            seconds = entry["seconds"] * entry["seeds"] / entry["settings"]
            if seconds * FACTOR < CLAIMS[name].seconds:
                cheap[name] = seconds, CLAIMS[name].seconds
    assert cheap == {}
