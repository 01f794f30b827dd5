"""Every claim has a control of the theorem and enough settings; the lists in ``unmet`` name those that lack one yet."""

import inspect
from collections import Counter
from functools import partial

import pytest
from evidence.test_claim import BREAK, claim
from unmet import RULES, listed

from flatlab.evidence.claim import Control, Setting
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.domains import SEED, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.judge import count_settings, draw_settings
from flatlab.evidence.relations import Estimate

CLAIMS = installed_claims()
PAPERS = sorted({one.paper for one in CLAIMS.values()})
FEWEST = {"quick": 5, "full": 200}  # settings of a budget,
DEAR = {"quick": 0.02, "full": 0.05}  # unless one costs so many seconds and `few` says why
CORE_SECONDS = {"bartlett2023": 25, "ahn2024": 25, "zhang2024": 37.5, "laboratory": 6.25}  # of the quick budget
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
    found += [] if drawn else ["drawn"]
    about_intervals = one.paper == "laboratory"  # its claims are about the judge's own intervals
    return found + (["interval"] if observes_an_end(one.observe) and not about_intervals else [])


def observes_an_end(observe):
    """Return whether a function, or one of its module that it calls, takes an end of an interval for the number."""
    waiting, seen = [observe], []
    while waiting:
        function = waiting.pop()
        function = function.func if isinstance(function, partial) else function
        if not inspect.isfunction(function) or function in seen:
            continue
        seen.append(function)
        names = _names(function.__code__)
        if names & {"low", "high"} and "Estimate" not in names:
            return True
        found = [function.__globals__.get(name) for name in names]
        waiting += [other for other in found if getattr(other, "__module__", None) == function.__module__]
    return False


def _names(code):
    inner = [_names(part) for part in code.co_consts if inspect.iscode(part)]
    return set(code.co_names).union(*inner)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_claim_meets_the_rules_or_is_listed(paper):
    """A line is ``name: rule rule``; a claim that meets a rule loses it there, and no new claim is listed."""
    found = {name: rules for name, one in CLAIMS.items() if one.paper == paper and (rules := rules_unmet(one))}
    assert found == listed(paper), f"the rules: {RULES}"


def _core_seconds(claims, budget):
    """Return what the declared costs of claims add up to, by paper, with the settings that searches have kept."""
    spent = Counter()
    for one in claims:
        spent[one.paper] += one.seconds * count_settings(one, budget)
    return spent


def test_the_declared_costs_add_up_to_the_budget():
    spent = _core_seconds(CLAIMS.values(), "quick")
    assert all(spent[paper] <= most for paper, most in CORE_SECONDS.items()), spent
    assert {name for name, one in CLAIMS.items() if one.seconds * count_settings(one, "quick") > MOST_OF_ONE} == set()
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


def _upper(s, rng):
    return [mean(rng.normal(size=(2, 9))[k]).high for k in range(2)]


def _widened(s, rng):
    found = mean(rng.normal(size=9))
    return Estimate(found.value, found.low - 1, found.high + 1)


@pytest.mark.parametrize(
    ("observe", "takes"),
    [
        (lambda s, rng: mean(rng.normal(size=9)).low, True),
        (_upper, True),
        (partial(_upper, rng=None), True),
        (lambda s, rng: max(_upper(s, rng)), True),
        (lambda s, rng: mean(rng.normal(size=9)), False),
        (_widened, False),
        (lambda s, rng: mean(rng.normal(size=9)).value, False),
        (max, False),
    ],
)
def test_an_end_of_an_interval_that_is_observed_would_be_seen(observe, takes):
    assert observes_an_end(observe) == takes
    assert ("interval" in rules_unmet(claim(observe=observe))) == takes


def test_costs_are_those_of_a_setting():
    two = claim(domain=X, quick=3, full=20, seconds=0.5, full_corners=[{"x": 0.5}]), claim(corners=(), seconds=2.0)
    assert _core_seconds(two, "quick") == {"paper": 4.0}
    assert _core_seconds(two, "full") == {"paper": 13.0}
