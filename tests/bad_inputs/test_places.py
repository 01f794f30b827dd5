"""Folders that are missing, read-only, full or no folders, odd names, and variables of the environment."""

import errno
import importlib
import os
from pathlib import Path

import pytest
from bad_inputs import files
from bad_inputs.answers import run_experiment
from command import call
from tiny_claims import FILE, claims_file
from tiny_lab import make_lab

import flatlab.compiler
from flatlab.base.switches import MAY_BE
from flatlab.compiler.cache_folder import private_folder

LEAST = {  # cases that each test tries
    "test_something_else_where_the_output_goes": 80,
    "test_a_file_system_that_refuses": 90,
    "test_a_file_that_cannot_be_read": 20,
    "test_a_folder_that_is_gone": 5,
    "test_odd_names": 75,
    "test_variables_of_the_environment": 100,
    "test_a_folder_for_machine_code": 6,
}
WRITES = {
    "verify": ["verify", "CLAIMS", "--workers", 1, "--output"],
    "falsify": ["falsify", "CLAIMS", "--evaluations", 2, "--workers", 1, "--output"],
    "seeds": ["seeds", "CLAIMS", "--count", 1, "--record"],
    "map": ["map", "ONE", "--over", "x=1:2", "x=1:2", "--output"],
    "figures": ["figures", "--output"],
    "report": ["report", "--output"],
    "new": ["new", "mine", "--folder"],
    "experiment": ["--no-figure", "--output"],
}
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links"),
]


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """Stand in a checkout in small, beside a file of claims and one of a single claim."""
    monkeypatch.chdir(make_lab(tmp_path))
    run_experiment("--no-figure")
    one = claims_file(tmp_path / "claims", FILE.replace('"first", "second", "third"', '"only",'))
    return {"CLAIMS": claims_file(tmp_path / "claims"), "ONE": one}


def words_of(command, lab, place):
    return [*(lab.get(word, word) for word in WRITES[command]), place]


def run_of(command):
    return run_experiment if command == "experiment" else None


def test_something_else_where_the_output_goes(lab, tmp_path, answers):
    found, place = {}, tmp_path / "place"
    kinds = {**files.IN_THE_WAY, "a file": b"something"}
    del kinds["a folder"]
    for command in WRITES:
        for below in (place, place / "below"):
            words = words_of(command, lab, below)
            found |= {(command, below.name): answers.of(place, kinds, words, run=run_of(command))}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


def refuse(monkeypatch, owner, name, number, folder):
    """Have the system refuse what a function does to what lies in a folder."""
    original, met = getattr(owner, name), []

    def refused(path, *others, **named):
        if isinstance(path, int) or str(folder) in os.path.abspath(path):
            met.append(path)
            raise OSError(number, os.strerror(number), None if isinstance(path, int) else str(path))
        return original(path, *others, **named)

    monkeypatch.setattr(owner, name, refused)
    return met


NUMBERS = ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "ESTALE", "ELOOP", "EMFILE")
DEEDS = [(Path, "mkdir"), (Path, "touch"), (Path, "write_bytes"), (os, "fsync"), (os, "replace")]


def test_a_file_system_that_refuses(lab, tmp_path, answers, monkeypatch):
    found, k = {}, 0
    for command in ("verify", "falsify", "seeds", "figures", "new", "experiment"):
        for owner, deed in DEEDS:
            for _ in range(3):
                k += 1
                number = NUMBERS[k % len(NUMBERS)]
                place = tmp_path / f"place{k}"
                words = words_of(command, lab, place / "record.json" if command == "seeds" else place)
                with monkeypatch.context() as patch:
                    met = refuse(patch, owner, deed, getattr(errno, number), place)
                    wrong = answers.one(words, place.name, run=run_of(command))
                if met:
                    found[command, deed, number] = wrong
                left = list(place.rglob("*.part")) if place.exists() else []
                assert not left
    assert len(found) > 60
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


def test_a_file_that_cannot_be_read(lab, tmp_path, answers, monkeypatch):
    call(*words_of("verify", lab, tmp_path / "out"))
    call(*words_of("seeds", lab, tmp_path / "seeds.json"))
    record, verdicts = tmp_path / "results" / "bounce.nc", tmp_path / "out" / "verdicts.json"
    reads = {
        tmp_path / "seeds.json": words_of("seeds", lab, tmp_path / "seeds.json"),
        verdicts: ["diff", verdicts, verdicts],
        record: ["figures", "--records", tmp_path / "results"],
        tmp_path / "figures" / "bounce_line.py": ["figures"],
        lab["ONE"]: ["verify", lab["ONE"].parent],
    }
    found = {}
    for path, words in reads.items():
        for number in ("EACCES", "EIO", "ESTALE", "EPERM"):
            with monkeypatch.context() as patch:
                for deed in ("read_bytes", "read_text"):
                    refuse(patch, Path, deed, getattr(errno, number), path)
                found[path.name, number] = answers.one(words, path.name)
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


