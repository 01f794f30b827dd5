"""Wrong arguments of public functions: one sentence that names the argument, before anything is compiled."""

from concurrent.futures import ThreadPoolExecutor

import cases
import numpy as np
import pytest

import flatlab
from flatlab import methods, objectives
from flatlab.evidence import domains, relations
from flatlab.evidence import intervals as rates
from flatlab.geometry import curvature, limit_map
from flatlab.geometry import hessian_vector as trace_estimates
from flatlab.methods import SAM, RandomlySmoothed, SharpnessAwarePerturbation, noise_laws, schedules
from flatlab.objectives import Cubic, MultilayerPerceptron, Product, Quadratic
from flatlab.objectives.observables import Distance, Loss, OnObjective

BOWL, METHOD, START = Quadratic([3.0, 1.0]), SAM(0.1, 0.1), [1.0, 1.0]
BEYOND = [10**30, 10**400, 2.0, True, "3", None, np.timedelta64(3)]
NO_FLAGS = ["no", np.nan, [1], 1, None]
NETWORK = (np.ones((2, 3)), [0, 1])


def trajectory(**others):
    """Call trajectory with one argument replaced."""
    return flatlab.trajectory(**({"method": METHOD, "objective": BOWL, "start": START, "steps": 3} | others))


def ensemble(**others):
    """Call ensemble with one argument replaced."""
    return flatlab.ensemble(**({"method": METHOD, "objective": BOWL, "starts": [START] * 2, "steps": 3} | others))


def running(checkpoints):
    """Call running with these checkpoints."""
    return flatlab.running(METHOD, BOWL, START, Loss(), checkpoints=checkpoints)


def on(objective, observable):
    """Track an observable of another objective."""
    return flatlab.track(METHOD, BOWL, START, OnObjective(objective, observable), steps=3)


def shut_down():
    """Return an executor that takes no work."""
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    return pool


