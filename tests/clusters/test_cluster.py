"""Work on a dask cluster: the same bits as here, whatever happens to workers and scheduler."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from command import call, verdicts, without_seconds
from tiny_claims import claims_file

import flatlab
from benchmarks import engines
from flatlab import ensemble
from flatlab.base.engines import Engine, EngineError, WorkerDied, engine_of, on_cluster
from flatlab.evidence.attack import attack_all
from flatlab.evidence.certifying import certify_all
from flatlab.evidence.discovery import claims_of_path, select
from flatlab.evidence.pool import each_claim, judge_all
from flatlab.lab.exits import UNAVAILABLE
from flatlab.methods import GD
from flatlab.objectives import Quadratic
from flatlab.storage.records import load, partial_folder
from flatlab.storage.sweep import sweep

pytest.importorskip("distributed", reason="needs the extra cluster")
# what these files define is sent by value, as what a notebook defines is
for module in (engines, sys.modules[__name__]):
    pytest.importorskip("cloudpickle").register_pickle_by_value(module)


@pytest.mark.parametrize("name", [*engines.ENSEMBLES, *engines.OTHERS])
def test_what_the_table_of_engines_compares_has_the_bits_of_this_process(two_workers, name, monkeypatch):
    monkeypatch.setattr(engines, "CLAIMS", ("bartlett2023/second-axis",))
    expected = engines.work(name, Engine())
    for executor in (two_workers, two_workers.get_executor(), engine_of(two_workers)):
        assert engines.work(name, executor) == expected


def test_verdicts_are_those_of_this_process(two_workers, tmp_path):
    file = claims_file(tmp_path)
    claims = claims_of_path(file)

    def records(engine):
        found = judge_all(claims, [str(file)], seed=3, budget="full", engine=engine)
        return sorted((verdict.record() | {"seconds": 0} for verdict in found), key=lambda record: record["id"])

    assert records(engine_of(two_workers)) == records(Engine())
    ids = dict(each_claim(_id_and, claims, [str(file)], lambda key: (key[-1],), engine_of(two_workers)))
    assert ids == {key: key + key[-1] for key in claims}


@pytest.mark.skipif(find_spec("codac") is None, reason="needs the extra certify")
def test_certificates_are_those_of_this_process(two_workers):
    names = "bartlett2023/multipliers", "bartlett2023/amplitude"

    def found(engine):
        how = {"check": False, "seconds": 60.0, "boxes": 1000, "precision": 53, "engine": engine}
        return {key: {**one.content, "seconds": 0} for key, one in certify_all(select(names, []), names, **how)}

    assert found(engine_of(two_workers)) == found(Engine())


def _id_and(claim, mark):
    return claim.id + mark


SCRIPT = """
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xarray as xr

from flatlab import ensemble
from flatlab.lab.experiment import main
from flatlab.methods import GD
from flatlab.objectives import gradient, value
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep


class Bowl(NamedTuple):
    scale: float


@value.register(Bowl)
def _(objective, w):
    return objective.scale * np.sum(w**4)


@gradient.register(Bowl)
def _(objective, w, out):
    for i in range(w.size):
        out[i] = 4 * objective.scale * w[i] ** 3


@lru_cache
def start(seed):
    return np.random.default_rng(seed).standard_normal((3, 2))


def run(*, scale: float = 1.0, seed: int = 1, path: Path | None = None) -> xr.Dataset:
    "Where does descent end?"
    def one(setting):
        return ensemble(GD(0.01), Bowl(setting["scale"]), start(setting["seed"]), steps=9)

    ends = sweep(path, [{"scale": scale, "seed": seed + k} for k in range(4)], one)
    whole = ensemble(GD(0.01), Bowl(scale), np.concatenate(ends), steps=9)
    return xr.Dataset({"end": labelled(("run", "axis"), whole, "where the run ends")})


if __name__ == "__main__":
    main(run)
