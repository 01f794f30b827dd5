"""Statistics of large ensembles: those of all ends at once, and the same bits for every cut of the work."""

import os
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from flatlab import DivergenceError, ensemble_statistics, replicate_rng, trajectory
from flatlab.base.engines import Engine
from flatlab.methods import GD, SAM
from flatlab.objectives import Noisy, Quadratic
from flatlab.simulation import large_ensembles
from flatlab.simulation.cost import tally
from flatlab.simulation.statistics import Extremes, Histogram, Moments, Proportion, Quantiles

EDGES = (-1.0, 0.0, 0.5)
WHAT = {
    "moments": Moments(),
    "moments of the square": Moments(of=lambda ends: ends[:, 0] ** 2),
    "extremes": Extremes(),
    "histogram": Histogram(EDGES),
    "quantiles": Quantiles((0.0, 0.1, 0.5, 0.9, 1.0), accuracy=0.01),
    "share": Proportion(lambda ends: ends[:, 0] > 0),
}
METHOD, OBJECTIVE, STEPS = SAM(0.3, 0.1), Quadratic([3.0, 1.0]), 3


def start(rng):
    return rng.standard_normal(2)


def all_ends(method, objective, replicates, steps, seed):
    """Return every end, one run after another."""
    rngs = [replicate_rng(seed, k) for k in range(replicates)]
    return np.array([trajectory(method, objective, start(rng), steps=steps, rng=rng)[-1] for rng in rngs])


@pytest.mark.parametrize("objective", [OBJECTIVE, Noisy(OBJECTIVE, 0.3)], ids=["block", "random"])
@pytest.mark.parametrize("replicates", [1, 7, 300])
def test_statistics_are_those_of_all_ends(objective, replicates, monkeypatch):
    monkeypatch.setattr(large_ensembles, "LEAF", 16)
    found = ensemble_statistics(METHOD, objective, start, replicates, STEPS, WHAT, seed=5)
    ends = all_ends(METHOD, objective, replicates, STEPS, 5)
    assert (found.replicates, found.diverged, found["moments"].count) == (replicates, 0, replicates)
    np.testing.assert_allclose(found["moments"].mean, ends.mean(axis=0), rtol=1e-12, atol=1e-14)
    if replicates > 1:
        np.testing.assert_allclose(found["moments"].covariance, np.cov(ends.T), rtol=1e-10)
        error = ends.std(axis=0, ddof=1) / replicates**0.5
        np.testing.assert_allclose(found["moments"].standard_error, error, rtol=1e-10)
    else:
        assert np.isnan(found["moments"].covariance).all()
    np.testing.assert_allclose(found["moments of the square"].mean, [(ends[:, 0] ** 2).mean()], rtol=1e-12)
    np.testing.assert_array_equal(found["extremes"], [ends.min(axis=0), ends.max(axis=0)])
    bins = [-np.inf, *EDGES, np.inf]
    counts = [[np.sum((low <= x) & (x < high)) for low, high in pairwise(bins)] for x in ends.T]
    np.testing.assert_array_equal(found["histogram"], counts)
    exact = np.quantile(ends, WHAT["quantiles"].levels, axis=0, method="lower")
    np.testing.assert_allclose(found["quantiles"], exact, rtol=0.01)
    share = found["share"]
    assert share.value == np.mean(ends[:, 0] > 0)
    assert share.low < share.value + 1e-9
    assert share.value < share.high + 1e-9


@pytest.mark.parametrize("objective", [OBJECTIVE, Noisy(OBJECTIVE, 0.3)], ids=["block", "random"])
def test_every_cut_of_the_work_gives_the_same_bits(objective, monkeypatch):
    monkeypatch.setattr(large_ensembles, "LEAF", 16)

    def run(replicates, executor=None):
        return repr(ensemble_statistics(METHOD, objective, start, replicates, STEPS, WHAT, executor=executor).values)

    for replicates in (16 * 11 + 5, 16 * 8, 16 * 13):
        expected = run(replicates)
        for pieces in (1, 2, 3, 64):
            monkeypatch.setattr(large_ensembles, "PIECES", pieces)
            assert run(replicates, Engine()) == expected
        with ThreadPoolExecutor(3) as pool:
            assert run(replicates, pool) == expected


@pytest.mark.jit_free
@pytest.mark.parametrize("count", range(1, 40))
def test_the_tree_is_one_whatever_comes_first(count, rng):
    """Merging is written as brackets: branches of powers of two, in any order, give the brackets of the whole."""

    class Brackets:
        def merge(self, one, other):
            return f"({one}{other})"

    def tree(numbers, states):
        found = large_ensembles._Tree(len(states), {"x": Brackets()})
        for number in numbers:
            found.add(number, (1, {"x": states[number]}))
        return found.root

    states = [f"[{k}]" for k in range(count)]
    whole = tree(range(count), states)
    assert whole[0] == count
    assert tree(rng.permutation(count).tolist(), states) == whole
    for size in (2, 4, 8):
        branches = [states[low : low + size] for low in range(0, count, size)]
        inner = [tree(range(len(branch)), branch)[1]["x"] for branch in branches]
        assert tree(range(len(inner)), inner)[1] == whole[1]


