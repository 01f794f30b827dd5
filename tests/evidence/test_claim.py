"""Claims: a declaration that cannot be judged is refused; the worst entry speaks; controls must truly break."""

import math

import pytest

from flatlab.evidence.claim import Claim, Control, HypothesisError, Verdict, judge_control, judge_setting
from flatlab.evidence.relations import AtLeast, AtMost, Equal, Estimate, WithinInterval

BREAK = Control("twice", "a factor 2", expect=lambda setting: 2 * setting["x"])


def claim(**changes):
    fields = {
        "id": "paper/statement",
        "title": "t",
        "statement": "$x = x$",
        "source": "s",
        "origin": "derived",
        "kind": "equality",
        "relation": Equal(rtol=1e-10),
        "observe": lambda setting, rng: setting["x"],
        "expect": lambda setting: setting["x"],
        "controls": [BREAK],
        "corners": [{"x": 1.0}],
    }
    return Claim(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"origin": "guessed"}, "origin"),
        ({"kind": "theorem"}, "kind"),
        ({"id": "statement"}, "id"),
        ({"id": "a/b/c"}, "id"),
        ({"controls": []}, "controls"),
        ({"controls": [BREAK, BREAK]}, "controls"),
    ],
)
def test_a_declaration_no_reader_could_judge_is_refused(changes, word):
    with pytest.raises(ValueError, match=rf"^{word}\b"):
        claim(**changes)


def test_a_setting_outside_the_hypotheses_is_refused_in_words():
    strict = claim(hypotheses={"x is positive": lambda setting: setting["x"] > 0})
    strict.check({"x": 1.0})
    with pytest.raises(HypothesisError, match="x is positive"):
        strict.check({"x": -1.0})


def test_of_several_numbers_the_worst_is_the_evidence():
    many = claim(relation=AtMost(), observe=lambda s, rng: [1.0, 3.5, 2.0], expect=lambda s: 4.0)
    evidence = judge_setting(many, {"x": 1.0}, None)
    assert (evidence.observed, evidence.margin, evidence.relation) == (3.5, 0.125, "≤")
    assert judge_setting(many, {"x": 1.0}, None, observe=lambda s, rng: [1.0, math.nan]).status == "fails"


def test_numbers_and_bounds_must_match():
    with pytest.raises(ValueError, match="compares 2 observed with 3 expected"):
        judge_setting(claim(observe=lambda s, rng: [1, 2], expect=lambda s: [1, 2, 3]), {}, None)
    with pytest.raises(ValueError, match="compares 0 observed"):
        judge_setting(claim(observe=lambda s, rng: [], expect=lambda s: 1.0), {}, None)


def test_an_estimate_brings_its_interval():
    measured = claim(relation=WithinInterval(1.0), observe=lambda s, rng: Estimate(1.0, 0.8, 1.1))
    assert judge_setting(measured, {"x": 1.0}, None).interval == (0.8, 1.1)


def _control(control, values=(1.0, 2.0), **changes):
    return judge_control(claim(**changes), control, [{"x": x} for x in values], [None] * len(values))


def test_a_control_breaks_when_the_conclusion_fails_everywhere():
    assert _control(BREAK).broke
    assert not _control(BREAK, values=(1.0, 0.0)).broke  # at 0 twice is no change
    assert _control(Control("twice", "", expect=BREAK.expect, everywhere=False), values=(1.0, 0.0)).broke


def test_a_control_that_only_makes_nan_has_not_broken():
    for relation in (Equal(), Equal(rtol=0.1), AtMost(), AtLeast()):
        nan = Control("nan", "", observe=lambda s, rng: math.nan)
        assert not _control(nan, relation=relation).broke


def test_an_inconclusive_control_has_not_broken():
    wide = Control("wide", "", observe=lambda s, rng: Estimate(1.0, -9.0, 9.0))
    assert not _control(wide, relation=WithinInterval(1.0)).broke


def test_a_control_may_leave_settings_out_but_not_all():
    change = lambda s: {"x": s["x"]} if s["x"] > 1 else None  # noqa: E731
    result = _control(Control("some", "", expect=BREAK.expect, change=change))
    assert result.broke
    assert len(result.evidence) == 1
    assert not _control(Control("none", "", expect=BREAK.expect, change=lambda s: None)).broke


def test_a_change_does_not_touch_the_setting():
    setting = {"x": 1.0}
    judge_control(claim(), Control("clear", "", change=lambda s: s.clear() or {"x": 2.0}), [setting], [None])
    assert setting == {"x": 1.0}


def _verdict(kind="upper bound", relation=None, observed=(1.0, 3.0), controls=()):
    judged = claim(kind=kind, relation=relation or AtMost(tight_within=2.0), expect=lambda s: 4.0)
    evidence = tuple(judge_setting(judged, {"x": x}, None) for x in observed)
    results = tuple(judge_control(judged, control, [{"x": 1.0}], [None]) for control in controls)
    return Verdict(judged, evidence, results, 0, 0.0)


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
    assert math.isnan(_verdict(kind="equality").tightest)
    assert not _verdict(kind="equality", observed=(1.0,)).vacuous


def test_a_bound_far_on_the_other_side_is_vacuous_too():
    assert _verdict("lower bound", AtLeast(tight_within=2.0), observed=(12.0, 20.0)).vacuous
    assert not _verdict("lower bound", AtLeast(tight_within=4.0), observed=(12.0, 20.0)).vacuous
