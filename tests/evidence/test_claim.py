"""Claims: a declaration that cannot be judged is refused; the worst entry speaks; controls must truly break."""

import dataclasses
import math
import sys
import types

import numpy as np
import pytest

from flatlab.evidence.claim import Claim, Control, HypothesisError, Setting, source_text
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.judge import judge_control, judge_setting
from flatlab.evidence.relations import AtLeast, AtMost, Close, Equal, Estimate, WithinInterval

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
        ({"seconds": 0.0}, "seconds"),
        ({"seconds": math.nan}, "seconds"),
        ({"fixed": {"y": 1, "x": 2}, "domain": {"x": Uniform(0, 1)}}, "fixed of paper/statement .* got x in both"),
        ({"fixed": {"values": 3}}, "parameters of paper/statement .* got 'values"),
        ({"domain": {"pop": Choice((1, 2))}}, "parameters"),
        ({"corners": [{"x": 1.0, "keys": 2}]}, "parameters"),
        ({"controls": [Control("c", "", change={"y": 1})]}, "change of 'c' in paper/statement .* got 'y"),
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
    assert judge_setting(many, {"x": 1.0}, None, Control("nan", "", lambda s, rng: [1.0, math.nan])).status == "fails"


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


def test_fixed_values_stand_in_every_setting_unless_a_corner_gives_another():
    wide = claim(fixed={"y": 3, "z": 4}, domain={"x": Uniform(0.0, 1.0)}, corners=[{"x": 1.0}, {"x": 2.0, "y": 5}])
    corner, other, drawn = wide.settings(np.random.default_rng(1), 1)
    assert corner == {"x": 1.0, "y": 3, "z": 4}
    assert other == {"x": 2.0, "y": 5, "z": 4}
    assert drawn == {"x": drawn.x, "y": 3, "z": 4}
    assert claim(fixed={"x": 7.0}, corners=()).settings(None, 0) == [{"x": 7.0}]
    assert claim(fixed={"x": 7.0}, corners=(), domain={"y": Uniform(0, 1)}).settings(None, 0) == []


def test_a_setting_gives_its_parameters_as_attributes_and_says_what_it_lacks():
    setting = Setting(rho=0.1, h=2)
    assert (setting.rho, setting["h"], {**setting}) == (0.1, 2, {"rho": 0.1, "h": 2})
    with pytest.raises(AttributeError, match="no 'eta'; it has rho, h"):
        _ = setting.eta
    assert not hasattr(Setting(), "h")
    strict = claim(hypotheses={"x is positive": lambda s: s.x > 0})
    strict.check({"x": 1.0})


@dataclasses.dataclass
class Square:
    """A problem whose fields are the parameters."""

    x: float
    built = 0

    def __post_init__(self):
        Square.built += 1
        self.side = self.x


def test_the_problem_is_built_once_and_handed_to_observe_and_expect():
    seen = []
    area = claim(
        problem=Square,
        observe=lambda square, rng: seen.append(square) or square.side**2,
        expect=lambda square: seen.append(square) or square.x**2,
    )
    Square.built = 0
    evidence = judge_setting(area, {"x": 3.0}, None)
    assert (evidence.observed, evidence.expected, evidence.setting) == (9.0, 9.0, {"x": 3.0})
    assert Square.built == 1
    assert seen[0] is seen[1]
    with pytest.raises(TypeError, match="'y'"):
        judge_setting(area, {"x": 3.0, "y": 1}, None)


def test_what_is_stated_may_be_a_number_or_several():
    assert judge_setting(claim(expect=0.5, relation=AtLeast()), {"x": 1.0}, None).expected == 0.5
    assert judge_setting(claim(expect=0, relation=AtLeast()), {"x": 1.0}, None).expected == 0.0
    several = claim(observe=lambda s, rng: [1.0, 2.0], expect=(1.0, 3.0))
    assert judge_setting(several, {}, None).expected == 3.0
    assert judge_setting(several, {}, None, Control("array", "", expect=np.array([5.0, 2.0]))).expected == 5.0


def test_a_control_replaces_values_numbers_and_the_problem():
    square = {"problem": Square, "observe": lambda p, rng: p.side**2, "expect": lambda p: p.x**2}
    zero = _control(Control("zero", "", expect=0), **square)
    assert zero.broke
    assert [item.expected for item in zero.evidence] == [0.0, 0.0]
    changed = _control(Control("three", "", change={"x": 3.0}, expect=4.0), **square)
    assert [(item.observed, item.setting) for item in changed.evidence] == [(9.0, {"x": 3.0})] * 2

    def longer(x):
        built = Square(x)
        built.side *= 2
        return built

    twice = _control(Control("twice the side", "", problem=longer), **square)
    assert twice.broke
    assert [item.observed for item in twice.evidence] == [4.0, 16.0]
    anew = Control("another", "", problem=lambda x, y: Square(x + y), change={"y": 1.0}, observe=lambda p, rng: 0.0)
    assert [item.expected for item in _control(anew, **square).evidence] == [4.0, 9.0]


def test_texts_may_run_over_several_lines():
    told = claim(
        statement=r"""On a quadratic
            $a_1 = \rho h$.""",
        note="""
        First.
        Second.
        """,
        controls=[
            Control(
                "c",
                """one
            reason""",
            )
        ],
    )
    assert told.statement == r"On a quadratic $a_1 = \rho h$."
    assert told.note == "First. Second."
    assert told.controls[0].why == "one reason"


def test_vectors_are_compared_whole_and_each_on_its_own():
    near = claim(relation=Close(rtol=0.1), observe=lambda s, rng: [[3.0, 4.0], [0.0, 5.25]], expect=[0.0, 5.0])
    worst = judge_setting(near, {}, None)
    assert (worst.observed, worst.expected, worst.status) == (3.0, 0.0, "fails")  # both are of length 5
    second = dataclasses.replace(near, observe=lambda s, rng: np.array([0.0, 5.25]))
    assert judge_setting(second, {}, None)[1:5] == (5.25, 5.0, "=", 0.5)


def test_a_source_begins_with_the_reference_of_its_paper(monkeypatch):
    named = claim(source=("Radius", "Proof"))
    assert source_text(named) == "Radius; Proof"
    package = types.ModuleType("some_checks.paper")
    package.REFERENCE = "Doe (2023), arXiv 2301.00001v1"
    monkeypatch.setitem(sys.modules, package.__name__, package)
    assert source_text(named) == 'Doe (2023), arXiv 2301.00001v1; README, "Radius", "Proof"'
    assert source_text(claim(source="Radius")) == 'Doe (2023), arXiv 2301.00001v1; README, "Radius"'
    assert source_text(claim(id="papers/statement")) == "s"
