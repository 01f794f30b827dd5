"""The lower bounds' instances run as stated; moments match their closed form; what they refuse."""

import numpy as np
import pytest

from flatlab import track, trajectory
from flatlab.methods import GD, NSO
from flatlab.methods.noise_laws import Rademacher
from flatlab.methods.schedules import Given
from flatlab.objectives import FreshNoise, Quadratic, gradient, value
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import HuberInstance, NoisyDescent, NoisyQuadratic, NoisySchedule, QuadraticInstance
from paper_checks.zhang2024.problems.hard_instances import (
    fresh_quadratic,
    huber_ramp,
    huber_schedule,
    noisy_quadratic,
    nonconvex_hats,
)
from paper_checks.zhang2024.problems.zigzag import Zigzag, silent

C, GAP, SIGMA, STEPS, K, ETA = 2.0, 1.5, 0.4, 30, 2, 0.3
FIXED = (C, GAP, SIGMA, STEPS, K)
ETAS = 0.3 / np.sqrt(1 + np.arange(STEPS))


def _norms(instance, eta, steps=STEPS, s=0.0, k=K):
    method = NSO(eta, s, k, law=Rademacher())
    rng = np.random.default_rng(5)
    return track(method, instance.objective, instance.start, SquaredGradientNorm(), steps=steps, rng=rng)


@pytest.mark.jit_free
@pytest.mark.parametrize("start", ["warm", "cold"])
def test_fresh_coordinates_give_every_path_the_stated_lengths(start):
    stated = QuadraticInstance(ETA, NoisyDescent(*FIXED), start).path(np.arange(STEPS + 1))
    np.testing.assert_allclose(_norms(fresh_quadratic(ETA, *FIXED, start), ETA, s=0.2), stated, rtol=1e-12)


@pytest.mark.jit_free
@pytest.mark.parametrize(("room", "s"), [(0.0, 0.0), (0.3, 0.3)])
def test_the_ramp_lasts_as_long_as_stated(room, s):
    stated = HuberInstance(ETA, NoisyDescent(*FIXED)).value
    np.testing.assert_allclose(_norms(huber_ramp(ETA, *FIXED, room=room), ETA, s=s), stated, rtol=1e-11)
    after = _norms(huber_ramp(ETA, *FIXED), ETA, steps=STEPS + 5)
    assert after[-1] < 0.9 * stated


@pytest.mark.jit_free
@pytest.mark.parametrize("room", [0.0, 0.3])
def test_weight_noise_needs_room_to_leave_the_slope_of_the_smoothed_objective_alone(room):
    instance, s, slopes = huber_ramp(ETA, *FIXED, room=room), 0.3, np.empty((2, 2 + K * STEPS))
    method, rng = NSO(ETA, s, K, law=Rademacher()), np.random.default_rng(5)
    end = trajectory(method, instance.objective, instance.start, steps=STEPS, record_every=STEPS, rng=rng)[-1]
    for out, sign in zip(slopes, (1, -1)):
        gradient(instance.objective, end + sign * s, out)
    # the first coordinate of grad F for fair signs of size s
    assert (slopes[:, 0].mean() > 0.999 * instance.objective.base.slope) == (room > 0)


@pytest.mark.jit_free
def test_schedules_and_hats_follow_their_closed_form():
    ramp, stated = huber_schedule(ETAS, C, GAP, SIGMA, K), NoisySchedule(ETAS, C, GAP, SIGMA, K)
    np.testing.assert_allclose(_norms(ramp, Given(ETAS), steps=STEPS - 1), stated.ramp_path, rtol=1e-12)
    hats = nonconvex_hats(ETAS, C, GAP, SIGMA, K)
    np.testing.assert_allclose(_norms(hats, Given(ETAS)), stated.bowl_path, rtol=1e-12)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("build", "least"),
    [
        (lambda: fresh_quadratic(ETA, *FIXED), 0.0),
        (lambda: huber_ramp(ETA, *FIXED), 0.0),
        (lambda: huber_schedule(ETAS, C, GAP, SIGMA, K), 0.0),
        (lambda: nonconvex_hats(ETAS, C, GAP, SIGMA, K), 0.0),
    ],
)
def test_the_gap_is_used_up_and_not_exceeded(build, least):
    instance = build()
    assert value(instance.objective, instance.start) - least == pytest.approx(GAP, rel=1e-7)


def test_the_warm_start_is_stationary():
    rng = np.random.default_rng(8)
    starts = [noisy_quadratic(ETA, *FIXED, rng=rng).start[1] for _ in range(4000)]
    objective = noisy_quadratic(ETA, *FIXED, rng=rng).objective
    stated = ETA * objective.deviations[1] ** 2 / K / (C * (2 - ETA * C))
    assert np.mean(np.square(starts)) == pytest.approx(stated, rel=6.5 * np.sqrt(2 / 4000))
    assert noisy_quadratic(ETA, *FIXED, "cold").start[1] == 0.0
    with pytest.raises(ValueError, match="rng"):
        noisy_quadratic(ETA, *FIXED)


