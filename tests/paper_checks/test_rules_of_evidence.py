"""Every claim has a control of the theorem and enough settings; the lists in ``unmet`` name those that lack one yet."""

from collections import Counter

import pytest
from evidence.test_claim import BREAK, claim
from unmet import RULES, listed

from flatlab.evidence.claim import Control, Setting
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.domains import SEED, Uniform
from flatlab.evidence.judge import draw_settings

CLAIMS = installed_claims()
PAPERS = sorted({one.paper for one in CLAIMS.values()})
FEWEST = {"quick": 5, "full": 200}  # settings of a budget,
DEAR = {"quick": 0.02, "full": 0.05}  # unless one costs so many seconds and `few` says why
CORE_SECONDS = {"bartlett2023": 20, "ahn2024": 20, "zhang2024": 30, "laboratory": 3}  # of the quick budget, by paper
MOST_OF_ONE = 10
CORE_SECONDS_IN_FULL = 2 * 20 * 60


def breaks_the_theorem(one, control):
    """Return whether a control is more than a changed constant: another method or problem, or outside the domain."""
    if control.observe is not None or control.problem is not None:
        return True
    if control.change is None or control.expect is not None:
        return False
    breached = [found for setting in draw_settings(one) if (found := control.breached(setting)) is not None]
    return bool(breached) and all(_outside(one, Setting(setting)) for setting in breached)


def _outside(one, setting):
    """Return whether a setting breaks a hypothesis or has a value that neither domain nor any corner gives."""
    given = [{**one.fixed, **corner} for corner in (*one.corners, *one.full_corners)] + [one.fixed]
    for name, value in setting.items():
        inside = name in one.domain and one.domain[name].holds(value)
        if not inside and not any(name in other and other[name] == value for other in given):
            return True
    return not all(holds(setting) for holds in one.hypotheses.values())


def count(one, budget):
    """Return how many settings a claim is judged on."""
    corners = len(one.corners) + (len(one.full_corners) if budget == "full" else 0)
    return corners + getattr(one, budget) if one.domain else max(corners, 1)


def rules_unmet(one):
    """Return the rules that a claim does not meet."""
    found = [] if any(breaks_the_theorem(one, control) for control in one.controls) else ["control"]
    for budget, fewest in FEWEST.items():
        excused = one.few and (one.seconds >= DEAR[budget] or not one.domain)
        found += [] if count(one, budget) >= fewest or excused else [budget]
    drawn = one.quick > 0 if one.domain else one.few
    return found + ([] if drawn else ["drawn"])


@pytest.mark.parametrize("paper", PAPERS)
def test_every_claim_meets_the_rules_or_is_listed(paper):
    """A line is ``name: rule rule``; a claim that meets a rule loses it there, and no new claim is listed."""
    found = {name: rules for name, one in CLAIMS.items() if one.paper == paper and (rules := rules_unmet(one))}
    kept = {name: [rule for rule in rules if rule != "far"] for name, rules in listed(paper).items()}
    assert found == {name: rules for name, rules in kept.items() if rules}, f"the rules: {RULES}"
    assert set(kept) <= set(CLAIMS)


def _core_seconds(claims, budget):
    """Return what the declared costs of claims add up to, by paper."""
    spent = Counter()
    for one in claims:
        spent[one.paper] += one.seconds * count(one, budget)
    return spent


def test_the_declared_costs_add_up_to_the_budget():
    spent = _core_seconds(CLAIMS.values(), "quick")
    assert all(spent[paper] <= most for paper, most in CORE_SECONDS.items()), spent
    assert {name for name, one in CLAIMS.items() if one.seconds * count(one, "quick") > MOST_OF_ONE} == set()
    assert sum(_core_seconds(CLAIMS.values(), "full").values()) <= CORE_SECONDS_IN_FULL


X = {"x": Uniform(0.0, 1.0)}
HALF = {"x is at most 1/2": lambda s: s.x <= 0.5}
OTHER = Control("another method", "", observe=lambda s, rng: 7.0)


@pytest.mark.parametrize(
    ("control", "counts"),
    [
        (BREAK, False),
        (OTHER, True),
        (Control("c", "", problem=dict), True),
        (Control("c", "", change={"x": 0.3}), False),
        (Control("c", "", change={"x": 0.6}), True),
        (Control("c", "", change={"x": -1.0}), True),
        (Control("c", "", change={"x": -1.0}, expect=3.0), False),
        (Control("c", "", change={"x": -1.0}, expect=3.0, observe=OTHER.observe), True),
        (Control("c", "", change=lambda s: {**s, "x": 2 * s.x}), False),  # leaves the hypothesis at times only
        (Control("c", "", change=lambda s: None), False),
        (Control("c", "", change={"k": 4}), False),
        (Control("c", "", change={"k": 5}), True),
    ],
)
def test_what_counts_as_a_control_of_the_theorem(control, counts):
    one = claim(domain=X, hypotheses=HALF, fixed={"k": 3}, corners=[{"x": 0.1}, {"x": 0.2, "k": 4}], quick=9)
    assert breaks_the_theorem(one, control) == counts


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"quick": 3}, ["quick"]),
        ({"quick": 3, "few": "dear", "seconds": 0.02}, []),
        ({"quick": 3, "few": "dear", "seconds": 0.019}, ["quick"]),
        ({"quick": 3, "seconds": 0.02}, ["quick"]),
        ({"quick": 0}, ["quick", "drawn"]),
        ({"full": 198}, ["full"]),
        ({"full": 10, "few": "dear", "seconds": 0.05}, []),
        ({"full": 10, "few": "dear", "seconds": 0.04}, ["full"]),
        ({"domain": {}}, ["quick", "full", "drawn"]),
        ({"domain": {}, "few": "two cases"}, []),
        ({"domain": {"x": SEED}, "corners": ()}, ["quick", "full"]),
        ({"controls": [BREAK]}, ["control"]),
    ],
)
def test_a_claim_that_lacks_something_would_be_seen(changes, rules):
    enough = {"domain": X, "quick": 4, "full": 199, "controls": [BREAK, OTHER]}
    assert rules_unmet(claim(**{**enough, **changes})) == rules


def test_costs_are_those_of_a_setting():
    two = claim(domain=X, quick=3, full=20, seconds=0.5, full_corners=[{"x": 0.5}]), claim(corners=(), seconds=2.0)
    assert _core_seconds(two, "quick") == {"paper": 4.0}
    assert _core_seconds(two, "full") == {"paper": 13.0}
