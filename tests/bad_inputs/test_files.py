"""Files that are damaged, foreign or in the way, and an environment that is wrong: each is answered, none silently."""

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from bad_inputs import files
from bad_inputs.answers import run_experiment
from command import call
from tiny_claims import FILE, claims_file
from tiny_lab import make_lab

import flatlab
from flatlab.base.documents import sealed
from flatlab.base.plain_data import json_text
from flatlab.evidence import certifying, levels, nearest, unproved
from flatlab.evidence.checkpoint import Unfinished
from flatlab.evidence.discovery import claims_of_path
from flatlab.evidence.notes import Notes
from flatlab.storage.records import partial_folder
from flatlab.storage.sweep import sweep

LEAST = {  # cases that each test tries
    "test_verdicts": 500,
    "test_a_record_of_seeds": 300,
    "test_what_an_interrupted_run_has_kept": 380,
    "test_notes_of_a_search": 60,
    "test_what_a_sweep_has_kept": 80,
    "test_nearest_settings": 150,
    "test_certificates": 190,
    "test_reasons_why_nothing_is_proved": 7,
    "test_records": 100,
    "test_scripts": 60,
}
CLAIM = "bartlett2023/multipliers"
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links"),
]


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return claims_file(tmp_path / "claims")


def whole(content):
    """Return all that may be wrong with a file of JSON that carries a checksum."""
    return {**damaged(content), **files.altered(json.loads(content)), **files.flipped(content, 40)}


def damaged(content):
    return {**files.FOREIGN, **files.OTHER_JSON, **files.truncated(content), **files.IN_THE_WAY}


def test_verdicts(file, tmp_path, answers):
    call("verify", file, "--workers", 1, "--output", tmp_path / "out")
    good, bad = tmp_path / "out" / "verdicts.json", tmp_path / "bad.json"
    content = good.read_bytes()
    assert answers.of(bad, whole(content), ["diff", bad, good]) == {}
    for words in (["diff", good, bad], ["table", "--verdicts", bad], ["results", tmp_path, "--verdicts", bad]):
        assert answers.of(bad, damaged(content), words) == {}
    assert answers.of(bad, files.FOREIGN, ["report", "--verdicts", bad, "--output", tmp_path / "site"]) == {}
    again = ["verify", file, "--workers", 1, "--output", tmp_path / "out"]
    assert answers.of(good, damaged(content), again, goes_on=True) == {}


def test_a_record_of_seeds(file, tmp_path, answers):
    record = tmp_path / "seeds.json"
    words = ["seeds", file, "--count", 1, "--record", record]
    call(*words)
    assert answers.of(record, whole(record.read_bytes()), words) == {}


def test_what_an_interrupted_run_has_kept(file, tmp_path, answers, capsys):
    (file.parent / "stop-second").touch()
    words = ["verify", file, "--workers", 1, "--seed", 3, "--output", tmp_path / "out"]
    call(*words)
    (file.parent / "stop-second").unlink()
    (kept,) = tmp_path.rglob("filed*first*.json")
    unfinished = Unfinished(tmp_path / "out", claims_of_path(file), 3, "quick")
    assert list(unfinished.verdicts()) == ["filed/first"]

    def read():
        assert unfinished.verdicts() == {}
        return capsys.readouterr().err

    assert answers.of(kept, whole(kept.read_bytes()), [], goes_on=True, run=read) == {}
    shutil.copytree(tmp_path / "out", tmp_path / "before")

    def run(*words):
        result = call(*words)
        shutil.rmtree(tmp_path / "out")
        shutil.copytree(tmp_path / "before", tmp_path / "out")
        assert "taken from an unfinished run" not in result.stdout
        return result

    few = {name: files.IN_THE_WAY[name] for name in ("a folder", "a dangling link", "a pipe")}
    assert answers.of(kept, few | {"empty": b""}, words, goes_on=True, run=run) == {}


def test_notes_of_a_search(file, tmp_path, answers):
    text = FILE.replace('"first", "second", "third"', '"only",')
    one = claims_file(tmp_path / "one", text)
    notes = tmp_path / "out" / "falsify" / "filed%2Fonly-0.jsonl"
    words = ["falsify", one, "--evaluations", 6, "--workers", 1, "--output", tmp_path / "out"]
    expected = call(*words).stdout
    claim = flatlab.claims(str(one))["filed/only"]
    Notes(notes.parent, claim, 0).look({"x": 1.5}, 0, 0)
    content = notes.read_bytes()
    cases = {**files.FOREIGN, **files.OTHER_JSON, **files.flipped(content, 40), **files.IN_THE_WAY}
    del cases["empty"]  # holds no line that is damaged

    def run(*words):
        result = call(*words)
        assert result.exit_code or result.stdout == expected
        return result

    assert answers.of(notes, cases, words, goes_on=True, run=run) == {}


def _double(setting):
    return 2 * setting["x"] if setting["x"] < 9 else np.arange(3.0)