@pytest.mark.jit_free
def test_fresh_noise_used_up_begins_again():
    objective = FreshNoise(Quadratic(np.zeros(3)), 1.0, 1)
    end = trajectory(GD(1.0), objective, np.zeros(3), steps=4, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(np.abs(end[2]), [0, 1, 1])
    assert end[4, 0] == 0
    assert set(np.abs(end[4, 1:])) <= {0.0, 2.0}


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: fresh_quadratic(1.1, *FIXED), "eta"),
        (lambda: huber_ramp(ETA, C, GAP, -1.0, STEPS), "sigma"),
        (lambda: huber_ramp(ETA, *FIXED, room=-0.1), "room"),
        (lambda: huber_schedule([0.6], C, GAP, SIGMA), "etas"),
        (lambda: nonconvex_hats(np.full(5, 0.5), C, 0.01, 5.0), "etas"),
        (lambda: noisy_quadratic(ETA, *FIXED, "hot"), "start"),
        (lambda: running_moments(-0.1, [1.0], [1.0], [0.0], [3]), "eta"),
        (lambda: running_moments(0.1, [1.0], [-1.0], [0.0], [3]), "variances"),
        (lambda: running_moments(0.1, [1.0], [1.0], [-1.0], [3]), "start"),
        (lambda: running_moments(0.1, [1.0], [1.0, 2.0], [0.0], [3]), "variances"),
        (lambda: running_moments(0.1, [1.0], [1.0], [0.0], [0]), "checkpoints"),
    ],
)
def test_wrong_arguments_are_refused_by_name(build, word):
    with pytest.raises(ValueError, match=word):
        build()


@pytest.mark.jit_free
def test_moments_are_those_of_the_closed_form():
    eigenvalues, variances, start = [0.1, 1.0, 2.0], [0.5, 0.0, 1.5], [1.0, 2.0, 0.0]
    found = running_moments(0.3, eigenvalues, variances, start, [1, 10, 40])
    law = NoisyQuadratic(0.3, eigenvalues, variances)
    exact = np.array([law.mean_squared_gradient(1, start, first=t) for t in range(1, 41)])
    np.testing.assert_allclose(found.last, exact[[0, 9, 39]], rtol=1e-12)
    np.testing.assert_allclose(found.mean, [exact[:n].mean() for n in (1, 10, 40)], rtol=1e-12)
    np.testing.assert_allclose(found.minimum, [exact[:n].min() for n in (1, 10, 40)], rtol=1e-12)


@pytest.mark.jit_free
def test_moments_under_a_schedule_are_the_lengths_on_fresh_coordinates():
    objective = FreshNoise(Quadratic(np.full(1 + K * STEPS, C)), SIGMA, 1)
    start = np.zeros(1 + K * STEPS)
    start[0] = 0.7
    rng = np.random.default_rng(5)
    path = track(NSO(Given(ETAS), 0.1, K), objective, start, SquaredGradientNorm(), steps=STEPS, rng=rng)
    found = running_moments(Given(ETAS), [C], [SIGMA**2 / K], [0.49], [STEPS])
    assert found.last[0] == pytest.approx(path[-1], rel=1e-12)
    assert found.mean[0] == pytest.approx(path[1:].mean(), rel=1e-12)


def _zigzag_slope(x, slope, curvature):
    """Return the slope of the zigzag as a polygon through its corners."""
    corners = np.arange(0, 41) / 2  # in units of slope / curvature
    heights = np.where(corners % 1 == 0, 1.0, 0.5)
    heights[:2] = [0.0, 0.5]
    return np.sign(x) * slope * np.interp(abs(x) * curvature / slope, corners, heights)


@pytest.mark.jit_free
def test_the_zigzag_is_the_integral_of_its_polygon():
    objective, out = Zigzag(0.7, 2.0), np.empty(1)
    for x in np.linspace(-3.1, 3.1, 63):
        gradient(objective, np.array([x]), out)
        assert out[0] == pytest.approx(_zigzag_slope(x, 0.7, 2.0), abs=1e-10)
    grid = np.linspace(0.0, 3.1, 31001)
    areas = np.concatenate(([0.0], np.cumsum(np.diff(grid) * _zigzag_slope((grid[1:] + grid[:-1]) / 2, 0.7, 2.0))))
    for n in range(0, grid.size, 1500):
        assert value(objective, [grid[n]]) == pytest.approx(areas[n], rel=1e-6, abs=1e-7)
        assert value(objective, [-grid[n]]) == value(objective, [grid[n]])


@pytest.mark.jit_free
@pytest.mark.parametrize("pairs", [1, 3])
def test_a_run_on_the_zigzag_ends_at_the_bowl(pairs):
    p = silent(C, GAP, STEPS, pairs, d=1, reach=1.0, seed=0)
    assert value(Zigzag(p.slope, C), p.start) == pytest.approx(GAP, rel=1e-12)
    assert p.slope**2 == pytest.approx(4 * C * GAP / (3 * STEPS + 2), rel=1e-9)
    np.testing.assert_allclose(p.path(np.random.default_rng(1)), p.slope**2, rtol=1e-9)
