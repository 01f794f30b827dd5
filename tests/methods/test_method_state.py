"""Momentum, averaging, and what a method lets be read of what it keeps."""

from typing import NamedTuple

import numpy as np
import pytest

from flatlab import ensemble, methods, trajectory
from flatlab.compiler.options import jit_is_on
from flatlab.methods import GD, NSO, SAM, USAM, Averaged, HeavyBall, NoiseInjection, block_workspace, state, workspace
from flatlab.methods.schedules import Given, rate
from flatlab.objectives import Cubic, Quadratic, SeparableQuartic, gradients
from flatlab.simulation.requirements import has_block_form
from flatlab.simulation.trajectories import restarts

pytestmark = pytest.mark.jit_free

QUADRATIC = Quadratic([3.0, 1.0, 0.5])
START = np.array([0.7, -0.4, 1.1])


class Decreasing(NamedTuple):
    """Gradient descent under a schedule, alone and in a block."""

    eta: tuple
    gradients_per_step = 1


@workspace.register(Decreasing)
@block_workspace.register(Decreasing)
def _(method, objective, w):
    return np.empty_like(w), np.zeros(1, np.int64)


@methods.step.register(Decreasing)
def _(method, objective, w, work, rng):
    methods.block_step(method, objective, w.reshape(-1, 1), (work[0].reshape(-1, 1), work[1]))


@methods.block_step.register(Decreasing)
def _(method, objective, points, work):
    slopes, clock = work
    gradients(objective, points, slopes)
    points -= rate(method.eta, clock[0]) * slopes
    clock[0] += 1


def _run(method, objective, start, steps, rng=None):
    """Take single steps from Python and return the path with the state after the last."""
    w, path = np.array(start), [np.array(start)]
    work = workspace(method, objective, w)
    for _ in range(steps):
        methods.step(method, objective, w, work, rng)
        path.append(w.copy())
    return np.array(path), state(method, work)


def _heavy_ball(gradient, etas, momentum, decay, start):
    """The definition: v <- momentum v - eta_t (g(w) + decay w), w <- w + v."""
    w, v, path = np.array(start), np.zeros(len(start)), [np.array(start)]
    for eta in etas:
        v = momentum * v - eta * (gradient(w) + decay * w)
        w = w + v
        path.append(w)
    return np.array(path), v


@pytest.mark.parametrize("eta", [0.1, Given([0.1, 0.3, 0.02])])
@pytest.mark.parametrize("inner", [NSO, NoiseInjection])
def test_momentum_and_decay_follow_the_step_size_of_the_moment(inner, eta):
    etas = [0.1, 0.3, 0.02, 0.02] if isinstance(eta, tuple) else [0.1] * 4
    method = HeavyBall(inner(eta, 0.0), 0.7, 0.2)
    stated, velocity = _heavy_ball(lambda w: 4 * w**3, etas, 0.7, 0.2, START)
    path, kept = _run(method, SeparableQuartic(np.ones(3)), START, 4, np.random.default_rng(1))
    np.testing.assert_allclose(path, stated, rtol=1e-13)
    np.testing.assert_allclose(kept["velocity"], velocity, rtol=1e-12)
    assert kept["clock"] == [4]


WRAPPERS = [lambda m: HeavyBall(m, 0.6, 0.05), Averaged, lambda m: Averaged(HeavyBall(m))]
INNER = [GD(0.2), SAM(0.2, 0.1), USAM(0.2, 0.1), Decreasing(Given([0.3, 0.1]))]
WRAPPED = [
    pytest.param(wrap, inner, marks=[] if inner == INNER[1] and wrap in WRAPPERS[:2] else pytest.mark.long)
    for wrap in WRAPPERS
    for inner in INNER
]


@pytest.mark.parametrize(("wrap", "method"), WRAPPED)
def test_the_block_form_has_the_bits_and_the_state_of_single_runs(wrap, method):
    method, starts = wrap(method), np.random.default_rng(5).standard_normal((19, 3))
    assert has_block_form(method, QUADRATIC)
    singles = [_run(method, QUADRATIC, start, 7) for start in starts]
    assert ensemble(method, QUADRATIC, starts, steps=7).tobytes() == np.array([p[-1] for p, _ in singles]).tobytes()
    points = np.array(starts.T, order="C")
    work = block_workspace(method, QUADRATIC, points)
    for _ in range(7):
        methods.block_step(method, QUADRATIC, points, work)
    for name, values in state(method, work).items():
        assert values.T.tobytes() == np.array([kept[name] for _, kept in singles]).tobytes(), name


