"""``flatlab certify``: each bad input is one sentence, and a certificate is written, gone on with and confirmed."""

import json
import sys
import types
from dataclasses import replace
from importlib.util import find_spec

import pytest
from evidence.enclosures.declared import chart, enclosed_claim, enclosure
from typer.testing import CliRunner

from flatlab.base.documents import sealed
from flatlab.base.engines import Engine
from flatlab.cli import app
from flatlab.commands import certify
from flatlab.evidence.certifying import certify_all
from flatlab.evidence.discovery import select
from flatlab.evidence.enclosures import ball, certificate, checker

MISSING = [name for name in ("codac", "flint", "sympy", "mpmath") if find_spec(name) is None]
needs_extra = pytest.mark.skipif(bool(MISSING), reason=f"needs the extra certify ({', '.join(MISSING)})")
ID = "paper/statement"
WHOLE = {"parts": [{"name": "chart", "box": certificate.box_record(chart()), "trees": [".", "."]}]}


def call(*words):
    return CliRunner().invoke(app, ["certify", *map(str, words)])


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """The claims that the command finds: one with an enclosure, one without, of a paper in a folder."""
    package = types.ModuleType("somewhere.paper")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "somewhere.paper", package)
    one = enclosed_claim()
    found = {ID: one, "paper/plain": replace(one, id="paper/plain", enclosure=None)}
    monkeypatch.setattr(certify, "select_claims", lambda names: {name: found[name] for name in names or found})
    return found


@needs_extra
def test_a_claim_is_proved_and_confirmed(claims, tmp_path):
    result = call()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{ID}: proved, ")
    assert result.stdout.count("\n") == 1  # the other claim has no enclosure
    assert call("--check").stdout.startswith(f"{ID}: confirmed, ")
    file = tmp_path / "certificates" / "statement.json"
    content = json.loads(file.read_text())
    content["parts"][0]["trees"][0] = "a."
    file.write_text(json.dumps(content))
    assert "has been damaged or changed since it was written" in call(ID, "--check").stderr
    file.write_text(json.dumps(sealed(content)))
    result = call(ID, "--check")
    assert (result.exit_code, result.stdout) == (1, f"{ID}: not confirmed, tree of the certificate is cut off\n")


@needs_extra
def test_a_run_goes_on_where_boxes_ran_out(claims, tmp_path):
    file = tmp_path / "certificates" / "statement.json"
    call(ID)
    whole = json.loads(file.read_text())["parts"]
    file.unlink()
    result = call(ID, "--boxes", 1)
    assert (result.exit_code, ": proved in part, " in result.stdout) == (1, True)
    while call(ID, "--boxes", 1).exit_code == 1:
        pass
    assert json.loads(file.read_text())["parts"] == whole


@needs_extra
def test_a_refuted_claim_leaves_no_certificate(claims, tmp_path):
    claims[ID] = replace(claims[ID], enclosure=enclosure(parts=(chart(positive=chart().false),)))
    result = call(ID)
    assert result.exit_code == 1
    assert "refuted" in result.stdout
    assert "chart fails at n=1, x=" in result.stdout
    assert not (tmp_path / "certificates").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["paper/plain"], "claim paper/plain must declare an enclosure to be certified, it has none"),
        (["--precision", 20], "precision must be from 53 to 4096 bits, got 20"),
        (["--minutes", "inf"], "minutes must be a finite number above 0, got inf"),
        (["--boxes", 0], "boxes must be"),
        (["--workers", 0], "workers must be"),
        (["--check"], f"claim {ID} has no certificate yet; run flatlab certify {ID}"),
    ],
)
def test_a_wrong_call_is_one_sentence(claims, words, sentence):
    result = call(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"flatlab: {sentence}")
    assert result.stderr.count("\n") == 1


