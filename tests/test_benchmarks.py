"""The harness of the benchmarks, and every subject on little work."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import harness, run

ROOT = Path(__file__).parents[1]


def test_contenders_take_turns_and_the_first_call_is_not_timed():
    calls = []
    times = harness.turns({name: lambda name=name: calls.append(name) for name in "abc"}, 4, seconds=0.0)
    assert "".join(calls) == "abc" + "abc" + "bca" + "cab" + "abc"
    assert {name: taken.shape for name, taken in times.items()} == dict.fromkeys("abc", (4,))


def test_a_turn_is_filled_with_calls_and_gives_the_time_of_one(monkeypatch):
    now = 0.0

    def call():
        nonlocal now
        now += 0.5

    monkeypatch.setattr(harness.time, "perf_counter", lambda: now)
    assert harness.turns({"a": call}, 3, seconds=1.6)["a"].tolist() == [0.5] * 3
    assert now == 0.5 * (1 + 3 * 4)


@pytest.mark.parametrize(
    ("numbers", "goal", "words"),
    [
        ([1.0, 3.0, 2.0], (">=", 2), "| 2 (1–3) | ≥ 2 | yes |"),
        ([1.0, 3.0, 1.9], (">=", 2), "| 1.9 (1–3) | ≥ 2 | no |"),
        ([1.2, 1.1, 1.0], ("<=", 1.15), "| 1.1 (1–1.2) | ≤ 1.15 | yes |"),
        ([1.2, 1.2, 1.0], ("<=", 1.15), "| 1.2 (1–1.2) | ≤ 1.15 | no |"),
        ([1.2, 1.2, 1.0], None, "| 1.2 (1–1.2) |  |  |"),
    ],
)
def test_a_row_holds_the_median_against_the_goal(numbers, goal, words, capsys):
    harness.row("work", "what", numbers, goal)
    assert capsys.readouterr().out == f"| work | what {words}\n"


def test_a_contender_with_another_answer_is_refused():
    with pytest.raises(AssertionError, match="NumPy"):
        harness.agree({"flatlab": np.ones(3), "NumPy": np.ones(3) + 1e-8})


def test_the_machine_is_named_with_its_cores_and_versions():
    line = harness.machine()
    assert " cores, load " in line
    assert f"numpy {np.__version__}" in line


@pytest.mark.long
@pytest.mark.parametrize("subject", [name for name in run.SUBJECTS if name not in ("sam", "network", "theory")])
def test_every_subject_runs(subject):
    command = [sys.executable, "-m", "benchmarks.run", subject, "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")][2:]
    assert rows
    assert all(line.count("|") == 6 for line in rows)
