"""Every equation and bound in few parameters is proved, or there is a reason."""

import sys
import types

import pytest
from evidence.enclosures.declared import enclosed_claim
from evidence.test_claim import claim

from flatlab.evidence import unproved
from flatlab.evidence.discovery import installed_claims
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.evidence.unproved import OPEN, parameters, reasons, standing, standings

CLAIMS = installed_claims()
FOUND = standings(CLAIMS)


def test_no_claim_of_these_kinds_is_left_out():
    few = {name for name, one in CLAIMS.items() if one.kind in unproved.KINDS and parameters(one) <= 4}
    enclosed = {name for name, one in CLAIMS.items() if one.enclosure is not None and one.kind in unproved.KINDS}
    assert set(FOUND) == few | enclosed
    assert all(one.words and "\n" not in one.words for one in FOUND.values())
    assert len(few) > 100


def test_what_has_an_enclosure_is_certified():
    assert [name for name, one in FOUND.items() if CLAIMS[name].enclosure and one.status == OPEN] == []


def test_each_line_of_reasons_is_of_a_claim_that_is_not_proved():
    papers = {one.paper: one for one in CLAIMS.values()}
    for paper, one in papers.items():
        for name, words in reasons(one).items():
            assert words
            assert name == unproved.WHOLE_PAPER or FOUND[f"{paper}/{name}"].status == OPEN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"domain": {"x": Uniform(0.0, 1.0), "seed": Whole(0, 9)}, "corners": ()}, unproved.DATA),
        ({"relation": WithinInterval(0.1)}, unproved.ESTIMATE),
        ({}, unproved.NONE_WRITTEN),
    ],
)
def test_the_reason_follows_from_the_declaration(changes, words):
    assert standing(claim(**changes)) == (OPEN, words)


def test_a_claim_about_long_runs_says_so():
    assert standing(CLAIMS["ahn2024/flat-bottom"]) == (OPEN, unproved.RUNS)


def test_parameters_are_the_continuous_ranges():
    assert parameters(claim(domain={"x": Uniform(0, 1), "y": LogUniform(1, 2), "n": Whole(1, 3)}, corners=())) == 2


def test_a_line_beside_the_paper_comes_first(tmp_path, monkeypatch):
    package = types.ModuleType("somewhere.paper")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "somewhere.paper", package)
    one = enclosed_claim()
    assert standing(one).words.startswith("its certificate is not there")
    plain = enclosed_claim(enclosure=None)
    (tmp_path / "unproved.txt").write_text("*: all of it is new\n\nother: no\n")
    assert standing(plain) == (OPEN, "all of it is new")
    (tmp_path / "unproved.txt").write_text("*: all of it is new\nstatement: it is: hard\n")
    assert standing(plain) == (OPEN, "it is: hard")