@pytest.mark.parametrize("x", [1.5, 9.0])
def test_what_a_sweep_has_kept(tmp_path, x, capsys, answers):
    path = tmp_path / "a.nc"
    expected = sweep(path, [{"x": x}], _double)
    (kept,) = partial_folder(path).iterdir()
    content = kept.read_bytes()
    cases = {**files.FOREIGN, **files.truncated(content), **files.flipped(content, 60), **files.IN_THE_WAY}
    del cases["a folder"], cases["a link to a device"]

    def run(*words):
        assert repr(sweep(path, [{"x": x}], _double)) == repr(expected)
        return capsys.readouterr().err

    assert answers.of(kept, cases, [], goes_on=True, run=run) == {}


@pytest.fixture
def paper(tmp_path, monkeypatch):
    """Have what belongs to a paper in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    here = Path(sys.modules["paper_checks"].__file__).parent / "bartlett2023"
    for module in (nearest, levels, certifying, unproved):
        monkeypatch.setattr(module, "nearest_file", lambda claim: tmp_path / "nearest.json")
    file = tmp_path / "certificates" / "multipliers.json"
    file.parent.mkdir()
    file.write_text(json_text(sealed(json.loads((here / "certificates" / file.name).read_bytes()))))
    return here


CLAIM = "bartlett2023/multipliers"


def test_nearest_settings(paper, tmp_path, answers):
    file = tmp_path / "nearest.json"
    entry = json.loads((paper / "nearest.json").read_bytes())[CLAIM]
    file.write_text(json_text({CLAIM: sealed(entry)}))
    altered = {name: case for name, case in files.altered({CLAIM: sealed(entry)}).items() if name.count("/") > 1}
    del altered[f"{CLAIM}/checksum missing"]  # as earlier versions wrote them
    cases = damaged(file.read_bytes()) | altered
    del cases["the first 98%"], cases["empty"]
    assert answers.of(file, cases, ["show", CLAIM]) == {}
    few = {name: cases[name] for name in (*files.FOREIGN, *files.IN_THE_WAY) if name != "empty"}
    for words in (["verify", CLAIM, "--workers", 1], ["falsify", CLAIM, "--evaluations", 1, "--workers", 1]):
        assert answers.of(file, few, words) == {}


def test_certificates(paper, tmp_path, answers):
    file = tmp_path / "certificates" / "multipliers.json"
    content = file.read_bytes()
    cases = whole(content)
    del cases["checksum missing"]  # as earlier versions wrote them
    assert answers.of(file, cases, ["show", CLAIM]) == {}
    for words in (["verify", CLAIM, "--workers", 1], ["certify", CLAIM, "--check", "--workers", 1]):
        assert answers.of(file, damaged(content), words) == {}


def test_reasons_why_nothing_is_proved(paper, tmp_path, answers):
    claim = flatlab.claims(CLAIM)[CLAIM]
    cases = {**files.IN_THE_WAY, "no UTF-8": b"\xff"}
    assert answers.of(tmp_path / "unproved.txt", cases, [claim], run=refusal_of(unproved.reasons)) == {}


def refusal_of(function):
    def run(*arguments):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (what it says is looked at by the caller)
            function(*arguments)
        return f"flatlab: {caught.value}\n"

    return run


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """Stand in a checkout in small, with the record of its experiment."""
    monkeypatch.chdir(make_lab(tmp_path))
    assert run_experiment("--output", "figures/records", "--no-figure") == (0, "")
    return tmp_path


def test_records(lab, answers):
    record = lab / "figures" / "records" / "bounce.nc"
    content = record.read_bytes()
    cases = {**files.FOREIGN, **files.truncated(content), **files.flipped(content, 40), **files.IN_THE_WAY}
    assert answers.of(record, cases, ["figures", "bounce_line"]) == {}
    assert answers.of(record, cases, [record], run=refusal_of(flatlab.load_record)) == {}
    few = {name: cases[name] for name in (*files.FOREIGN, *files.IN_THE_WAY)}
    assert answers.of(record, few, ["list", "experiments"], goes_on=True) == {}
    words = ["--output", "out", "--no-figure"]
    assert answers.of(record, few, words, goes_on=True, run=run_experiment) == {}


SCRIPTS = {
    "cut off": b"CLAIM = (Claim",
    "a null byte": b"CLAIM = Claim()\x00",
    "leaves": b"Claim()\nimport sys; sys.exit()",
    "raises": b"Claim()\nraise KeyError(1)",
    "too deep": b"CLAIM = Claim" + b"(" * 5000,
    "Latin-1": b"Claim = '\xe9'",
}


def test_scripts(lab, answers):
    cases = {name: case for name, case in {**files.FOREIGN, **SCRIPTS, **files.IN_THE_WAY}.items() if name != "blank"}
    figure, claims = lab / "figures" / "other.py", lab / "claims.py"
    assert answers.of(figure, cases, ["figures", "other"]) == {}
    del cases["a folder"]
    assert answers.of(figure, cases, ["list", "figures"]) == {}
    assert answers.of(claims, cases, ["verify", claims]) == {}
    for case in cases.values():  # a neighbour that is broken is nobody else's business
        with files.instead(figure, case):
            assert call("figures", "bounce_line").exit_code == 0


def test_there_are_many_of_them():
    assert sum(LEAST.values()) > 1800
