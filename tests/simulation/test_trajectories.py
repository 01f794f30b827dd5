"""Trajectories, tracks and hitting times: shapes, records, divergence, refusals, no allocation in a step."""

import cases
import numpy as np
import pytest

from flatlab import NOT_REACHED, DivergenceError, hitting_time, track, trajectory
from flatlab.methods import GD, SAM
from flatlab.objectives import DenseQuadratic, Noisy, Quadratic
from flatlab.objectives.observables import Coordinate, Distance, Loss
from flatlab.simulation import loops
from flatlab.simulation.requirements import generator

pytestmark = pytest.mark.core
METHOD, OBJECTIVE, START = SAM(eta=0.3, rho=0.1), Quadratic([3.0, 1.0]), [1.0, -2.0]


@pytest.mark.jit_free
def test_row_0_is_the_start_and_the_start_is_left_alone():
    start = np.array(START)
    path = trajectory(METHOD, OBJECTIVE, start, steps=3)
    assert path.shape == (4, 2)
    np.testing.assert_array_equal(path[0], START)
    np.testing.assert_array_equal(start, START)


@pytest.mark.jit_free
@pytest.mark.parametrize(("steps", "every"), [(0, 1), (7, 1), (7, 2), (7, 3), (7, 7), (7, 8)])
def test_records_are_rows_of_the_full_path(steps, every):
    full = trajectory(METHOD, OBJECTIVE, START, steps=steps)
    np.testing.assert_array_equal(trajectory(METHOD, OBJECTIVE, START, steps=steps, record_every=every), full[::every])


@pytest.mark.jit_free
def test_track_is_the_observable_along_the_path():
    path = trajectory(METHOD, OBJECTIVE, START, steps=9)
    values = track(METHOD, OBJECTIVE, START, Loss(), steps=9, record_every=2)
    np.testing.assert_allclose(values, (path**2 @ [3.0, 1.0] / 2)[::2], rtol=1e-14)


@pytest.mark.jit_free
def test_hitting_time_is_the_first_step_at_or_below_the_level():
    losses = track(GD(0.1), OBJECTIVE, START, Loss(), steps=50)
    for t in (0, 1, 17, 50):
        assert hitting_time(GD(0.1), OBJECTIVE, START, Loss(), below=losses[t], steps=50) == t
    assert hitting_time(GD(0.1), OBJECTIVE, START, Loss(), below=losses[50], steps=49) == NOT_REACHED
    assert hitting_time(GD(0.1), OBJECTIVE, START, Loss(), below=-1.0, steps=5) == NOT_REACHED


