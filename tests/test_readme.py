"""The README's promises: its examples run, its commands are the ones it names, its table is complete."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flatlab.evidence.discovery import installed_claims

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"## ([^\n]+)\n(?:(?!\n## ).)*?```python\n(.*?)```", TEXT, re.DOTALL))


def test_the_session_shown_is_true():
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted >= 6
    assert result.failed == 0


def test_the_claim_shown_holds_and_its_controls_break(tmp_path):
    file = tmp_path / "my_claims.py"
    file.write_text(BLOCKS["Write a claim of your own"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flatlab", "verify", str(file), "--output", str(tmp_path / "out"), "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mine/loss-on-the-cycle" in done.stdout


def test_the_objective_and_method_shown_run(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(BLOCKS["Add an objective or a method"], encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[ 0.7 -0.2]"


COMMANDS = {  # every command the README names, and the arguments of a run on a small budget
    "flatlab list": ["-m", "flatlab", "list"],
    "flatlab show CLAIM": ["-m", "flatlab", "show", "bartlett2023/second-axis"],
    "flatlab verify CLAIM…": ["-m", "flatlab", "verify", "bartlett2023/second-axis", "--output", "{folder}"],
    "flatlab figures": ["-m", "flatlab", "figures", "plane_trajectory", "--output", "{folder}"],
    "python experiments/NAME.py --help": ["experiments/plane_trajectory.py", "--help"],
    "python -m benchmarks.run": ["-m", "benchmarks.run", "sam", "network", "theory", "--quick"],
    "flatlab verify": None,  # the two commands with pip are run on a fresh clone
    "flatlab verify my_claims.py": None,  # run above
}


def test_no_command_of_the_readme_is_left_out():
    named = set(re.findall(r"`((?:flatlab|python|pytest) [^`]+)`", TEXT))
    assert named == set(COMMANDS)
    shell = re.search(r"```sh\n(.*?)```", TEXT, re.DOTALL).group(1)
    assert all(line.startswith("pip install") for line in shell.splitlines())
    assert TEXT.count("```sh") == TEXT.count("```") / 2 - TEXT.count("```python") == 1


@pytest.mark.parametrize("command", [name for name, arguments in COMMANDS.items() if arguments])
def test_a_command_of_the_readme_runs(command, tmp_path):
    arguments = [part.format(folder=tmp_path) for part in COMMANDS[command]]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) > 3 or any(tmp_path.iterdir()), done.stdout


def test_the_table_lists_every_claim():
    table = TEXT.split("<!-- verdicts:begin -->")[1].split("<!-- verdicts:end -->")[0]
    missing = [name for name in installed_claims() if f"`{name.partition('/')[2]}`" not in table]
    assert not missing


@pytest.mark.parametrize("picture", re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT))
def test_the_pictures_are_there(picture):
    assert (ROOT / picture).stat().st_size > 10_000


def test_sources_point_to_headings_that_exist():
    """A source in the older form that names a section of a paper's README names one that is there."""
    lost = []
    for claim in (claim for claim in installed_claims().values() if isinstance(claim.source, str)):
        text = (ROOT / "paper_checks" / claim.paper / "README.md").read_text(encoding="utf-8")
        headings = [line.lstrip("#").strip() for line in text.splitlines() if line.startswith("#")]
        for part in re.findall(r"README, ([^;]+)", claim.source):
            if not any(part.strip().startswith(heading) or heading.startswith(part.strip()) for heading in headings):
                lost.append((claim.id, part))
    assert not lost