@pytest.mark.jit_free
def test_lost_replicates_are_counted_and_left_out(monkeypatch):
    monkeypatch.setattr(large_ensembles, "LEAF", 4)
    steep = Quadratic([1e10])

    def some(rng):
        return [1.0] if rng.random() < 0.5 else [0.0]

    lost = sum(some(replicate_rng(3, k)) == [1.0] for k in range(30))
    with pytest.raises(DivergenceError, match=f"{lost} of 30 replicates are not finite"):
        ensemble_statistics(GD(1.0), steep, some, 30, 60, {"m": Moments()}, seed=3)
    kept = ensemble_statistics(GD(1.0), steep, some, 30, 60, {"m": Moments()}, seed=3, keep_divergence=True)
    assert (kept.diverged, kept["m"].count) == (lost, 30 - lost)
    with pytest.raises(DivergenceError, match="30 of 30"):
        ensemble_statistics(GD(1.0), steep, lambda rng: [1.0], 30, 60, {"m": Moments()}, keep_divergence=True)


@pytest.mark.jit_free
def test_every_step_of_every_replicate_is_paid():
    with tally() as count:
        ensemble_statistics(METHOD, OBJECTIVE, start, 40, 7, {"m": Moments()})
    assert count.gradients == 40 * 7 * 2


def test_memory_does_not_grow_with_the_replicates():
    def peak(replicates):
        tracemalloc.start()
        ensemble_statistics(GD(0.1), OBJECTIVE, start, replicates, 1, WHAT, executor=Engine())
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(4096)
    assert peak(6 * 4096) < 1.2 * peak(2 * 4096)


MANY = """
import resource, sys, time

import numpy as np

from flatlab import ensemble_statistics
from flatlab.base.engines import Processes
from flatlab.methods import GD
from flatlab.objectives import Quadratic
from flatlab.simulation.statistics import Extremes, Histogram, Moments, Proportion, Quantiles


def start(rng):
    return rng.standard_normal(2)


def right(ends):
    return ends[:, 0] > 0


if __name__ == "__main__":
    what = {
        "moments": Moments(), "extremes": Extremes(), "histogram": Histogram((-1.0, 0.0, 0.5)),
        "quantiles": Quantiles(), "share": Proportion(right),
    }
    begun, replicates = time.perf_counter(), int(sys.argv[1])
    found = ensemble_statistics(GD(0.5), Quadratic([1.0, 1.0]), start, replicates, 1, what, executor=Processes(2))
    both = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    kilobytes = [resource.getrusage(which).ru_maxrss for which in both]
    print(*kilobytes, np.abs(found["moments"].covariance - np.eye(2) / 4).max(), time.perf_counter() - begun)
"""


@pytest.mark.long
def test_ten_million_replicates_need_the_memory_of_one_million(tmp_path):
    script = tmp_path / "many_replicates.py"
    script.write_text(MANY)

    def run(replicates):
        """Return the largest resident memory of the process and of its workers, in kilobytes."""
        words, where = (
            [sys.executable, script, str(replicates)],
            {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=os.environ | where)
        own, workers, error, _ = map(float, done.stdout.split())
        assert error < 6 * 0.25 * (2 / replicates) ** 0.5  # six standard errors of a variance
        print(replicates, done.stdout)
        return np.array([own, workers])

    fewer, more = run(10**6), run(10**7)
    assert (more < 1.1 * fewer).all()


@pytest.mark.jit_free
@pytest.mark.parametrize("accuracy", [0.001, 0.2])
@pytest.mark.parametrize("size", [1e-299, 1e-3, 1.0, 7e4, 1e299])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_quantile_is_as_accurate_as_it_says(accuracy, size, sign, rng):
    sketch = Quantiles((0.0, 0.3, 1.0), accuracy)
    values = sign * size * rng.uniform(0.5, 1.5, (101, 1))
    exact = np.quantile(values, sketch.levels, axis=0, method="lower")
    np.testing.assert_allclose(sketch.result(sketch.leaf(values)), exact, rtol=accuracy * (1 + 1e-9))
    assert sketch.result(sketch.leaf(np.zeros((5, 1)))).tolist() == [[0.0]] * 3


WRONG = [
    ("starts_from", [1.0, 2.0]),
    ("starts_from", lambda rng: [[1.0, 2.0]]),
    ("starts_from", lambda rng: [1.0, np.nan]),
    ("starts_from", lambda rng: [1.0]),
    ("replicates", 0),
    ("replicates", 2.5),
    ("steps", -1),
    ("statistics", {}),
    ("statistics", [Moments()]),
    ("statistics", {"m": Moments}),
    ("statistics", {"m": "mean"}),
    ("edges", {"m": Histogram((1.0, 1.0))}),
    ("levels", {"m": Quantiles((0.5, 1.5))}),
    ("accuracy", {"m": Quantiles(accuracy=1.0)}),
    ("event", {"m": Proportion(0.5)}),
    ("confidence", {"m": Proportion(start, 1.0)}),
    ("seed", -1),
    ("executor", "threads"),
    ("keep_divergence", 1),
]


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "bad"), WRONG)
def test_a_wrong_argument_is_refused_by_name(name, bad, no_kernels):
    arguments = {"starts_from": start, "replicates": 3, "steps": 2, "statistics": {"m": Moments()}}
    key = "statistics" if isinstance(bad, dict) else name
    with pytest.raises(ValueError, match=name):
        ensemble_statistics(METHOD, OBJECTIVE, **{**arguments, key: bad})


@pytest.mark.parametrize(
    "statistic", [Moments(of=lambda ends: ends[:1]), Moments(of=lambda ends: 1.0), Proportion(lambda ends: ends > 0)]
)
def test_a_statistic_of_another_shape_is_refused(statistic):
    with pytest.raises(ValueError, match=r"must return a row for each of 9 ends, got an array of shape"):
        ensemble_statistics(METHOD, OBJECTIVE, start, 9, 2, {"m": statistic})