CASES = {
    "steps": [(lambda v=v: trajectory(steps=v), r"^steps must be a whole number") for v in [*BEYOND, -1]],
    "record_every": [(lambda v=v: trajectory(record_every=v), r"^record_every must be a whole") for v in [*BEYOND, 0]],
    "memory": [
        (lambda: trajectory(steps=10**12), r"^steps must leave a result that fits in memory, .* 1\.6e\+04 gigabytes"),
        (lambda: trajectory(steps=2**62), r"^steps must leave a result that fits in memory"),
        (lambda: flatlab.track(METHOD, BOWL, START, Loss(), steps=10**15), r"^steps must leave a result"),
    ],
    "start": [
        (lambda v=v: trajectory(start=v), r"^start must (be|have)")
        for v in ([1, 1j], np.array([1j, 1]), np.array([1 + 0j, 1]), ["1", "2"], np.array(["2020-01-01"] * 2, "M8[D]"),
                  np.ma.masked_array([1.0, 2.0], [0, 1]), [True, False], [1, 10**400], [1.0], None, "ab", {})
    ],
    "checkpoints": [
        (lambda v=v: running(v), r"^checkpoints must be whole numbers")
        for v in ([1.7, 2.9], [1.0], [True], [2, 1], [0], [], [[1, 2]], "12", [1, 10**30], [[1], [2, 3]], None)
    ],
    "rng": [
        (lambda v=v: trajectory(rng=v), r"^rng must be a numpy\.random\.Generator or None, got ")
        for v in ("x", 3, np.random)
    ],
    "flags": [
        *((lambda v=v: trajectory(keep_divergence=v), r"^keep_divergence must be True or False") for v in NO_FLAGS),
        *((lambda v=v: ensemble(keep_divergence=v), r"^keep_divergence must be True or False") for v in NO_FLAGS),
        *((lambda v=v: ensemble(progress=v), r"^progress must be True or False") for v in NO_FLAGS),
        *((lambda v=v: RandomlySmoothed(0.1, 0.1, 0.1, 1.0, v), r"^projected must be True or") for v in NO_FLAGS),
        *((lambda v=v: SharpnessAwarePerturbation(0.1, 0.1, 0.1, 1.0, 0.1, v), r"^random_sign must") for v in NO_FLAGS),
        *((lambda v=v: methods.NSO(0.1, 0.1, 2, shared_sample=v), r"^shared_sample must") for v in NO_FLAGS),
    ],
    "whole numbers": [
        (lambda: methods.NSO(0.1, 0.1, 10**400), r"^k must be a whole number from 1 to 2\*\*63 - 1, got 1000"),
        (lambda: SAM(10**400, 0.1), r"^eta must be a finite number above 0, got 1000"),
        (lambda: SAM(10**5000, 0.1), r"^eta must be a finite number above 0, got a int that cannot be printed"),
        (lambda: MultilayerPerceptron([3, 4.7, 2], *NETWORK), r"^widths must be whole numbers, 1 or above, got "),
        (lambda: ensemble(seed=-1), r"^seed must be a whole number"),
    ],
    "measurements": [
        (lambda v=v: objectives.MatrixSensing(v, [1.0], 1), r"^measurements must be (a matrix of )?finite")
        for v in (np.ma.masked_array([[1.0]]), np.array([[1j]]), np.array([["1"]]), [["x"]], [[np.nan]])
    ],
    "executor": [
        (lambda: ensemble(executor=ThreadPoolExecutor), r"^executor must be a concurrent\.futures\.Executor"),
        (lambda: ensemble(executor="x"), r"^executor must be a concurrent\.futures\.Executor"),
        (lambda: ensemble(executor=shut_down()), r"^executor must take work, got .* shut down$"),
    ],
    "replicate_rng": [
        (lambda: flatlab.replicate_rng(None, 1), r"^seed must be a whole number"),
        (lambda: flatlab.replicate_rng(1, None), r"^replicate must be a whole number"),
        (lambda: flatlab.replicate_rng(1, -1), r"^replicate must be a whole number"),
    ],
    "observables": [
        (lambda: on(Quadratic([1.0]), Loss()), r"^objective must have 2 variables as the run has, got 1$"),
        (lambda: on("x", Loss()), r"^objective must be a NamedTuple with a registered value, got 'x'$"),
        (lambda: on(BOWL, "x"), r"^observable must be a NamedTuple with a registered observe, got 'x'$"),
        (lambda: on(BOWL, Distance([1.0])), r"^point must have 2 entries, got 1$"),
    ],
    "curvature": [
        (lambda: curvature.leading_curvature(BOWL, [1.0]), r"^w must have 2 entries"),
        (lambda: curvature.sharpness_gradient(BOWL, [1.0]), r"^w must have 2 entries"),
        (lambda: curvature.leading_eigenpair(np.eye(2), simple=np.nan), r"^simple must be"),
        *((lambda v=v: curvature.kernel_projector(np.eye(2), flat=v), r"^flat must be") for v in (-1, np.nan, 2, "x")),
        (lambda: trace_estimates.largest_eigenvalue([[1.0, 5.0], [0.0, 1.0]]), r"^matrix must be symmetric"),
        (lambda: trace_estimates.largest_eigenvalue(np.zeros((3, 3))), r"^matrix must not be 0"),
        (lambda: rates.power_law_slope([2.0] * 6, np.ones((2, 6))), r"^scales must differ"),
    ],
    "declarations": [
        (lambda: domains.Uniform(2, 1), r"^high must be at least the low end 2, got 1$"),
        (lambda: domains.Uniform(np.nan, 1), r"^low must be a finite number"),
        (lambda: domains.LogUniform(-1, 1), r"^low must be a finite number above 0"),
        (lambda: domains.Whole(1.5, 3), r"^low must be a whole number"),
        (lambda: domains.Whole(0, 3, log=True), r"^low must be a whole number, 1 or above"),
        (lambda: domains.Whole(1, 3, log="no"), r"^log must be True or False"),
        (lambda: domains.Choice(()), r"^values must hold one"),
        *((lambda v=v: relations.Equal(rtol=v), r"^rtol must be") for v in (-1, np.nan, "x")),
        *((lambda v=v: relations.AtMost(slack=v), r"^slack must be") for v in (-1, np.nan, "x")),
        *((lambda v=v: relations.AtLeast(tight_within=v), r"^tight_within must be") for v in (0.5, np.nan, "x")),
        (lambda: relations.WithinInterval(0), r"^tolerance must be"),
        (lambda: relations.Estimate(1, 2, 0), r"^high must be at least the low end 2, got 0$"),
    ],
    "no end": [
        (lambda: limit_map.flow_limit(Cubic([1.0]), [-1.0]), r"^w must have a gradient flow that settles, got one"),
        (lambda: limit_map.limit_map(Product(2), [1e200, 1.0]), r"^w must have a limit of factors above 1e-161"),
    ],
}  # fmt: skip
EVERY = [pytest.param(*case, id=f"{name}-{k}") for name, cases in CASES.items() for k, case in enumerate(cases)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("call", "told"), EVERY)
def test_a_wrong_argument_is_named_in_one_sentence(call, told, no_kernels):
    with pytest.raises(ValueError, match=told) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_what_is_unusual_but_right_passes():
    assert running(np.array([1, 3], dtype=np.uint8)).mean.size == 2
    assert running(2).mean.size == 1
    assert flatlab.replicate_rng(2**200, 2**32 - 1).random() < 1
    assert domains.Uniform(2, 2).draw(np.random.default_rng(0)) == 2
    assert np.isnan(relations.Estimate(np.nan, np.nan, np.nan).value)
    assert relations.AtMost(tight_within=np.inf).slack == 0
    with ThreadPoolExecutor(1) as pool:
        assert ensemble(executor=pool).shape == (2, 2)


@pytest.mark.parametrize("name", cases.OBJECTIVES)
def test_an_objective_keeps_its_numbers_when_the_caller_changes_his(name):
    given = cases.objective(name).instance
    again = type(given)(*given)
    for field, own, title in zip(given, again, given._fields, strict=True):
        if isinstance(field, np.ndarray):
            # the measurements may be most of the memory: they are not copied, and their docstring says so
            assert np.shares_memory(field, own) == ((name, title) == ("MatrixSensing", "measurements")), title


def test_observables_laws_schedules_and_starts_are_copies():
    point = np.ones(2)
    seen, steps, law = Distance(point), schedules.Given(point), noise_laws.Scripted(point, [0])
    path = trajectory(start=point, steps=0)
    point[:] = 5.0
    for kept in (seen.point, steps.values, law.draws, path):
        assert (kept == 1).all()