@pytest.mark.jit_free
def test_the_same_generator_gives_the_same_path_and_another_gives_another():
    noisy = Noisy(OBJECTIVE, 0.5)
    first, again, other = (
        trajectory(METHOD, noisy, START, steps=5, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first.tobytes() == again.tobytes()
    assert (first[1:] != other[1:]).all()


@pytest.mark.jit_free
def test_divergence_names_the_step_and_can_be_kept():
    method, objective = GD(1.0), Quadratic([1e10])
    kept = trajectory(method, objective, [1.0], steps=60, keep_divergence=True)
    first = int(np.argmin(np.isfinite(kept[:, 0])))
    assert 0 < first < 60
    with pytest.raises(DivergenceError, match=rf"at step {first};"):
        trajectory(method, objective, [1.0], steps=60)
    with pytest.raises(DivergenceError, match=rf"at step {first + (-first % 7)};"):
        trajectory(method, objective, [1.0], steps=60, record_every=7)
    assert not np.isfinite(track(method, objective, [1.0], Loss(), steps=60)[-1])


@pytest.mark.parametrize("target", ["Quadratic", "DenseQuadratic", "Noisy"])
@pytest.mark.parametrize("name", cases.METHODS)
def test_no_step_allocates(name, target, monkeypatch):
    runtime = pytest.importorskip("numba.core.runtime")
    if not __import__("flatlab.compiler.options").compiler.options.jit_is_on():
        pytest.skip("counts the allocations of compiled code")
    entry = cases.method(name)
    if target not in entry.runs_on:
        pytest.skip(f"{name} does not run on {target}")
    objective = cases.objective(target)
    runtime._nrt_python.memsys_enable_stats()

    w, rows = np.ones(objective.size), np.empty((1, objective.size))
    work = loops.new_work(entry.instance, objective.instance, w)
    rng = generator(entry.instance, objective.instance, np.random.default_rng(1))

    def allocations(steps):
        before = runtime.rtsys.get_allocation_stats().alloc
        loops._advance(entry.instance, objective.instance, w, work, rng, steps, rows)
        return runtime.rtsys.get_allocation_stats().alloc - before

    try:
        allocations(1)
        assert allocations(10) == allocations(2000)
    finally:
        runtime._nrt_python.memsys_disable_stats()


GOOD = {"method": METHOD, "objective": OBJECTIVE, "start": START, "steps": 3}
WRONG_RUN = [
    ("method", OBJECTIVE),
    ("method", None),
    ("method", (0.3, 0.1)),
    ("objective", METHOD),
    ("objective", "quadratic"),
    ("start", [1.0]),
    ("start", [[1.0, 2.0]]),
    ("start", [1.0, np.nan]),
    ("start", []),
    ("start", "ab"),
    ("steps", -1),
    ("steps", 2.5),
    ("steps", True),
    ("steps", None),
]
WRONG_RECORDS = [("record_every", 0), ("record_every", 1.5)]
WRONG_OBSERVABLE = [
    ("observable", None),
    ("observable", OBJECTIVE),
    ("observable", Distance([1.0, 2.0, 3.0])),
    ("observable", Coordinate(2)),
]


def _call(function, **arguments):
    positional = [arguments.pop(name) for name in ("method", "objective", "start")]
    positional += [arguments.pop("observable")] if "observable" in arguments else []
    return function(*positional, **arguments)


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "bad"), [*WRONG_RUN, *WRONG_RECORDS])
def test_trajectory_refuses_by_name_before_it_runs(name, bad, no_kernels):
    with pytest.raises(ValueError, match=name):
        _call(trajectory, **{**GOOD, name: bad})


@pytest.mark.jit_free
@pytest.mark.parametrize(("name", "bad"), [*WRONG_RUN, *WRONG_RECORDS, *WRONG_OBSERVABLE])
def test_track_refuses_by_name_before_it_runs(name, bad, no_kernels):
    word = {"observable": "observable|point|index"}.get(name, name)
    with pytest.raises(ValueError, match=word):
        _call(track, **{**GOOD, "observable": Loss(), name: bad})


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("name", "bad"), [*WRONG_RUN, *WRONG_OBSERVABLE, ("below", np.nan), ("below", "low"), ("below", None)]
)
def test_hitting_time_refuses_by_name_before_it_runs(name, bad, no_kernels):
    word = {"observable": "observable|point|index"}.get(name, name)
    with pytest.raises(ValueError, match=word):
        _call(hitting_time, **{**GOOD, "observable": Loss(), "below": 0.1, name: bad})


@pytest.mark.jit_free
@pytest.mark.parametrize("rng", [None, 7, np.random.RandomState(1)])
def test_a_random_run_without_a_generator_is_refused(rng, no_kernels):
    with pytest.raises(ValueError, match=r"rng must be a numpy.random.Generator because Noisy"):
        trajectory(METHOD, Noisy(OBJECTIVE, 0.1), START, steps=3, rng=rng)


@pytest.mark.jit_free
def test_what_cannot_be_refused_at_construction_is_refused_at_the_run(no_kernels):
    objective = Quadratic(np.array([1.0, 2.0]))
    objective.eigenvalues[0] = -1.0
    with pytest.raises(ValueError, match="eigenvalues"):
        trajectory(METHOD, objective, START, steps=3)
    dense = DenseQuadratic(np.eye(2))
    dense.hessian[0, 1] = 5.0
    with pytest.raises(ValueError, match="hessian"):
        trajectory(METHOD, dense, START, steps=3)
