"""Schedulers and workers for the tests of clusters."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest


class OwnProcesses:
    """A scheduler and workers in processes of their own, which a test may kill."""

    def __init__(self, folder):
        self.file, self.processes, self.log = folder / "scheduler.json", [], open(folder / "log.txt", "w")  # noqa: SIM115

    def start(self, program, *words, **environment):
        words = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(self.file), *words]
        process = subprocess.Popen(
            [*words, "--no-dashboard"],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
            cwd=self.file.parent,  # the flatlab of the path is to be found, not that of this folder
            stdout=self.log,
            stderr=self.log,
        )
        self.processes.append(process)
        return process

    def scheduler(self, **environment):
        process = self.start("scheduler", "--port", "0", "--host", "127.0.0.1", **environment)
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.stat().st_size):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return process, json.loads(self.file.read_text())["address"]

    def worker(self, **environment):
        return self.start("worker", "--nthreads", "1", "--no-nanny", **environment)

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
        self.log.close()


@pytest.fixture
def own_processes(tmp_path):
    """Give a test a scheduler and workers to kill."""
    processes = OwnProcesses(tmp_path)
    yield processes
    processes.end()


@pytest.fixture(scope="session")
def two_workers():
    """Open a client of a cluster of two processes."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client
