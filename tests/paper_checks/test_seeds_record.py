"""The record of many seeds (`flatlab seeds --record paper_checks/seeds.json`): no alarm, no interval too narrow.

An entry counts while its key is that of today's code; so many claims must have one, and so many one of a hundred seeds.
"""

from pathlib import Path

import pytest

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.intervals import STATISTICAL_COMPARISONS
from flatlab.evidence.judge import BUDGETS
from flatlab.evidence.seeds import keys_of, most_false_alarms, overconfident, read_record, standing

CLAIMS = installed_claims()
KEYS = keys_of(CLAIMS)
RECORD = {
    budget: standing(entries, KEYS)
    for budget, entries in read_record(Path(__file__).parents[2] / "paper_checks" / "seeds.json").items()
}
FACTOR = 4  # between the declared and the recorded cost of a setting: another machine, or a busy one
MANY = 100
LEAST_STANDING, LEAST_MANY = 0.9, 0.25  # shares of the claims


def alarms_in(record):
    return {(name, seed): words for name, entry in record.items() for seed, words in entry["alarms"].items()}


def too_many_failures(record):
    """Return the claims whose rescaled comparisons fail too often, and `all` where those of all claims together do."""
    compared, failed = (sum(entry[name] for entry in record.values()) for name in ("comparisons", "failed"))
    return overconfident(record) + ["all"] * (failed > most_false_alarms(compared))


@pytest.mark.parametrize("budget", BUDGETS)
def test_no_seed_has_given_an_alarm(budget):
    assert alarms_in(RECORD[budget]) == {}


@pytest.mark.parametrize("budget", BUDGETS)
def test_at_a_level_of_a_tenth_the_failures_lie_within_their_binomial_interval(budget):
    assert too_many_failures(RECORD[budget]) == []


def test_alarms_and_failures_that_are_too_many_would_be_seen():
    entry = {"key": "", "seeds": 9, "alarms": {}, "comparisons": 1000, "failed": most_false_alarms(1000)}
    assert too_many_failures({"one": entry}) == [] == list(alarms_in({"one": entry}))
    assert list(alarms_in({"one": entry | {"alarms": {"7": "it does not hold"}}})) == [("one", "7")]
    assert too_many_failures({"one": entry | {"failed": entry["failed"] + 1}}) == ["one", "all"]
    assert too_many_failures({str(k): entry for k in range(50)}) == ["all"]


def test_most_claims_have_a_record_that_stands():
    many = [name for name, entry in RECORD["quick"].items() if entry["seeds"] >= MANY]
    assert len(RECORD["quick"]) >= LEAST_STANDING * len(CLAIMS), sorted(set(CLAIMS) - set(RECORD["quick"]))
    assert len(many) >= LEAST_MANY * len(CLAIMS), sorted(set(RECORD["quick"]) - set(many))


def test_the_level_is_shared_among_no_more_comparisons_than_it_was_made_for():
    assert sum(entry["comparisons"] / entry["seeds"] for entry in RECORD["quick"].values()) <= STATISTICAL_COMPARISONS


def test_a_setting_costs_what_is_declared():
    """A reason for few settings counts only where they are dear."""
    cheap = {}
    for name, entry in RECORD["quick"].items():
        if CLAIMS[name].few and CLAIMS[name].domain and entry["settings"]:
            seconds = entry["seconds"] * entry["seeds"] / entry["settings"]
            if seconds * FACTOR < CLAIMS[name].seconds:
                cheap[name] = seconds, CLAIMS[name].seconds
    assert cheap == {}
