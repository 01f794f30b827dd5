"""``pytest --flatlab`` in a process of its own, as a user calls it."""

import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from tiny_claims import FILE, claims_file

from flatlab.evidence import pytest_plugin

INSTALLED = any(point.name == "flatlab" for point in entry_points(group="pytest11"))


def run(folder, *words):
    plug_in = [] if INSTALLED else ["-p", "flatlab.evidence.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plug_in, *map(str, words)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "test_own.py").write_text("import sys\ndef test(): assert 'numba' not in sys.modules\n")
    return tmp_path


def test_it_is_announced_to_pytest():
    announced = ConfigParser()
    announced.read(Path(__file__).parents[2] / "setup.cfg")
    (line,) = announced["options.entry_points"]["pytest11"].split("\n")[1:]
    assert line == f"flatlab = {pytest_plugin.__name__}"


def test_nothing_happens_unless_asked_for(folder):
    claims_file(folder)
    status, text = run(folder)
    assert (status, "1 passed" in text) == (0, True)


def test_claims_become_tests_beside_the_others(folder):
    file = claims_file(folder / "claims")
    status, text = run(folder, "--flatlab", file)
    assert status == 1  # the compiler is there now, which the folder's own test does not want
    assert "1 failed, 3 passed" in text


@pytest.mark.long
def test_a_claim_that_fails_says_at_which_setting(tmp_path):
    file = claims_file(tmp_path / "claims", FILE.replace("lambda setting: 2 * ", "lambda setting: 2.5 * "))
    status, text = run(tmp_path, "--flatlab", file.parent)
    assert status == 1
    assert "3 failed" in text
    assert "does not hold at x=" in text
    assert "Traceback" not in text


@pytest.mark.long
def test_a_name_that_is_no_claim_is_one_sentence(tmp_path):
    status, text = run(tmp_path, "--flatlab", "nobody/claim")
    assert status == 4
    assert "--flatlab: claim must be an id, a paper or a path, got 'nobody/claim'" in text
    assert "Traceback" not in text


@pytest.mark.long
def test_the_full_budget_can_be_asked_for(tmp_path):
    file = claims_file(tmp_path / "claims", FILE.replace("full=3", "full=0"))
    assert run(tmp_path, "--flatlab", file)[0] == 0
    assert run(tmp_path, "--flatlab", file, "--flatlab-full")[0] == 1  # no setting is no evidence