@pytest.mark.parametrize("wrap", [HeavyBall, Averaged])
def test_without_a_block_form_inside_there_is_none(wrap):
    assert not has_block_form(wrap(methods.ASAM(0.1, 0.1)), QUADRATIC)
    assert not has_block_form(Averaged(wrap(NSO(0.1, 0.1))), QUADRATIC)
    ends = ensemble(wrap(methods.ASAM(0.1, 0.1)), QUADRATIC, [START, -START], steps=3)
    assert ends[0].tobytes() == trajectory(wrap(methods.ASAM(0.1, 0.1)), QUADRATIC, START, steps=3)[-1].tobytes()


def test_the_average_is_the_mean_of_the_iterates_and_leaves_them_alone():
    method, objective = NSO(0.05, 0.2), SeparableQuartic(np.ones(3))
    plain, _ = _run(method, objective, START, 30, np.random.default_rng(2))
    path, kept = _run(Averaged(method), objective, START, 30, np.random.default_rng(2))
    assert path.tobytes() == plain.tobytes()
    np.testing.assert_allclose(kept["average"], path[1:].mean(axis=0), rtol=1e-13)
    assert kept["clock"] == [30]  # of the method inside
    _, first = _run(Averaged(method), objective, START, 0)
    np.testing.assert_array_equal(first["average"], START)


def test_the_state_is_a_view_and_empty_where_nothing_is_kept():
    w = START.copy()
    work = workspace(HeavyBall(GD(0.1)), QUADRATIC, w)
    velocity = state(HeavyBall(GD(0.1)), work)["velocity"]
    methods.step(HeavyBall(GD(0.1)), QUADRATIC, w, work, None)
    assert np.any(velocity)
    assert state(GD(0.1), workspace(GD(0.1), QUADRATIC, w)) == {}


@pytest.mark.parametrize("wrap", [HeavyBall, Averaged])
def test_a_wrapper_declares_what_the_method_inside_declares(wrap):
    two_point = wrap(methods.TwoPoint(0.1, 0.1))
    assert (two_point.gradients_per_step, two_point.values_per_step) == (0, 2)
    assert two_point.random
    assert not two_point.needs_gradient
    plain = wrap(SAM(0.1, 0.1))
    assert (plain.gradients_per_step, plain.values_per_step, plain.random, plain.needs_gradient) == (2, 0, False, True)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        *((lambda bad=bad: HeavyBall(GD(0.1), bad), "momentum must be") for bad in (1.0, -0.1, np.nan, "x")),
        (lambda: HeavyBall(GD(0.1), 0.5, -1.0), "decay must be"),
        (lambda: HeavyBall(Averaged(GD(0.1))), "method must have a field eta"),
        (lambda: HeavyBall(0.1), "method must be a NamedTuple with a registered step"),
        (lambda: Averaged((0.1,)), "method must be a NamedTuple with a registered step"),
        (lambda: methods.TwoPoint(0.0, 0.1), "eta must be"),
        (lambda: methods.TwoPoint(0.1, 0.0), "s must be"),
    ],
)
def test_wrong_fields_are_refused_by_name(build, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        build()


def _single_steps(objective, w, s, count, seed):
    return restarts(methods.TwoPoint(1.0, s), objective, w, count=count, rng=np.random.default_rng(seed))


@pytest.mark.skipif(not jit_is_on(), reason="a mean over many steps")
@pytest.mark.parametrize("s", [0.3, 1.0])
def test_the_mean_two_point_step_is_the_smoothed_gradient(s):
    # quadratic: the gradient; cubic sum c w^3: 3 c (w^2 + s^2). Interval: 6.5 standard errors of the mean
    c, w = np.array([1.0, -0.4, 0.7]), START
    for objective, stated in ((QUADRATIC, QUADRATIC.eigenvalues * w), (Cubic(c), 3 * c * (w**2 + s**2))):
        estimates = w - _single_steps(objective, w, s, 200_000, 3)
        error = estimates.std(axis=0) / np.sqrt(len(estimates))
        assert (np.abs(estimates.mean(axis=0) - stated) <= 6.5 * error).all()


@pytest.mark.skipif(not jit_is_on(), reason="a mean over many steps")
def test_the_covariance_of_the_two_point_estimate_on_a_quadratic():
    # (g.U) U has second moment |g|^2 + 2 g_i^2 in each coordinate, whatever s
    g = QUADRATIC.eigenvalues * START
    squares = (START - _single_steps(QUADRATIC, START, 0.5, 200_000, 4)) ** 2
    error = squares.std(axis=0) / np.sqrt(len(squares))
    assert (np.abs(squares.mean(axis=0) - (g @ g + 2 * g**2)) <= 6.5 * error).all()