def test_a_certificate_of_another_claim_is_refused(claims, tmp_path):
    file = tmp_path / "certificates" / "statement.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"claim": "paper/other", "statement": "", "enclosed": "", "seconds": 1.0, "parts": []}))
    result = call(ID, "--check")
    assert (result.exit_code, "must belong to paper/statement, it is of paper/other" in result.stderr) == (2, True)


@pytest.mark.parametrize("change", [{"trees": None}, {"trees": [1]}, {"box": []}, {"precision": "53"}, {"trees": "."}])
@needs_extra
def test_a_certificate_that_lacks_something_is_refused(claims, tmp_path, change):
    call(ID)
    file = tmp_path / "certificates" / "statement.json"
    content = json.loads(file.read_text())
    content["parts"][0] |= change
    file.write_text(json.dumps(sealed(content)))
    result = call(ID, "--check")
    assert result.exit_code == 2
    assert (
        result.stderr == f"flatlab: certificate must be the JSON of flatlab certify, {str(file)!r} lacks parts of one\n"
    )


@needs_extra
def test_a_check_says_what_is_not_decided(claims, tmp_path):
    call(ID, "--boxes", 1)
    result = call(ID, "--check")
    assert result.exit_code == 0
    assert "; not decided: chart: " in result.stdout


INFINITE = """
from flatlab.evidence.enclosures.enclosure import Chart

Chart("c", {"x": (0, float("inf"))}, lambda x: {"f": x + 1}, lambda x: {"f": x})
"""


def test_a_box_with_an_infinite_end_is_one_sentence(tmp_path):
    file = tmp_path / "endless.py"
    file.write_text(INFINITE)
    result = call(file)
    assert result.exit_code == 2
    assert result.stderr.endswith(
        f"{file}, line 4: ValueError: x in the box of 'c' must have finite ends, got 0 to inf\n"
    )


REAL = "bartlett2023/multipliers", "bartlett2023/amplitude", "bartlett2023/above-two"


def what_is_found(engine, **how):
    how = {"seconds": 60.0, "boxes": 1000, "precision": 53, "engine": engine, **how}
    found = dict(certify_all(select(REAL, []), REAL, check=False, **how))
    assert all(one.complete for one in found.values())
    return {key: {**found[key].content, "seconds": 0} for key in REAL}


@needs_extra
def test_certificates_do_not_depend_on_the_engine():
    here = what_is_found(Engine())
    assert what_is_found(None, workers=2) == here
    how = {"check": True, "seconds": 1.0, "boxes": 1, "precision": 53}
    confirmed = [dict(certify_all(select(REAL, []), REAL, workers=workers, **how)) for workers in (1, 2)]
    assert confirmed[0] == confirmed[1]


OF_FILE = """
from tiny_claims import tiny

from flatlab.evidence.enclosures.enclosure import Chart, Enclosure

part = Chart("c", {"x": (0, 1)}, lambda x: {"f": x + 1}, lambda x: {"f": x + 2})
CLAIMS = [tiny(name, enclosure=Enclosure("p", (part,), None)) for name in ("one", "two")]
"""


@needs_extra
def test_a_refusal_in_another_process_is_one_sentence(tmp_path):
    file = tmp_path / "enclosed.py"
    file.write_text(OF_FILE)
    result = call(file, "--workers", 2)
    assert result.exit_code == 2
    assert result.stderr == "flatlab: false variant of 'c' must be wrong somewhere in its box, it is proved\n"


@pytest.mark.parametrize(("words", "library"), [([], "codac"), (["--precision", 80], "flint"), (["--check"], "mpmath")])
def test_a_missing_extra_is_one_sentence(claims, monkeypatch, words, library):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(ball, "import_module", absent)
    monkeypatch.setattr(checker, "import_module", absent)
    monkeypatch.setattr(certificate, "read", lambda file, claim: WHOLE)
    result = call(ID, *words)
    assert result.exit_code == 2
    sentence = f"certificates need {library}, which is not installed; pip install 'flatlab[certify]'"
    assert result.stderr == f"flatlab: {sentence}\n"
