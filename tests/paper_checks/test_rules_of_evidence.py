"""Every claim has a control of the theorem and enough settings; the lists in ``unmet`` name those that lack one yet."""

import ast
import inspect
import math
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from evidence.test_claim import BREAK, claim
from unmet import RULES, listed

from flatlab.evidence.claim import Control, Setting
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.domains import SEED, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.judge import count_settings, draw_settings
from flatlab.evidence.relations import AtLeast, AtMost, Estimate

CLAIMS = installed_claims()
PAPERS = sorted({one.paper for one in CLAIMS.values()})
FEWEST = {"quick": 5, "full": 200}  # settings of a budget,
DEAR = {"quick": 0.02, "full": 0.05}  # unless one costs so many seconds and `few` says why
CORE_SECONDS = {"bartlett2023": 25, "ahn2024": 20, "zhang2024": 30, "laboratory": 6.25}  # of the quick budget
MOST_OF_ONE = 10
CORE_SECONDS_IN_FULL = 2 * 20 * 60
LARGEST_SLACK = 1e-6  # of the bound: what is left to rounding and to searches for a maximum
LOOSE = {  # bounds that need not come near, by why; any other declares `tight_within`
    "ahn2024/flat-is-sparse": "a correlation is at most 1, and 0.999 is near it",
    "ahn2024/sign-flip": "the statement is the direction: the runs end above the start",
    "ahn2024/sparse-recovery": "the end is the sparse one up to rounding, which has no least size",
    "zhang2024/cross-entropy-trace": "the exponent is above a half by an amount that nothing states",
    "zhang2024/network-bound-not-vacuous": "the statement is that a bound says more than a guess",
    "zhang2024/network-trace": "an error in standard errors, with Student's quantile of the suite's level",
    "zhang2024/sensing-trace-estimates": "an error in standard errors, with a quantile of the suite's level",
}
ENDS_BY_HAND = {  # modules with an `Estimate` that no function of evidence/intervals.py makes, by what its ends are
    "bartlett2023/main_statement.py": "order statistics, with binomial ranks",
    "zhang2024/pac_bayes_and_risk.py": "the stated range of the relation Inside",
    "zhang2024/sensing_authors_curves.py": "the stated range of the relation Inside",
}


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


def loose(claims):
    """Return the bounds that need not be tight anywhere."""
    bounds = {name: one for name, one in claims.items() if one.kind in ("upper bound", "lower bound")}
    return {name for name, one in bounds.items() if getattr(one.relation, "tight_within", math.inf) == math.inf}


def slack_of(one):
    return getattr(one.relation, "slack", 0.0)


def estimates_by_hand(source):
    """Return whether a module calls ``Estimate`` itself."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return any("Estimate" in (getattr(called, "id", ""), getattr(called, "attr", "")) for called in calls)


def test_a_bound_is_tight_somewhere_or_listed_with_a_reason():
    assert loose(CLAIMS) == set(LOOSE)
    assert loose({"one": claim(kind="upper bound", relation=AtMost())}) == {"one"}
    assert loose({"one": claim(kind="lower bound", relation=AtLeast(tight_within=9.0)), "two": claim()}) == set()


def test_the_slack_of_a_bound_is_no_more_than_rounding():
    assert {name: slack_of(one) for name, one in CLAIMS.items() if slack_of(one) > LARGEST_SLACK} == {}
    assert slack_of(claim(relation=AtLeast(slack=0.01))) == 0.01
    assert AtLeast(slack=LARGEST_SLACK).judge(-3.022, -3.0).status == "fails"


def test_intervals_are_made_by_the_functions_for_them():
    """The laboratory is left out: its claims are about the judge's own intervals."""
    papers = Path(__file__).parents[2] / "paper_checks"
    files = {str(file.relative_to(papers)): file for file in papers.rglob("*.py")}
    found = {name for name, file in files.items() if estimates_by_hand(file.read_text())}
    assert {name for name in found if not name.startswith("laboratory/")} == set(ENDS_BY_HAND)
    assert estimates_by_hand("def f():\n    return relations.Estimate(1.0, 0.9, 1.1)")
    assert not estimates_by_hand("from relations import Estimate\n\nx: Estimate = mean(values)")


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
