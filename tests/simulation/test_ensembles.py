"""Ensembles: the digits of a replicate depend on its start, the seed and its number, on nothing else."""

import importlib
import multiprocessing
import threading
import time
import tracemalloc
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from flatlab import DivergenceError, ensemble, hitting_time, hitting_times, replicate_rng, trajectory
from flatlab.methods import GD, SAM, USAM, HeavyBall
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic
from flatlab.objectives.observables import Coordinate, Distance, Loss
from flatlab.simulation import threads
from flatlab.simulation.cost import tally

pytestmark = pytest.mark.core

module = importlib.import_module("flatlab.simulation.ensembles")  # the package binds the function of that name
METHODS = [SAM(0.3, 0.1), USAM(0.2, 0.1), HeavyBall(GD(0.3), 0.5)]


class InReverse(Executor):
    """Runs everything on one thread, the last submitted first."""

    def __init__(self):
        self.waiting, self.order, self.thread = [], [], None

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, function, args, kwargs))
        self.order.append(len(self.order))
        if self.thread is None:
            self.thread = threading.Thread(target=self._run, daemon=True)
            self.thread.start()
        return future

    def _run(self):
        time.sleep(0.2)  # until all are submitted
        while self.waiting:
            future, function, args, kwargs = self.waiting.pop()
            future.set_result(function(*args, **kwargs))


class AtOnce(Executor):
    """Runs inside ``submit``."""

    def submit(self, function, /, *args, **kwargs):
        future = Future()
        future.set_result(function(*args, **kwargs))
        return future


def _starts(count, size):
    return np.random.default_rng([count, size]).standard_normal((count, size))


def _ends_of_trajectories(method, objective, starts, steps, seed):
    return np.array(
        [
            trajectory(method, objective, start, steps=steps, rng=replicate_rng(seed, k))[-1]
            for k, start in enumerate(starts)
        ]
    )


@pytest.mark.jit_free
@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 16, 17, 40])
@pytest.mark.parametrize("method", METHODS)
def test_block_form_has_the_bits_of_single_trajectories(method, size):
    objective = Quadratic(np.random.default_rng(size).uniform(0, 3, size))
    for count in (1, 3, 33):
        starts = _starts(count, size)
        together = ensemble(method, objective, starts, steps=11)
        assert together.tobytes() == _ends_of_trajectories(method, objective, starts, 11, 0).tobytes()


@pytest.mark.jit_free
@pytest.mark.parametrize("method", METHODS)
def test_a_random_replicate_is_the_trajectory_with_its_own_generator(method):
    objective, starts = Noisy(Quadratic([3.0, 1.0, 0.5]), 0.4), _starts(5, 3)
    together = ensemble(method, objective, starts, steps=9, seed=42)
    assert together.tobytes() == _ends_of_trajectories(method, objective, starts, 9, 42).tobytes()
    assert (together != ensemble(method, objective, starts, steps=9, seed=43)).any(axis=1).all()


def test_replicate_generators_are_the_spawned_ones():
    spawned = np.random.SeedSequence(9).spawn(4)
    for k, sequence in enumerate(spawned):
        expected = np.random.default_rng(sequence).standard_normal(3)
        np.testing.assert_array_equal(replicate_rng(9, k).standard_normal(3), expected)


@pytest.mark.parametrize(
    "objective",
    [Quadratic([3.0, 1.0, 0.5]), DenseQuadratic(np.diag([3.0, 1.0, 0.5])), Noisy(Quadratic([3.0, 1.0, 0.5]), 0.4)],
    ids=["block", "single", "random"],
)
def test_every_executor_gives_the_same_bits(objective):
    method, starts = SAM(0.3, 0.1), _starts(301, 3)

    def run(executor):
        return ensemble(method, objective, starts, steps=20, seed=5, executor=executor).tobytes()

    expected = run(None)
    for executor in (InReverse(), AtOnce()):
        assert run(executor) == expected
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as pool:
            assert run(pool) == expected


def test_a_process_pool_gives_the_same_bits():
    method, objective, starts = SAM(0.3, 0.1), Noisy(Quadratic([3.0, 1.0, 0.5]), 0.4), _starts(9, 3)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        apart = ensemble(method, objective, starts, steps=20, seed=5, executor=pool)
    assert apart.tobytes() == ensemble(method, objective, starts, steps=20, seed=5).tobytes()


@pytest.mark.parametrize("cores", [1, 2, 7])
@pytest.mark.parametrize(
    "objective", [Quadratic([3.0, 1.0]), Noisy(Quadratic([3.0, 1.0]), 0.4)], ids=["block", "single"]
)
def test_the_number_of_cores_changes_no_bit(objective, cores, monkeypatch):
    starts = _starts(67, 2)
    expected = ensemble(SAM(0.3, 0.1), objective, starts, steps=5, seed=1)
    for place in (module, threads):
        monkeypatch.setattr(place, "cores", lambda: cores)
    assert ensemble(SAM(0.3, 0.1), objective, starts, steps=5, seed=1).tobytes() == expected.tobytes()