"""


def test_an_experiment_runs_on_a_cluster_with_what_its_script_defines(two_workers, tmp_path):
    script = tmp_path / "experiments" / "bowl.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    (tmp_path / "figures").mkdir()
    for place, more in (("here", []), ("there", ["--cluster", two_workers.scheduler.address])):
        words = [sys.executable, str(script), "--no-figure", "--output", str(tmp_path / place), *more]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    here, there = (load(tmp_path / place / "bowl.nc") for place in ("here", "there"))
    assert here["end"].values.tobytes() == there["end"].values.tobytes()


def test_an_error_of_a_piece_comes_back_with_the_place_on_the_worker(two_workers):
    def run(setting):
        raise KeyError(setting["x"])

    with pytest.raises(KeyError, match="17") as caught:
        sweep(None, [{"x": 17}], run, executor=two_workers)
    assert "on the worker:" in caught.value.__notes__[0]

    def leave(setting):
        raise SystemExit(0)

    with pytest.raises(RuntimeError, match=r"called sys\.exit"):
        sweep(None, [{"x": 17}], leave, executor=two_workers)


def _die_at(folder, deadly, number):
    """Return a number, but for the deadly one, at which the process dies as often as the file says."""
    left = Path(folder) / "lives"
    if number == deadly and (lives := int(left.read_text())):
        left.write_text(str(lives - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return np.random.default_rng(number).random()


def test_the_pieces_of_a_killed_worker_run_again_and_change_nothing(two_workers, tmp_path):
    (tmp_path / "lives").write_text("1")
    expected = [(k, np.random.default_rng(k).random()) for k in range(12)]
    found = engine_of(two_workers).each(_die_at, (str(tmp_path), 5), ((k,) for k in range(12)))
    assert sorted(found) == expected
    assert (tmp_path / "lives").read_text() == "0"


def test_a_piece_that_kills_every_worker_is_named(own_processes, tmp_path):
    (tmp_path / "lives").write_text("100")
    _, address = own_processes.scheduler(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    own_processes.worker()
    with on_cluster(address) as engine, pytest.raises(WorkerDied, match="piece 5 died"):
        list(engine.each(_die_at, (str(tmp_path), 5), ((k,) for k in range(12)), wanted=lambda number: number == 5))


def test_a_lost_scheduler_leaves_what_is_finished_and_the_same_call_goes_on(own_processes, tmp_path, monkeypatch):
    scheduler, address = own_processes.scheduler()
    own_processes.worker()
    path = tmp_path / "a.nc"
    go_on = tmp_path / "go on"

    def run(setting):
        while setting["wait"] and not os.path.exists(setting["wait"]):
            time.sleep(0.05)
        return setting["x"] ** 0.5

    settings = [{"x": x, "wait": str(go_on) if x > 1 else ""} for x in (0, 1, 2, 3)]
    written, write = [], flatlab.base.files.write_whole

    def lose(*words):
        write(*words)
        written.append(words)
        if len(written) == 2:
            scheduler.kill()

    monkeypatch.setattr("flatlab.storage.sweep.write_whole", lose)
    with (
        on_cluster(address) as engine,
        pytest.raises(EngineError, match=rf"^the scheduler at {address} was lost$"),
    ):
        sweep(path, settings, run, executor=engine)
    assert len(list(partial_folder(path).iterdir())) == 2
    go_on.touch()
    written.clear()
    assert sweep(path, settings, run) == [x**0.5 for x in range(4)]
    assert len(written) == 2


def test_workers_with_other_sources_are_refused(own_processes, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(Path(flatlab.__file__).parent, other / "flatlab", ignore=shutil.ignore_patterns("__pycache__"))
    edited = other / "flatlab" / "methods" / "gd.py"
    edited.write_text(edited.read_text() + "\n# edited\n")
    _, address = own_processes.scheduler()
    own_processes.worker(PYTHONPATH=str(other))
    with (
        on_cluster(address) as engine,
        pytest.raises(EngineError, match=r"^worker on .* is refused: flatlab\.methods\.gd is source \w+ there and"),
    ):
        ensemble(GD(0.1), Quadratic([1.0]), np.ones((40, 1)), steps=3, executor=engine)


def test_an_address_that_does_not_answer_is_one_sentence(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        begun = time.monotonic()
        result = call("verify", "--cluster", f"tcp://127.0.0.1:{port}", "--output", tmp_path)
    assert result.exit_code == UNAVAILABLE
    assert result.stderr == f"flatlab: no dask scheduler answers at 'tcp://127.0.0.1:{port}' within 5 seconds\n"
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://127.0.0.1:1", "tcp://no.such.host.invalid:8786", "local:x"])
def test_a_wrong_address_is_one_sentence(address, tmp_path):
    begun = time.monotonic()
    result = call("verify", "--cluster", address, "--output", tmp_path)
    assert result.exit_code in (2, UNAVAILABLE)
    assert (result.stderr.count("\n"), repr(address) in result.stderr) == (1, True)
    assert time.monotonic() - begun < 10


def test_a_search_finds_what_it_finds_here(two_workers, tmp_path):
    file = claims_file(tmp_path / "claims")
    claims = claims_of_path(file)

    def found(folder, **where):
        how = {"evaluations": 40, "seed": 2, "memory": 4.0, "folder": tmp_path / folder}
        return {one.id: one for one in attack_all(claims, [str(file)], **how, **where)}

    assert found("there", engine=engine_of(two_workers)) == found("here", workers=1)


def test_the_command_searches_on_a_cluster(two_workers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = claims_file(tmp_path / "claims")
    words = ("falsify", file, "--evaluations", 40, "--memory", 4)
    there = call(*words, "--cluster", two_workers.scheduler.address)
    here = call(*words, "--workers", 1)
    assert (there.exit_code, there.stderr, here.exit_code) == (0, "", 0)
    assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines())
    assert list((tmp_path / "results").iterdir()) == []


def test_the_command_judges_on_a_cluster(two_workers, tmp_path):
    file = claims_file(tmp_path / "claims")
    address = two_workers.scheduler.address
    assert call("verify", file, "--cluster", address, "--output", tmp_path / "there").exit_code == 0
    assert call("verify", file, "--workers", 1, "--output", tmp_path / "here").exit_code == 0
    assert without_seconds(verdicts(tmp_path / "there")) == without_seconds(verdicts(tmp_path / "here"))
