"""Verification: settings and generators follow from seed, budget and id; controls share both with their claim."""

import dataclasses

import pytest
from evidence.test_claim import claim

from flatlab.evidence import judge as verification
from flatlab.evidence.claim import Control, HypothesisError
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.judge import draw_settings, judge, judge_breach, verify
from flatlab.evidence.relations import Equal
from flatlab.methods import SAM
from flatlab.simulation.cost import spend

DOMAIN = {"x": Uniform(0.0, 1.0), "n": Whole(1, 6)}
RANDOM = {"observe": lambda s, rng: rng.random(), "expect": lambda s: 0.5, "relation": Equal(atol=1.0)}


def test_settings_are_the_corners_then_the_draws():
    drawn = draw_settings(claim(domain=DOMAIN, quick=3, full=7))
    assert drawn[0] == {"x": 1.0}
    assert len(drawn) == 4
    assert all(set(setting) == {"x", "n"} for setting in drawn[1:])
    assert len(draw_settings(claim(domain=DOMAIN, quick=3, full=7), budget="full")) == 8
    assert draw_settings(claim()) == [{"x": 1.0}]


def test_settings_follow_from_seed_budget_and_id_alone():
    base = claim(domain=DOMAIN, quick=5, full=5)
    assert draw_settings(base, 1) == draw_settings(dataclasses.replace(base, title="other"), 1)
    others = [
        draw_settings(base, 2)[1:],
        draw_settings(base, 1, "full")[1:],
        draw_settings(dataclasses.replace(base, id="paper/other"), 1)[1:],
    ]
    for other in others:
        assert all(setting not in draw_settings(base, 1) for setting in other)


def test_draws_meet_the_hypotheses_and_corners_must():
    positive = {"x is above 1/2": lambda s: s["x"] > 0.5}
    assert all(s["x"] > 0.5 for s in draw_settings(claim(domain=DOMAIN, hypotheses=positive, quick=20)))
    with pytest.raises(HypothesisError, match="x is above 1/2"):
        draw_settings(claim(hypotheses=positive, corners=[{"x": 0.1}]))
    with pytest.raises(ValueError, match="domain of paper/statement"):
        draw_settings(claim(domain=DOMAIN, hypotheses={"x is above 2": lambda s: s["x"] > 2}, corners=()))


@pytest.mark.parametrize("seed", [-1, 1.5, "a", None])
def test_a_wrong_seed_is_refused(seed):
    with pytest.raises(ValueError, match=r"^seed must"):
        draw_settings(claim(), seed)


def test_a_wrong_budget_is_refused():
    with pytest.raises(ValueError, match=r"^budget must be one of 'quick', 'full', got 'fulll'"):
        judge(claim(), budget="fulll")


def test_evidence_is_repeatable_and_the_generators_differ():
    random = claim(domain=DOMAIN, quick=5, **RANDOM)
    first = judge(random)
    assert judge(random) == first
    assert len({item.observed for item in first}) == len(first)
    assert {item.observed for item in first}.isdisjoint(item.observed for item in judge(random, seed=1))


def test_a_control_runs_on_the_settings_and_generators_of_its_claim():
    random = claim(domain=DOMAIN, quick=3, **RANDOM)
    shifted = judge_breach(random, Control("c", "", expect=lambda s: 50.0))
    assert [item.observed for item in shifted.evidence] == [item.observed for item in judge(random)[:3]]
    assert [item.setting for item in shifted.evidence] == [item.setting for item in judge(random)[:3]]
    assert shifted.broke


ABOVE = {"change": lambda s: {"x": s.x + 9} if s.x > 0.5 else None}


@pytest.mark.parametrize("budget", verification.BUDGETS)
@pytest.mark.parametrize(
    ("control", "judged"),
    [
        ({"observe": lambda s, rng: 9.0}, [0, 1, 2]),
        (ABOVE | {"expect": 0.0}, [0, 2, 4]),
        ({"observe": lambda s, rng: 9.0, "everywhere": False}, [0, 1, 2, 3, 4, 5]),
        (ABOVE | {"expect": 0.0, "everywhere": False}, [0, 2, 4, 5]),
    ],
)
def test_a_control_is_judged_at_the_first_three_settings_or_at_all_where_one_suffices(control, judged, budget):
    corners = [{"x": x} for x in (0.75, 0.25, 0.875, 0.375, 0.625, 0.8125)]
    one = claim(corners=corners, full_corners=[{"x": 0.5}], controls=[Control("c", "", **control)])
    (found,) = verify(one, budget=budget).controls
    above = 9 if "change" in control else 0
    assert [item.setting for item in found.evidence] == [{"x": corners[k]["x"] + above} for k in judged]
    ends = (0, 2), (2, 3), (3, None)
    pieces = [verification.judge_part(one, 1, budget, *pair) for pair in ends]
    assert verification.joined(one, pieces).controls == (found,)


