"""Interrupted calls of `flatlab verify` go on where they stopped, on any number of workers."""

import os
import signal
import subprocess
import time

import pytest
from command import STEPS, call, flatlab_command, left_behind, log, verdicts, without_seconds
from tiny_claims import claims_file

from flatlab.evidence.checkpoint import Unfinished
from flatlab.evidence.discovery import claims_of_path
from flatlab.evidence.judge import verdict_of
from flatlab.lab.exits import UNAVAILABLE


@pytest.fixture
def file(tmp_path):
    return claims_file(tmp_path / "claims")


def test_an_interrupt_keeps_what_is_finished_and_the_same_call_goes_on(tmp_path, file):
    stop = file.parent / "stop-second"
    stop.touch()
    out = tmp_path / "out"
    words = ("verify", file, "--workers", 1, "--seed", 3, "--output", out)
    result = call(*words)
    assert result.exit_code == 130
    assert result.stderr.startswith("flatlab: interrupted; ")
    assert left_behind(out) == ["unfinished/quick-3/filed%2Ffirst.json"]
    stop.unlink()
    (file.parent / "log.txt").unlink()
    result = call(*words)
    assert result.exit_code == 0
    assert "1 of 3 claims taken from an unfinished run" in result.stdout
    assert set(log(file)) == {"second", "third"}
    assert left_behind(out) == ["verdicts.csv", "verdicts.json", "verdicts.md"]
    resumed = verdicts(out)
    call(*words)
    assert set(log(file)) == set(STEPS)
    assert without_seconds(verdicts(out)) == without_seconds(resumed)


@pytest.mark.parametrize("other", [["--no-resume"], ["--seed", "4"], ["--full"]])
def test_another_call_begins_anew(tmp_path, file, other):
    stop = file.parent / "stop-second"
    stop.touch()
    words = ("verify", file, "--workers", 1, "--seed", 3, "--output", tmp_path / "out")
    call(*words)
    stop.unlink()
    (file.parent / "log.txt").unlink()
    assert call(*words, *other).exit_code == 0
    assert set(log(file)) == set(STEPS)


def test_an_edited_source_begins_anew(tmp_path, file):
    claims = claims_of_path(file)
    Unfinished(tmp_path, claims, 1, "quick").keep(verdict_of(claims["filed/first"]))
    assert list(Unfinished(tmp_path, claims, 1, "quick").verdicts()) == ["filed/first"]
    (file.parent / "neighbour.py").write_text("x = 1")  # imported by nobody
    assert list(Unfinished(tmp_path, claims, 1, "quick").verdicts()) == ["filed/first"]
    file.write_text(file.read_text() + "# edited")
    assert Unfinished(tmp_path, claims, 1, "quick").verdicts() == {}


def test_a_claim_that_raised_is_not_kept(tmp_path, file):
    claims = claims_of_path(file)
    Unfinished(tmp_path, claims, 1, "quick").keep(verdict_of(claims["filed/first"], error="MemoryError"))
    assert Unfinished(tmp_path, claims, 1, "quick").verdicts() == {}


def test_verdicts_do_not_depend_on_the_number_of_workers(tmp_path, file):
    for workers in (1, 2):
        result = call("verify", file, "--workers", workers, "--output", tmp_path / str(workers))
        assert result.exit_code == 0, result.output
    assert without_seconds(verdicts(tmp_path / "1")) == without_seconds(verdicts(tmp_path / "2"))


def test_a_worker_that_dies_gives_one_sentence(tmp_path, file):
    (file.parent / "die-second").touch()
    result = call("verify", file, "--workers", 2, "--output", tmp_path / "out")
    assert result.exit_code == UNAVAILABLE
    assert "the process that judged filed/second died" in result.stderr
    assert not (tmp_path / "out" / "verdicts.json").exists()


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_an_interrupt_ends_busy_and_idle_workers_at_once(tmp_path, file):
    (file.parent / "sleep-second").touch()
    out = tmp_path / "out"
    words = flatlab_command("verify", file, "--workers", 2, "--output", out)
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path
    )
    others = ["unfinished/quick-20231/filed%2Ffirst.json", "unfinished/quick-20231/filed%2Fthird.json"]
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (
            (file.parent / "pid-second").exists() and out.exists() and left_behind(out) == others
        ):
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to parent and workers alike
        stdout, stderr = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert {"filed/first", "filed/third"} <= set(stdout.split())
    assert stderr.startswith("flatlab: interrupted; ")
    assert stderr.count("\n") == 1
    assert left_behind(out) == others
    with pytest.raises(ProcessLookupError):
        os.kill(int((file.parent / "pid-second").read_text()), 0)
