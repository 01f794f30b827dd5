"""The level of a search lapses with the code that its claim runs, and not with other code."""

import dataclasses

import pytest
from evidence.test_nearest import statement  # noqa: F401 (a fixture)

from flatlab.base.reached import Sources
from flatlab.evidence import code, nearest
from flatlab.evidence.code import code_in, code_of
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.nearest import keep, kept_setting, level_of
from flatlab.evidence.search import nearest_failure

PROBLEM = "SIZE = 3\n\n\ndef problem(x):\n    return x * SIZE\n\n\ndef other(x):\n    return x\n"
MODULE = """
from flatlab.evidence.claim import Claim, Control
from paper.problem import other, problem

def control(p, rng):
    return 0.0

def shared(p):
    return p

CLAIMS = (
    Claim(id="paper/first", title="t", problem=problem, observe=lambda p, rng: 1 + shared(p), expect=1.0,
          controls=(Control("c", "w", observe=control),)),
    Claim(id="paper/second", title="t", problem=other, observe=lambda p, rng: 2 + shared(p), expect=2.0,
          controls=()),
)
MADE = [Claim(id=f"paper/{n}", observe=lambda p, rng: n, expect=other) for n in "ab"]
"""


@pytest.fixture
def codes(tmp_path):
    def of(old="", new="", **parts):
        (tmp_path / "paper").mkdir(exist_ok=True)
        for name, text in {"__init__": "", "problem": PROBLEM, "module": MODULE}.items():
            (tmp_path / "paper" / f"{name}.py").write_text(text.replace(old, new) if old else text)

        def find(name):
            base = tmp_path.joinpath(*name.split("."))
            return next((one for one in (base.with_suffix(".py"), base / "__init__.py") if one.is_file()), None)

        sources = Sources(["paper"], find)
        return [code_in("paper.module", f"paper/{name}", sources, **parts) for name in ("first", "second", "a")]

    return of


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("SIZE = 3", "SIZE = 4", [True, False, True]),  # of one made in a loop all declarations count
        ("1 + shared", "3 + shared", [True, False, True]),
        ("return p\n", "return 2 * p\n", [True, True, True]),
        ("expect=2.0", "expect=2.5", [False, True, True]),
        ("    return x\n", "    return -x\n", [False, True, True]),
        ("return 0.0", "return 0.5", [False, False, True]),
        ('title="t"', 'title="another"', [False, False, True]),
        ('Control("c", "w"', 'Control("c", "why"', [False, False, True]),
        ("rng: n", "rng: -n", [False, False, True]),
    ],
)
def test_the_code_of_a_claim_is_what_a_search_runs(codes, old, new, changed):
    before, after = codes(), codes(old, new)
    assert [one != two for one, two in zip(before, after)] == changed
    assert all(before)
    assert before[0] != before[1]


def test_the_code_of_a_verdict_takes_in_the_controls_and_what_decides(codes, monkeypatch):
    parts = {"parts": code.PARTS + code.ALSO_JUDGED}
    before, after = codes(**parts), codes("return 0.0", "return 0.5", **parts)
    assert [one != two for one, two in zip(before, after)] == [True, False, True]
    claim = next(iter(installed_claims().values()))
    kept = code.code_of_verdict(claim)
    monkeypatch.setattr(code, "_code_of_judge", lambda: "another judge")
    assert len(kept) == len(code.code_of_verdict(claim)) == 16
    assert code.code_of_verdict(claim) != kept


def test_every_claim_of_the_papers_has_a_code():
    claims = installed_claims()
    found = {name: code_of(claim) for name, claim in claims.items()}
    assert [name for name, code in found.items() if len(code) != 16] == []
    assert len(set(found.values())) > 0.9 * len(found)


def test_a_claim_that_no_module_declares_has_none():
    claim = next(iter(installed_claims().values()))
    assert code_of(dataclasses.replace(claim, id=f"{claim.paper}/nowhere")) == ""


def test_the_level_lapses_with_the_code_and_the_setting_stays(statement, monkeypatch):  # noqa: F811
    found = nearest_failure(statement, 300)
    keep(statement, found, seed=0)
    assert level_of(statement) == ("attacked", 300)
    monkeypatch.setattr(nearest, "code_of", lambda claim: "another")
    assert level_of(statement) == ("measured", 0)
    assert kept_setting(statement) == found.setting
    keep(statement, nearest_failure(statement, 60), seed=0)  # the longer search was of other code
    assert level_of(statement) == ("measured", 60)
