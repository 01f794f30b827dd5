"""The record of many seeds (`flatlab seeds --record paper_checks/seeds.json`): no alarm, no interval too narrow.

An entry counts while its key is that of today's code; so many claims must have one, and so many one of a hundred seeds.

Tolerances absorb misses: a comparison may hold although its interval leaves the stated number out. Where a claim states
the very mean or probability that it estimates, one interval in ten has to miss at the level of a tenth. Those claims
are listed, and too few misses count as too many do. Student's intervals are exact for normal replicates, and here a
replicate is a mean over many draws or steps; Clopper and Pearson's cover a little more than they say, by less than a
hundredth at these numbers of trials.
"""

from pathlib import Path

import pytest
from scipy import stats

from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.intervals import FALSE_ALARM, STATISTICAL_COMPARISONS
from flatlab.evidence.judge import BUDGETS
from flatlab.evidence.relations import WithinInterval
from flatlab.evidence.seeds import RESCALED, keys_of, most_false_alarms, overconfident, read_record, standing
from flatlab.evidence.sequences import DrawnFrom

CLAIMS = installed_claims()
KEYS = keys_of(CLAIMS)
RECORD = {
    budget: standing(entries, KEYS)
    for budget, entries in read_record(Path(__file__).parents[2] / "paper_checks" / "seeds.json").items()
}
FACTOR = 4  # between the declared and the recorded cost of a setting: another machine, or a busy one
MANY = 100
LEAST_STANDING, LEAST_MANY, LEAST_FULL = 0.9, 0.25, 0.1  # shares of the claims
STATED_EXACTLY = {  # what is estimated without bias, from independent replicates
    "ahn2024/directions": "a sample of the stated law",
    "ahn2024/sampled-trace-gradient": "the mean over directions of a polynomial of degree four",
    "ahn2024/stationary-gradient": "the fixed point of a linear recursion, after e^-20 of the start is left",
    "bartlett2023/gaussian-start": "a probability",
    "bartlett2023/sphere-start": "a probability",
    "laboratory/counted-intervals": "the level of intervals on normal replicates",
    "zhang2024/moments-of-one-sided-runs": "the mean of a linear recursion",
    "zhang2024/one-step-variance": "the variance of a sum of independent terms",
    "zhang2024/unbiased-for-every-symmetric-law": "the mean of a cubic polynomial",
}
FACTOR_SEEN, SURELY = 1.3, 0.999  # intervals narrower or wider by so much are seen with this probability


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


def counted(records):
    """Return how many intervals of each claim that states an exact number were made, and how many missed it."""
    found = {}
    for name in STATED_EXACTLY:
        entries = [record[name] for record in records if name in record]
        found[name] = tuple(sum(entry[key] for entry in entries) for key in ("comparisons", "missed"))
    return found


def honest(count, false_alarm):
    """Return the fewest and the most misses of so many intervals that are not suspicious, at a level on either side."""
    law = stats.binom(count, RESCALED)
    return law.ppf(false_alarm / 2), law.isf(false_alarm / 2)


def dishonest(found):
    """Return the claims, and `all` for their sum, whose intervals miss too often or too rarely."""
    found = {**found, "all": tuple(map(sum, zip(*found.values())))}
    ends = {name: honest(count, FALSE_ALARM / len(found)) for name, (count, _) in found.items() if count}
    return [name for name, (fewest, most) in ends.items() if not fewest <= found[name][1] <= most]


def power(count, factor):
    """Return how surely normal intervals whose length is off by a factor are seen, from so many of them together."""
    share = 2 * stats.norm.sf(factor * stats.norm.isf(RESCALED / 2))
    fewest, most = honest(count, FALSE_ALARM / (1 + len(STATED_EXACTLY)))
    return stats.binom.cdf(fewest - 1, count, share) + stats.binom.sf(most, count, share)


def test_where_the_exact_number_is_stated_one_interval_in_ten_misses_it():
    found = counted(RECORD.values())
    assert dishonest(found) == [], found


def test_intervals_too_narrow_or_too_wide_by_a_third_would_be_seen():
    count = sum(count for count, _ in counted(RECORD.values()).values())
    assert min(power(count, FACTOR_SEEN), power(count, 1 / FACTOR_SEEN)) > SURELY, count
    assert power(count, 1.0) < FALSE_ALARM
    assert dishonest({"one": (700, 70), "other": (700, 71)}) == []
    assert dishonest({"one": (700, 23), "other": (700, 71)}) == ["one"]
    assert dishonest({"one": (700, 70), "other": (700, 144)}) == ["other", "all"]
    assert dishonest({"one": (700, 40), "other": (700, 41)}) == ["all"]


def test_the_claims_that_state_an_exact_number_compare_it_with_an_interval_or_a_law():
    assert all(isinstance(CLAIMS[name].relation, (WithinInterval, DrawnFrom)) for name in STATED_EXACTLY)


def test_most_claims_have_a_record_that_stands():
    many = [name for name, entry in RECORD["quick"].items() if entry["seeds"] >= MANY]
    assert len(RECORD["quick"]) >= LEAST_STANDING * len(CLAIMS), sorted(set(CLAIMS) - set(RECORD["quick"]))
    assert len(many) >= LEAST_MANY * len(CLAIMS), sorted(set(RECORD["quick"]) - set(many))
    assert len(RECORD["full"]) >= LEAST_FULL * len(CLAIMS), len(RECORD["full"])


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
