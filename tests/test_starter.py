"""The package that `flatlab new` makes passes as it stands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flatlab.cli import app

ROOT = Path(__file__).parents[1]
PLUG_IN = ["-p", "no:cacheprovider"]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new")
    done = CliRunner().invoke(app, ["new", "mine", "--folder", str(folder)])
    assert done.exit_code == 0, done.output
    return folder / "mine"


def run(package, *words):
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=package,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_has_all_parts_and_no_placeholder(package):
    files = sorted(str(path.relative_to(package)) for path in package.rglob("*") if path.is_file())
    assert files == [
        *("README.md", "experiments/mine_distance.py", "figures/mine_distance.py", "mine/__init__.py"),
        *("mine/method.py", "mine/objective.py", "mine/unit_steps.py", "pyproject.toml", "tests/test_mine.py"),
    ]
    assert [file for file in files if "NAME" in (package / file).read_text(encoding="utf-8")] == []


@pytest.mark.long
def test_its_tests_pass(package):
    done = run(package, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_its_claim_is_judged(package):
    done = run(package, "-m", "flatlab", "verify", "mine", "--workers", "1", "--evidence")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine/unit-steps" in done.stdout
    done = run(package, "-m", "flatlab", "verify", "mine", "--workers", "1", "--full", "--seed", "5")
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_experiment_runs_and_its_figure_is_drawn(package):
    done = run(package, "experiments/mine_distance.py", "--steps", "20")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (package / "results" / "mine_distance.png").stat().st_size > 5_000


@pytest.mark.parametrize("name", ["Mine", "class", "json", "flatlab", "a-b", "", "1st"])
def test_a_name_that_is_none_is_refused(name, tmp_path):
    done = CliRunner().invoke(app, ["new", name, "--folder", str(tmp_path)])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_left_alone(package):
    done = CliRunner().invoke(app, ["new", "mine", "--folder", str(package.parent)])
    assert done.exit_code == 2
    assert "does not exist yet" in done.stderr
