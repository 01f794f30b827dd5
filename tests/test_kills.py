"""Processes killed at random moments: the same call made again ends with the same bits, and judges nothing twice."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from command import flatlab_command, without_seconds
from tiny_claims import FILE

KILLS, KILLS_IN_LONG = 2, 20  # of each kind of work
MOST_SECONDS = 120.0
SLOW = 'return 2 * setting["x"] + 1e-15'
SCRIPT = """
import time
from pathlib import Path

import numpy as np
import xarray as xr

from flatlab import ensemble
from flatlab.lab.experiment import main
from flatlab.methods import GD
from flatlab.objectives import Noisy, Quadratic
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep

BOWL = Noisy(Quadratic([3.0, 1.0]), 0.1)


def one(setting):
    with open("log.txt", "a") as log:
        print(setting["seed"], file=log)
    time.sleep(0.05)
    return ensemble(GD(0.1), BOWL, np.ones((3, 2)), steps=9, seed=setting["seed"])


def run(*, seed: int = 1, path: Path | None = None) -> xr.Dataset:
    "Where does descent end?"
    found = np.array(sweep(path, [{"seed": seed + k} for k in range(12)], one))
    return xr.Dataset({"end": labelled(("run", "replicate", "axis"), found, "where the run ends")})


if __name__ == "__main__":
    main(run)
"""
ENSEMBLE = """
import hashlib, sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from flatlab import ensemble, ensemble_statistics
from flatlab.base.engines import Processes
from flatlab.methods import GD
from flatlab.objectives import Noisy, Quadratic
from flatlab.simulation.statistics import Moments

BOWL = Noisy(Quadratic([3.0, 1.0]), 0.1)


def start(rng):
    return rng.standard_normal(2)


if __name__ == "__main__":
    open("log.txt", "w").close()
    found = ensemble(GD(0.1), BOWL, np.ones((70, 2)), steps=40, executor=Processes(2))
    with ThreadPoolExecutor(2) as pool:
        moments = ensemble_statistics(GD(0.1), BOWL, start, 500, 20, {"end": Moments()}, executor=pool)["end"]
    print(hashlib.sha256(found.tobytes() + moments.covariance.tobytes()).hexdigest())
"""


def slow_claims(folder, seconds):
    """Write three claims of which each setting takes so many seconds."""
    assert FILE.count(SLOW) == 1
    file = folder / "killed_claims.py"
    file.write_text(FILE.replace(SLOW, f"time.sleep({seconds}); {SLOW}"))
    return file


def verify(folder):
    """Return the words of a verification, and what it leaves, without seconds."""
    file = slow_claims(folder, 0.03)
    words = flatlab_command("verify", file, "--full", "--workers", 2, "--output", folder / "out")
    return words, lambda done: without_seconds(json.loads((folder / "out" / "verdicts.json").read_text()))


def falsify(folder):
    """Return the words of a search, and what it prints."""
    file = slow_claims(folder, 0.01)
    how = ("--evaluations", 20, "--memory", 4, "--output", folder / "out")
    return flatlab_command("falsify", file, "--workers", 2, *how), lambda done: sorted(done.stdout.splitlines())


def experiment(folder):
    """Return the words of an experiment with a sweep, and the numbers of its record."""
    from flatlab.storage.records import load

    (folder / "experiments").mkdir()
    (folder / "figures").mkdir()
    script = folder / "experiments" / "killed.py"
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), "--no-figure", "--output", str(folder / "out")]
    return words, lambda done: load(folder / "out" / "killed.nc")["end"].values.tobytes()


def sweep_on_threads(folder):
    """Return the words of a sweep on two threads, and what it prints."""
    script = folder / "killed_sweep.py"
    more = """
from concurrent.futures import ThreadPoolExecutor

if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        found = sweep("out/killed.nc", [{"seed": k} for k in range(16)], one, progress=False, executor=pool)
    print(np.array(found).tobytes().hex())
"""
    script.write_text(SCRIPT.partition("\nif __name__")[0] + more)
    return [sys.executable, str(script)], lambda done: done.stdout


def ensembles(folder):
    """Return the words of two ensembles on two processes, and their checksum."""
    (folder / "killed_ensemble.py").write_text(ENSEMBLE)
    return [sys.executable, str(folder / "killed_ensemble.py")], lambda done: done.stdout


WORK = {make.__name__: make for make in (verify, falsify, experiment, sweep_on_threads, ensembles)}
# what goes on without beginning again what is finished, and the file that ends it
RESUMES = {"verify": "out/verdicts.json", "experiment": "out/killed.nc", "sweep_on_threads": "none"}


def finish(words, folder):
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=MOST_SECONDS, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done


def environment():
    return os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return, of each kind of work, what it gives, the seconds from its first sign of work on, and its lines of log."""
    kept = {}

    def of(kind):
        if kind not in kept:
            folder = tmp_path_factory.mktemp(kind)
            words, result = WORK[kind](folder)
            with started(words, folder) as process:
                begun = first_sign(process, folder)
                stdout, stderr = process.communicate(timeout=MOST_SECONDS)
            assert process.returncode == 0, stderr
            done = subprocess.CompletedProcess(words, 0, stdout, stderr)
            kept[kind] = result(done), time.monotonic() - begun, count_log(folder)
        return kept[kind]

    return of


def started(words, folder):
    return subprocess.Popen(
        words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )


def first_sign(process, folder, lines=-1):
    """Wait until work has begun, as a log of more lines shows, and return when."""
    deadline = time.monotonic() + MOST_SECONDS
    while count_log(folder) <= lines and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return time.monotonic()


def count_log(folder):
    """Return the number of lines, or -1 where there is no log."""
    log = folder / "log.txt"
    return len(log.read_text().splitlines()) if log.exists() else -1


def kill(kind, seeds, folder, undisturbed):
    """Kill the work at random moments, making the same call again after each, and compare."""
    expected, seconds, lines = undisturbed(kind)
    words, result = WORK[kind](folder)
    written = False  # then there is nothing to go on with
    for seed in seeds:
        if kind not in RESUMES:
            (folder / "log.txt").unlink(missing_ok=True)
        rng = np.random.default_rng([seed, int(hashlib.sha256(kind.encode()).hexdigest(), 16) % 2**32])
        before = count_log(folder)
        with started(words, folder) as process:
            first_sign(process, folder, before)
            time.sleep(rng.uniform(0, 1) * seconds / len(seeds))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=MOST_SECONDS)
        assert process.returncode in (0, -signal.SIGKILL)
        written |= kind in RESUMES and (folder / RESUMES[kind]).exists()
    assert result(finish(words, folder)) == expected
    if kind in RESUMES and not written:
        # On two workers at the most, in pieces of one claim or setting each: what was at work, and what was finished
        # and not yet written, as a worker does not wait for that before its next piece.
        per_piece = lines // 3 if kind == "verify" else 1
        assert count_log(folder) <= lines + len(seeds) * 2 * 2 * per_piece


@pytest.mark.parametrize("kind", WORK)
def test_a_process_killed_twice_loses_nothing(kind, tmp_path, undisturbed):
    kill(kind, range(KILLS), tmp_path, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(KILLS, KILLS + KILLS_IN_LONG))
@pytest.mark.parametrize("kind", WORK)
def test_a_hundred_killed_processes_lose_nothing(kind, seed, tmp_path, undisturbed):
    kill(kind, [seed], tmp_path, undisturbed)


def test_there_are_ten_kills_and_a_hundred():
    assert (len(WORK) * KILLS, len(WORK) * KILLS_IN_LONG) == (10, 100)
