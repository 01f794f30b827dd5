"""Engines side by side: do they give the same bits, and what does a piece of work cost on each?

    python -m benchmarks.engines [bits] [pieces] [full] [--workers 1 2 4] [--claims ID ...] [--minutes 5]
    mpiexec -n 3 python -m mpi4py.futures -m benchmarks.engines bits --mpi

``bits`` prints a checksum of ensembles, hitting times, statistics, a sweep and verdicts for each engine. ``pieces``
measures seconds and bytes of pieces that do nothing. ``full`` judges claims on the full budget, on local processes and
on dask in turn, as often as the minutes allow, and prints the ratio.
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
from flatlab import ensemble, ensemble_statistics, hitting_times
from flatlab.base.engines import Engine, Processes, engine_of, on_cluster
from flatlab.base.engines.shipping import packed, ship
from flatlab.base.plain_data import json_text
from flatlab.evidence.discovery import select
from flatlab.evidence.pool import judge_all
from flatlab.methods import GD, SAM, step, workspace
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic, gradient, value
from flatlab.objectives.observables import Loss
from flatlab.simulation.statistics import Moments, Quantiles
from flatlab.storage.records import partial_folder
from flatlab.storage.sweep import sweep

CLAIMS = ("bartlett2023/two-cycle", "ahn2024/sign-flip", "zhang2024/rates-do-not-separate")
# of three papers, 84 core-seconds of the 1300 of all claims, short settings and long ones
FULL = (
    *("bartlett2023/most-starts", "bartlett2023/periodic-orbits", "ahn2024/stationary-gradient"),
    *("ahn2024/share-of-flat-iterates", "zhang2024/rates-do-not-separate", "zhang2024/momentum-gains-nothing"),
)


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


class Sign(NamedTuple):
    """A method of this script: each coordinate moves by the step size."""

    eta: float


@workspace.register(Sign)
def _(method, objective, w):
    return (np.empty_like(w),)


@step.register(Sign)
def _(method, objective, w, work, rng):
    gradient(objective, w, work[0])
    for i in range(w.size):
        w[i] -= method.eta * np.sign(work[0][i])


BOWL = Quadratic([3.0, 1.0, 0.5])
STARTS = np.random.default_rng(1).standard_normal((700, 3))
ENSEMBLES = {
    "ensemble, in blocks": (SAM(0.3, 0.1), BOWL),
    "ensemble, one by one": (SAM(0.3, 0.1), DenseQuadratic(np.diag([3.0, 1.0, 0.5]))),
    "ensemble, random": (SAM(0.3, 0.1), Noisy(BOWL, 0.4)),
    "ensemble, of a script": (Sign(0.01), Quartic(1.0)),
    "ensemble, of a script inside another": (GD(0.01), Noisy(Quartic(1.0), 0.1)),
}
OTHERS = ("hitting times", "statistics", "sweep", "verdicts")


def work(name, engine):
    """Do the work of a name on an engine, and return its result as bytes."""
    if name in ENSEMBLES:
        method, objective = ENSEMBLES[name]
        return ensemble(method, objective, STARTS, steps=50, seed=4, executor=engine).tobytes()
    if name == "hitting times":
        noisy = Noisy(BOWL, 0.3)
        return hitting_times(GD(0.2), noisy, STARTS, Loss(), below=0.1, steps=50, seed=2, executor=engine).tobytes()
    return {"statistics": _statistics, "sweep": _sweep, "verdicts": _verdicts}[name](engine)


def main():
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", nargs="*", choices=["bits", "pieces", "full"], default=["bits", "pieces", "full"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--mpi", action="store_true", help="compare this process with the workers of mpi4py.futures")
    parser.add_argument("--claims", nargs="+", default=FULL, metavar="ID", help="that full judges")
    parser.add_argument("--minutes", type=float, default=5.0, help="that full takes for each number of workers")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    for what in arguments.what:
        print()
        {"bits": bits, "pieces": pieces, "full": full}[what](arguments)


def bits(arguments):
    """Print a checksum for each engine."""
    print("| engine | checksum | seconds |\n| --- | --- | --- |")
    for name, opened in _engines(arguments):
        with opened as engine:
            begun = time.perf_counter()
            print(f"| {name} | {_checksum(engine)} | {time.perf_counter() - begun:.2f} |", flush=True)


def pieces(arguments, count=1000):
    """Print what a piece that does nothing costs."""
    print(f"{count} pieces that do nothing; bytes of what all pieces share, of a piece and of a result")
    print("\n| engine | ms a piece | shared | piece | result |\n| --- | --- | --- | --- | --- |")
    sizes = len(ship(_nothing, (), same_code=True).data), len(packed((1,))), len(packed(1))
    for name, opened in _engines(arguments):
        with opened as engine:
            engine = engine or Engine()
            list(engine.each(_nothing, (), [(0,)] * 10))
            begun = time.perf_counter()
            list(engine.each(_nothing, (), ((k,) for k in range(count))))
            cost = (time.perf_counter() - begun) / count * 1e3
            print(f"| {name} | {cost:.3f} | {' | '.join(map(str, sizes))} |", flush=True)


def full(arguments):
    """Print the seconds that claims take on the full budget, and what the start and the end of the workers take."""
    print(f"{', '.join(arguments.claims)} with --full; in brackets the least and the most of the rounds")
    heads = ("workers", "rounds", "processes, s", "start", "dask, s", "start", "dask / processes", "without start")
    print(f"\n| {' | '.join(heads)} |\n{'| --- ' * len(heads)}|")
    for count in arguments.workers:
        _seconds(arguments.claims, nullcontext(Processes(count)), "quick")  # compiles
        until, rounds = time.perf_counter() + 60 * arguments.minutes, []
        while not rounds or time.perf_counter() + np.sum(rounds[-1]) < until:
            turn = 1 if len(rounds) % 2 == 0 else -1  # who begins changes from round to round
            order = (_processes, _dask)[::turn]
            rounds.append([(_seconds(arguments.claims, one(count)), _start(one(count))) for one in order][::turn])
        (own, start), (theirs, other) = np.transpose(rounds, (1, 2, 0))
        cells = own, start, theirs, other, theirs / own, (theirs - other) / (own - start)
        print(f"| {count} | {len(rounds)} | {' | '.join(map(_range, cells))} |", flush=True)


def _processes(count):
    return nullcontext(Processes(count))


def _dask(count):
    return on_cluster(f"local:{count}")


def _seconds(names, opened, budget="full"):
    """Return how long claims take."""
    claims = select(names, [])
    begun = time.perf_counter()
    with opened as engine:
        verdicts = list(judge_all(claims, names, seed=1, budget=budget, engine=engine))
    assert len(verdicts) == len(claims)
    return time.perf_counter() - begun


def _start(opened):
    """Return how long it takes to start workers, to hand each a piece that does nothing, and to end them."""
    begun = time.perf_counter()
    with opened as engine:
        list(engine.each(_nothing, (), [(0,)] * engine.workers))
    return time.perf_counter() - begun


def _engines(arguments):
    if arguments.mpi:
        return [("threads", nullcontext()), ("MPI", _mpi())]
    local = [
        ("this process", nullcontext(Engine())),
        ("threads", nullcontext()),
        ("processes, 2", _processes(2)),
    ]
    return local + [(f"dask, {count}", _dask(count)) for count in arguments.workers]


@contextmanager
def _mpi():
    from mpi4py.futures import MPIPoolExecutor

    with MPIPoolExecutor() as pool:
        yield engine_of(pool)


def _checksum(engine):
    digest = hashlib.sha256()
    for name in (*ENSEMBLES, *OTHERS):
        digest.update(work(name, engine))
    return digest.hexdigest()[:16]


def _statistics(engine):
    what = {"end": Moments(), "distance": Quantiles((0.5, 0.9), of=_squared)}
    found = ensemble_statistics(SAM(0.3, 0.1), Noisy(BOWL, 0.4), _drawn, 20_000, 10, what, executor=engine)
    return b"".join(part.tobytes() for part in (found["end"].mean, found["end"].covariance, found["distance"]))


def _sweep(engine):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.nc"
        sweep(path, [{"seed": k} for k in range(12)], _sample, executor=engine)
        # their names tell the code apart, also by what this process has imported since
        return b"".join(sorted(file.read_bytes() for file in partial_folder(path).iterdir()))


def _verdicts(engine):
    how = {"seed": 1, "budget": "quick", "engine": engine_of(engine), "workers": 1}
    judged = judge_all(select(CLAIMS, []), CLAIMS, **how)
    return json_text(sorted((one.id, one.record() | {"seconds": 0}) for one in judged)).encode()


def _drawn(rng):
    return rng.standard_normal(3)


def _squared(ends):
    return (ends**2).sum(axis=1)


def _sample(setting):
    return np.random.default_rng(setting["seed"]).standard_normal(5)


def _nothing(number):
    return number


def _range(values):
    return f"{np.median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


if __name__ == "__main__":
    main()