@pytest.mark.parametrize("block", [True, False])
@pytest.mark.parametrize("size", [1, 10, 1000, 10**6])
@pytest.mark.parametrize("replicates", [1, 2, 31, 32, 33, 1000])
def test_pieces_cover_every_replicate_once(replicates, size, block):
    edges = module._edges(replicates, size, block, 2)
    assert edges[0] == 0
    assert edges[-1] == replicates
    assert all(low < high for low, high in pairwise(edges))


@pytest.mark.jit_free
@pytest.mark.parametrize("shape", [(1, 1), (40, 1), (1, 4), (40, 4)])
@pytest.mark.parametrize("noisy", [False, True])
def test_the_starts_are_left_alone(shape, noisy):
    starts = np.ones(shape)
    objective = Quadratic(np.ones(shape[1]))
    ensemble(SAM(0.3, 0.1), Noisy(objective, 0.1) if noisy else objective, starts, steps=3)
    np.testing.assert_array_equal(starts, 1.0)


def test_memory_does_not_grow_with_the_steps():
    objective, starts = Quadratic(np.ones(100)), np.ones((256, 100))

    def peak(steps):
        tracemalloc.start()
        ensemble(SAM(0.1, 0.1), objective, starts, steps=steps, executor=AtOnce())  # one piece after another
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(10)
    few, many = peak(10), peak(20_000)
    assert many < few + starts.nbytes / 10  # a kept path would be 20 000 times the starts


@pytest.mark.jit_free
def test_divergence_is_counted_and_can_be_kept():
    starts = np.array([[1.0], [0.0], [1.0]])
    objective = Quadratic([1e10])
    with pytest.raises(DivergenceError, match="2 of 3 replicates are not finite after 60 steps"):
        ensemble(GD(1.0), objective, starts, steps=60)
    ends = ensemble(GD(1.0), objective, starts, steps=60, keep_divergence=True)
    assert np.isfinite(ends).ravel().tolist() == [False, True, False]


@pytest.mark.jit_free
@pytest.mark.parametrize("executor", [None, AtOnce()])
@pytest.mark.parametrize("replicates", [1, 6])
def test_hitting_times_are_those_of_single_runs_and_are_paid_once(replicates, executor):
    objective, starts = Noisy(Quadratic([3.0, 1.0]), 0.1), _starts(replicates, 2)
    arguments = {"below": 0.02, "steps": 40}
    with tally() as count:
        times = hitting_times(GD(0.2), objective, starts, Loss(), seed=3, executor=executor, **arguments)
    singles = [
        hitting_time(GD(0.2), objective, start, Loss(), rng=replicate_rng(3, k), **arguments)
        for k, start in enumerate(starts)
    ]
    assert times.tolist() == singles
    assert count.gradients == sum(40 if t == -1 else t for t in singles)


@pytest.mark.jit_free
def test_an_ensemble_is_paid_for_every_step_of_every_replicate():
    with tally() as count:
        ensemble(SAM(0.3, 0.1), Quadratic([3.0, 1.0]), _starts(40, 2), steps=7)
    assert count.gradients == 40 * 7 * 2


def test_a_failing_replicate_cancels_the_rest_and_is_reported():
    class Broken(AtOnce):
        def submit(self, function, /, *args, **kwargs):
            future = Future()
            future.set_exception(OSError("worker lost"))
            return future

    with pytest.raises(OSError, match="worker lost"):
        ensemble(SAM(0.3, 0.1), Quadratic([3.0]), np.ones((3, 1)), steps=2, executor=Broken())


GOOD = {"method": SAM(0.3, 0.1), "objective": Quadratic([3.0, 1.0]), "starts": [[1.0, 2.0]] * 3, "steps": 3}
WRONG = [
    ("method", None),
    ("method", Quadratic([1.0])),
    ("objective", SAM(0.1, 0.1)),
    ("objective", 3),
    ("starts", [1.0, 2.0]),
    ("starts", [[1.0, 2.0, 3.0]]),
    ("starts", [[1.0, np.inf]]),
    ("starts", []),
    ("starts", [[1.0, 2.0], [3.0]]),
    ("steps", -1),
    ("steps", 1.0),
    ("seed", -1),
    ("seed", None),
    ("seed", 0.5),
    ("executor", 4),
    ("executor", "threads"),
]


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "bad"), WRONG)
def test_ensemble_refuses_by_name_before_it_runs(name, bad, no_kernels):
    arguments = {**GOOD, name: bad}
    with pytest.raises(ValueError, match=name):
        ensemble(arguments.pop("method"), arguments.pop("objective"), arguments.pop("starts"), **arguments)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("name", "bad"),
    [*WRONG, ("below", np.nan), ("observable", None), ("observable", Distance([1.0])), ("observable", Coordinate(2))],
)
def test_hitting_times_refuses_by_name_before_it_runs(name, bad, no_kernels):
    arguments = {**GOOD, "observable": Loss(), "below": 0.1, name: bad}
    word = {"observable": "observable|point|index"}.get(name, name)
    first = [arguments.pop(key) for key in ("method", "objective", "starts", "observable")]
    with pytest.raises(ValueError, match=word):
        hitting_times(*first, **arguments)