def test_a_verdict_counts_the_cost_and_runs_controls_on_the_quick_budget():
    def observe(setting, rng):
        spend(SAM(0.1, 0.1), 10)
        return setting["x"]

    costly = claim(domain=DOMAIN, observe=observe, quick=2, full=6)
    quick, full = verify(costly), verify(costly, budget="full")
    assert (quick.status, full.status) == ("holds", "holds")
    assert quick.gradient_evaluations == 3 * 20  # the control looks at what the claim has observed
    assert full.gradient_evaluations == (7 + 3) * 20
    assert quick.seconds > 0


def test_a_claim_fails_when_a_control_does_not_break():
    idle = Control("idle", "breaks nothing")
    assert verify(claim(controls=[idle])).status == "fails"


class _Ends:
    """A generator that draws an end of the range."""

    def __init__(self, high):
        self.high = high

    def uniform(self, low, high):
        return high if self.high else low


@pytest.mark.parametrize("high", [False, True])
@pytest.mark.parametrize(("low", "up"), [(3, 7), (1, 10), (5, 1000), (10, 10**6)])
def test_logarithmic_ranges_keep_their_ends(low, up, high):
    assert low <= LogUniform(low, up).draw(_Ends(high)) <= up
    assert low <= Whole(low, up, log=True).draw(_Ends(high)) <= up


def test_ranges_draw_inside_themselves(rng):
    for values in (Whole(2, 4), Whole(2, 4, log=True), Choice((2, 3, 4))):
        assert {values.draw(rng) for _ in range(200)} == {2, 3, 4}
    assert all(2 <= Uniform(2, 4).draw(rng) < 4 for _ in range(100))
    assert isinstance(SEED.draw(rng), int)


@pytest.mark.parametrize("single", [Choice(("x",)), Choice((0.3,)), Whole(40, 40), Whole(0, 0)])
def test_a_range_of_one_value_takes_nothing_from_the_generator(rng, single):
    """So a constant that moves from the domain to ``fixed`` changes no other draw."""
    rng.integers(5)  # of a 64-bit word one half is now kept for the next small draw
    before = rng.bit_generator.state
    single.draw(rng)
    assert rng.bit_generator.state == before


def test_a_constant_may_move_from_the_domain_to_fixed():
    before = claim(
        domain={"c": Choice((7,)), **DOMAIN, "m": Whole(3, 3)}, corners=[{"x": 1.0, "c": 7, "m": 3}], quick=9
    )
    after = claim(domain=DOMAIN, fixed={"c": 7, "m": 3}, corners=[{"x": 1.0}], quick=9)
    assert draw_settings(before) == draw_settings(after)
    assert draw_settings(before, budget="full") == draw_settings(after, budget="full")


def test_a_corner_of_the_full_budget_stands_before_the_draws_and_in_the_full_budget_only():
    dear = {"domain": DOMAIN, "fixed": {"c": 7}, "corners": [{"x": 1.0}], "full_corners": [{"x": 3.0}]}
    plain = claim(**{**dear, "full_corners": ()})
    assert draw_settings(claim(**dear)) == draw_settings(plain)
    first, *drawn = draw_settings(plain, budget="full")
    assert draw_settings(claim(**dear), budget="full") == [first, {"x": 3.0, "c": 7}, *drawn]
    with pytest.raises(HypothesisError, match="x is below 2"):
        draw_settings(claim(**dear, hypotheses={"x is below 2": lambda s: s["x"] < 2}), budget="full")
    several = claim(**{**dear, "domain": {}})
    assert draw_settings(several, budget="full") == [{"x": 1.0, "c": 7}, {"x": 3.0, "c": 7}]


def test_budgets_are_the_documented_two():
    assert verification.BUDGETS == ("quick", "full")


def test_a_control_that_replaces_the_expectation_only_looks_at_what_its_claim_observed():
    looks = []

    def observe(setting, rng):
        looks.append(rng.random())
        return looks[-1]

    wrong = Control("wrong", "", expect=lambda s: 2.0)
    others = [
        Control("observed anew", "", observe=lambda s, rng: observe(s, rng) + 2),
        Control("of another setting", "", expect=lambda s: 2.0, change={"x": 2.0}),
        Control("of another problem", "", expect=lambda s: 2.0, problem=lambda x: {"x": x}),
    ]
    judged = claim(**{**RANDOM, "observe": observe, "relation": Equal(atol=0.9)}, controls=[wrong], quick=0)
    verdict = verify(judged)
    assert len(looks) == 1
    alone = judge_breach(judged, wrong)
    assert verdict.controls == (alone,)
    assert verdict.controls[0].evidence[0].observed == verdict.evidence[0].observed
    for control in others:
        looks.clear()
        verify(dataclasses.replace(judged, controls=[control]))
        assert len(looks) == 2
    looks.clear()
    verify(dataclasses.replace(judged, controls=[wrong, dataclasses.replace(wrong, name="again")]), budget="full")
    assert len(looks) == 2  # the full budget's own settings, and those of the controls once


def test_a_control_is_judged_on_a_problem_of_its_own():
    other = Control("another problem", "", problem=lambda x: 3 * x)
    base = claim(problem=lambda x: x, observe=lambda p, rng: p, expect=1.0, controls=(other,))
    assert judge_breach(base, other).broke
