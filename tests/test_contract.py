"""What every claim, every paper and every figure owes its reader."""

import importlib
import importlib.util
import json
import re
from pathlib import Path

import pytest

from flatlab.evidence.claim import KINDS, ORIGINS, Claim, source_text
from flatlab.evidence.discovery import claims_of_module, installed_claims
from flatlab.evidence.domains import SEED, LogUniform, Uniform
from flatlab.evidence.judge import DEFAULT_SEED, draw_settings

ROOT = Path(__file__).parent.parent
CLAIMS = installed_claims()
FIGURES = [path for path in sorted((ROOT / "figures").glob("*.py")) if not path.name.startswith("_")]
STATEMENTS = [path for path in sorted((ROOT / "paper_checks").glob("*/*.py")) if not path.name.startswith("_")]


def _is_fine(claim):
    """Return whether the domain is so fine that two draws are never the same."""
    return any(isinstance(values, (Uniform, LogUniform)) or values == SEED for values in claim.domain.values())


@pytest.fixture(params=CLAIMS.values(), ids=list(CLAIMS))
def claim(request):
    return request.param


def test_a_claim_tells_its_statement_and_where_it_comes_from(claim):
    assert re.fullmatch(r"[a-z0-9]+/[a-z0-9]+(-[a-z0-9]+)*", claim.id)
    assert claim.title.strip()
    assert re.search(r"\$.+\$", claim.statement, re.DOTALL), "no formula in the statement"
    assert claim.source
    assert claim.origin in ORIGINS
    assert claim.kind in KINDS
    if claim.origin == "quoted":
        assert re.search(r"\d{4}\.\d{5}v\d", source_text(claim)), "a quoted claim names the versioned arXiv id"


def test_a_claim_has_controls_that_say_why(claim):
    assert claim.controls
    for control in claim.controls:
        assert control.name.strip()
        assert control.why.strip()
        replaced = (control.observe, control.expect, control.problem, control.change)
        assert any(part is not None for part in replaced), f"{control.name} changes nothing"


def test_a_claim_has_settings_of_both_kinds_of_budget(claim):
    quick, full = draw_settings(claim), draw_settings(claim, budget="full")
    assert quick
    corners = len(claim.corners)
    if claim.domain:
        assert len(full) > len(quick), "the full budget must look further"
    if _is_fine(claim):
        assert all(setting not in quick[corners:] for setting in full[corners:]), "the full budget uses other draws"
    for setting in (*quick, *full):
        claim.check(setting)


def test_settings_are_plain_data_and_follow_from_the_seed(claim):
    drawn = draw_settings(claim, DEFAULT_SEED)
    assert json.loads(json.dumps(drawn)) == json.loads(json.dumps(draw_settings(claim, DEFAULT_SEED)))
    for setting in drawn:
        assert all(isinstance(key, str) for key in setting)
    if claim.quick and _is_fine(claim):
        assert draw_settings(claim, DEFAULT_SEED + 1) != drawn


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_module_of_a_paper_declares_claims_of_that_paper(path):
    if path.stem == "__init__":
        return
    module = importlib.import_module(f"paper_checks.{path.parent.name}.{path.stem}")
    found = claims_of_module(module)
    assert found, "declares no claim; a helper module starts with an underscore"
    assert {item.paper for item in found.values()} == {path.parent.name}


@pytest.mark.parametrize(
    "folder", [path.parent for path in sorted((ROOT / "paper_checks").glob("*/__init__.py"))], ids=lambda p: p.name
)
def test_a_paper_has_a_page_and_claims(folder):
    assert (folder / "README.md").is_file(), "no README.md with the notation and the derivations"
    assert any(item.paper == folder.name for item in CLAIMS.values()), "no claim"


@pytest.mark.parametrize("path", FIGURES or [pytest.param(None, marks=pytest.mark.skip("no figures"))])
def test_a_figure_names_its_claims_its_record_and_its_caption(path, monkeypatch):
    monkeypatch.syspath_prepend(str(path.parent))  # a script may import a neighbour
    spec = importlib.util.spec_from_file_location(f"figure_{path.stem}", path)
    figure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(figure)
    assert set(figure.SHOWS) <= set(CLAIMS), sorted(set(figure.SHOWS) - set(CLAIMS))
    made = hasattr(figure, "COMMAND") or (ROOT / "experiments" / f"{figure.RECORD}.py").is_file()
    assert made, f"no experiment {figure.RECORD} and no COMMAND"
    assert figure.CAPTION.strip()
    assert callable(figure.draw)
    for stored in (f"records/{figure.RECORD}.nc", f"gallery/{path.stem}.png"):
        assert (path.parent / stored).is_file(), f"no {stored}: `flatlab figures {path.stem} --keep` makes it"


def test_every_claim_is_a_claim_once():
    assert all(isinstance(item, Claim) for item in CLAIMS.values())
    titles = [(item.paper, item.title) for item in CLAIMS.values()]
    assert len(set(titles)) == len(titles), "two claims of one paper bear the same title"
