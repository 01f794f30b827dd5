"""Engines side by side: do they give the same bits, and what does a piece of work cost on each?

    python -m benchmarks.engines [bits] [pieces] [full] [--workers 1 2 4]
    mpiexec -n 3 python -m mpi4py.futures -m benchmarks.engines bits --mpi

``bits`` prints a checksum of ensembles, statistics, a sweep and verdicts for each engine. ``pieces`` measures seconds
and bytes of pieces that do nothing. ``full`` judges a few claims on the full budget, on local processes and on dask in
turn.
"""

import argparse
import hashlib
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from benchmarks.harness import machine
from flatlab import ensemble, ensemble_statistics
from flatlab.base.engines import Engine, Processes, on_cluster
from flatlab.base.engines.shipping import packed, ship
from flatlab.base.plain_data import json_text
from flatlab.evidence.discovery import select
from flatlab.evidence.pool import judge_all
from flatlab.methods import GD, SAM
from flatlab.objectives import Noisy, Quadratic, gradient, value
from flatlab.simulation.statistics import Moments
from flatlab.storage.records import partial_folder
from flatlab.storage.sweep import sweep

CLAIMS = ("bartlett2023/two-cycle", "ahn2024/sign-flip", "zhang2024/rates-do-not-separate")
FULL = ("bartlett2023/two-cycle", "bartlett2023/most-starts")


class Quartic(NamedTuple):
    """An objective of this script, which workers cannot import."""

    scale: float


@value.register(Quartic)
def _(objective, w):
    return objective.scale * np.sum(w**4)


@gradient.register(Quartic)
def _(objective, w, out):
    for i in range(w.size):
        out[i] = 4 * objective.scale * w[i] ** 3


def main():
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", nargs="*", choices=["bits", "pieces", "full"], default=["bits", "pieces", "full"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--mpi", action="store_true", help="compare this process with the workers of mpi4py.futures")
    arguments = parser.parse_args()
    print(machine())
    for what in arguments.what:
        print()
        {"bits": bits, "pieces": pieces, "full": full}[what](arguments.workers, arguments.mpi)


def bits(workers, mpi):
    """Print a checksum for each engine."""
    print("| engine | checksum | seconds |\n| --- | --- | --- |")
    for name, opened in _engines(workers, mpi):
        with opened as engine:
            begun = time.perf_counter()
            print(f"| {name} | {_checksum(engine)} | {time.perf_counter() - begun:.2f} |", flush=True)


def pieces(workers, mpi, count=1000):
    """Print what a piece that does nothing costs."""
    print(f"{count} pieces that do nothing; bytes of what all pieces share, of a piece and of a result")
    print("\n| engine | ms a piece | shared | piece | result |\n| --- | --- | --- | --- | --- |")
    sizes = len(ship(_nothing, (), same_code=True).data), len(packed((1,))), len(packed(1))
    for name, opened in _engines(workers, mpi):
        with opened as engine:
            engine = engine or Engine()
            list(engine.each(_nothing, (), [(0,)] * 10))
            begun = time.perf_counter()
            list(engine.each(_nothing, (), ((k,) for k in range(count))))
            cost = (time.perf_counter() - begun) / count * 1e3
            print(f"| {name} | {cost:.3f} | {' | '.join(map(str, sizes))} |", flush=True)


def full(workers, mpi, rounds=3):
    """Print the seconds that a few claims take on the full budget."""
    claims = select(FULL, [])
    print(f"{', '.join(FULL)} with --full, seconds of {rounds} rounds in turn")
    print("\n| workers | processes | dask | dask / processes |\n| --- | --- | --- | --- |")
    for count in workers:
        _seconds(claims, nullcontext(Processes(count)), "quick")  # compiles
        opened = ((nullcontext(Processes(count)), on_cluster(f"local:{count}")) for _ in range(rounds))
        own, theirs = np.transpose([[_seconds(claims, engine, "full") for engine in pair] for pair in opened])
        print(f"| {count} | {_range(own)} | {_range(theirs)} | {_range(theirs / own)} |", flush=True)


def _seconds(claims, opened, budget):
    """Return how long claims take, with the start and the end of the workers."""
    begun = time.perf_counter()
    with opened as engine:
        list(judge_all(claims, FULL, seed=1, budget=budget, engine=engine))
    return time.perf_counter() - begun


def _engines(workers, mpi):
    if mpi:
        return [("threads", nullcontext()), ("MPI", _mpi())]
    local = [
        ("this process", nullcontext(Engine())),
        ("threads", nullcontext()),
        ("processes, 2", nullcontext(Processes(2))),
    ]
    return local + [(f"dask, {count}", on_cluster(f"local:{count}")) for count in workers]


@contextmanager
def _mpi():
    from mpi4py.futures import MPIPoolExecutor

    from flatlab.base.engines import engine_of

    with MPIPoolExecutor() as pool:
        yield engine_of(pool)


def _checksum(engine):
    starts = np.random.default_rng(1).standard_normal((700, 3))
    quadratic = Quadratic([3.0, 1.0, 0.5])
    found = [
        ensemble(SAM(0.3, 0.1), quadratic, starts, steps=50, executor=engine),
        ensemble(SAM(0.3, 0.1), Noisy(quadratic, 0.4), starts, steps=50, seed=2, executor=engine),
        ensemble(GD(0.01), Quartic(1.0), starts, steps=50, executor=engine),
    ]
    statistics = ensemble_statistics(
        SAM(0.3, 0.1), Noisy(quadratic, 0.4), _start, 20_000, 10, {"m": Moments()}, executor=engine
    )
    found += [statistics["m"].mean, statistics["m"].covariance]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.nc"
        sweep(path, [{"seed": k} for k in range(12)], _sample, executor=engine)
        # their names tell the code apart, also by what this process has imported since
        files = sorted(file.read_bytes() for file in partial_folder(path).iterdir())
        found += [np.frombuffer(content, dtype=np.uint8) for content in files]
    judged = judge_all(select(CLAIMS, []), CLAIMS, seed=1, budget="quick", engine=engine, workers=1)
    verdicts = {verdict.id: verdict.record() | {"seconds": 0} for verdict in judged}
    digest = hashlib.sha256(json_text(sorted(verdicts.items())).encode())
    for values in found:
        digest.update(values.tobytes())
    return digest.hexdigest()[:16]


def _start(rng):
    return rng.standard_normal(3)


def _sample(setting):
    return np.random.default_rng(setting["seed"]).standard_normal(5)


def _nothing(number):
    return number


def _range(values):
    return f"{np.median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


if __name__ == "__main__":
    main()