def test_a_folder_that_is_gone(lab, tmp_path, answers, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    claims = lab["CLAIMS"]
    relative = [["verify", claims], ["falsify", claims], ["seeds", claims], ["new", "mine"], ["map", lab["ONE"]]]
    relative[-1] += ["--over", "x=1:2", "x=1:2"]
    found = {words[0]: answers.one(words, "") for words in relative}
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


ODD = [
    *(
        "with space",
        "quote'",
        'double"',
        "new\nline",
        "tab\t",
        "per%20cent",
        "%s",
        "star*",
        "[x]",
        "-dash",
        "ü",
        "日本",
    ),
    *("😀", "back\\slash", "$HOME", "semi;colon", "#hash", "~", ".hidden", "x" * 200, os.fsdecode(b"\xff\xfe"), "a,b"),
]


def test_odd_names(lab, tmp_path, answers):
    """What is written in a place of any name is found there again, and code there is judged."""
    wrong = {}
    for name in ODD:
        place = tmp_path / "odd" / name
        place.mkdir(parents=True)
        claims = claims_file(place)
        for command in ("verify", "verify", "seeds", "experiment"):  # a second time over the files of the first
            output = place / "seeds.json" if command == "seeds" else place
            words = words_of(command, {"CLAIMS": claims}, output)
            answers.tried += 1
            status, said = run_experiment(*words) if command == "experiment" else outcome(call(*words))
            if (status, said) != (0, ""):
                wrong[name, command] = status, said
        if not {"verdicts.json", "seeds.json", "bounce.nc"} <= {path.name for path in place.iterdir()}:
            wrong[name, "files"] = sorted(path.name for path in place.iterdir())
        broken = claims_file(place, FILE.replace("x + 1e-15", "x").replace("return 2 *", "raise KeyError(1); 2 *"))
        status, said = outcome(call(*words_of("verify", {"CLAIMS": broken}, place)))
        if (status, said) != (1, ""):
            wrong[name, "an error"] = status, said
    assert wrong == {}


def outcome(result):
    return result.exit_code, result.stderr


def test_variables_of_the_environment(lab, answers, monkeypatch):
    monkeypatch.setattr("flatlab.evidence.discovery.installed_claims", lambda *_: pytest.fail("something was begun"))
    wrong = dict.fromkeys(MAY_BE, ("x", "yes", "2", " ", "TRUE", "0.0", "é"))
    wrong |= dict.fromkeys(("FLATLAB_FLSUH", "FLATLAB_", "FLATLAB_WORKERS"), ("1", "0"))
    commands = {"verify": ["verify", lab["CLAIMS"]], "list": ["list"], "experiment": [], "help": ["verify", "-h"]}
    found = {}
    for name, values in wrong.items():
        for value in values:
            for command, words in commands.items():
                with monkeypatch.context() as patch:
                    patch.setenv(name, value)
                    found[name, value, command] = answers.one(words, name, run=run_of(command))
    assert {key: wrong for key, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("name", MAY_BE)
def test_a_variable_that_is_empty_or_right_is_none_to_refuse(name, monkeypatch):
    for value in ("", *MAY_BE[name]):
        monkeypatch.setenv(name, value)
        importlib.reload(flatlab.compiler)  # warnings are errors
    monkeypatch.setenv(name, "perhaps")
    with pytest.warns(UserWarning, match=f"environment must set {name} to "):
        importlib.reload(flatlab.compiler)


def test_a_folder_for_machine_code(tmp_path, answers, capsys):
    """A run goes on without it, and says so."""

    def run(root):
        assert private_folder(root) is None
        return capsys.readouterr().err

    place = tmp_path / "place"
    kinds = {**files.IN_THE_WAY, "a file": b""}
    del kinds["a folder"]
    assert answers.of(place, kinds, [place / "below"], goes_on=True, run=run) == {}


def test_there_are_many_of_them():
    assert sum(LEAST.values()) > 350
