"""NSO and noise injection: samples, perturbations, limits, cost, refusals; the two ways to return an iterate."""

import numpy as np
import pytest

from flatlab import DivergenceError, outputs, running, track, trajectory
from flatlab.methods import GD, NSO, HeavyBall, NoiseInjection
from flatlab.methods.noise_laws import Breached, Cauchy, Rademacher, Scripted, UncentredBinomial
from flatlab.methods.schedules import Given
from flatlab.objectives import Cubic, DenseQuadratic, Noisy, NormQuartic, Quadratic, Saturating, SeparableQuartic
from flatlab.objectives.observables import GradientNorm, OnObjective, SquaredGradientNorm

START = np.array([0.7, -0.4, 1.1])
METHODS = [NSO, NoiseInjection]


def _rng():
    return np.random.default_rng(11)


def _slope(w):
    return 4 * w**3


@pytest.mark.jit_free
@pytest.mark.parametrize("shared", [False, True])
def test_one_sample_serves_both_signs_and_every_pair_draws_its_own(shared):
    rng, sigma, s, k, eta = _rng(), 0.6, 0.3, 3, 0.05
    w, total, z = START.copy(), np.zeros(3), None
    for j in range(k):
        if j == 0 or not shared:
            z = sigma / np.sqrt(3) * rng.standard_normal(3)
        u = s * rng.standard_normal(3)
        total += _slope(w + u) + z + _slope(w - u) + z
    twin = w - eta * total / (2 * k)
    objective = Noisy(SeparableQuartic(np.ones(3)), sigma)
    found = trajectory(NSO(eta, s, k, shared_sample=shared), objective, START, steps=1, rng=_rng())[1]
    np.testing.assert_allclose(found, twin, rtol=1e-13)


@pytest.mark.jit_free
@pytest.mark.parametrize("shared", [False, True])
def test_points_are_one_sided_and_independent(shared):
    rng, sigma, s, k, eta = _rng(), 0.6, 0.3, 3, 0.05
    w, total, z = START.copy(), np.zeros(3), None
    for j in range(k):
        if j == 0 or not shared:
            z = sigma / np.sqrt(3) * rng.standard_normal(3)
        total += _slope(w + s * rng.standard_normal(3)) + z
    objective = Noisy(SeparableQuartic(np.ones(3)), sigma)
    found = trajectory(NoiseInjection(eta, s, k, shared_sample=shared), objective, START, steps=1, rng=_rng())[1]
    np.testing.assert_allclose(found, w - eta * total / k, rtol=1e-13)


@pytest.mark.jit_free
def test_block_gradients_and_single_ones_give_the_same_pair():
    plain, matrix = Quadratic([3.0, 1.0, 0.5]), DenseQuadratic(np.diag([3.0, 1.0, 0.5]))
    paths = [trajectory(NSO(0.1, 0.4, 2), objective, START, steps=4, rng=_rng()) for objective in (plain, matrix)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-13)


@pytest.mark.jit_free
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("objective", [NormQuartic(), Saturating(), Noisy(Saturating(), 0.5)])
def test_without_noise_both_are_gradient_descent_bit_for_bit(method, objective):
    paths = [
        trajectory(HeavyBall(m, 0.3), objective, START, steps=20, rng=_rng()) for m in (method(0.05, 0.0), GD(0.05))
    ]
    np.testing.assert_array_equal(*paths)


@pytest.mark.jit_free
def test_a_pair_on_a_quadratic_is_gradient_descent():
    paths = [
        trajectory(m, Quadratic([3.0, 1.0, 0.5]), START, steps=20, rng=_rng()) for m in (NSO(0.1, 2.0, 4), GD(0.1))
    ]
    np.testing.assert_allclose(*paths, rtol=1e-12)


@pytest.mark.jit_free
@pytest.mark.parametrize("method", METHODS)
def test_scripted_noise_is_used_in_order(method):
    draws = np.array([0.1, -0.2, 0.3, 0.5, 0.6, -0.7])
    found = trajectory(method(0.1, 2.0, 2, law=Scripted(draws)), Cubic(np.ones(3)), START, steps=1, rng=_rng())[1]
    points = [START + sign * 2 * u for u in draws.reshape(2, 3) for sign in ((1, -1) if method is NSO else (1,))]
    np.testing.assert_allclose(found, START - 0.1 * np.mean([3 * p**2 for p in points], axis=0), rtol=1e-13)


@pytest.mark.jit_free
def test_schedules_of_step_and_noise_follow_the_clock():
    etas, noises = Given([0.1, 0.05]), Given([0.3, 0.0])
    path = trajectory(NSO(etas, noises, law=Rademacher()), SeparableQuartic(np.ones(3)), START, steps=3, rng=_rng())
    np.testing.assert_allclose(path[1], START - 0.1 * (4 * START**3 + 12 * 0.3**2 * START), rtol=1e-13)
    np.testing.assert_allclose(path[2], path[1] - 0.05 * _slope(path[1]), rtol=1e-13)
    np.testing.assert_allclose(path[3], path[2] - 0.05 * _slope(path[2]), rtol=1e-13)


def test_cost_counts_every_gradient():
    assert NSO(0.1, 0.1, 3).gradients_per_step == 6
    assert NoiseInjection(0.1, 0.1, 3).gradients_per_step == 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"eta": 0.0}, "eta"),
        ({"eta": -1.0}, "eta"),
        ({"eta": np.nan}, "eta"),
        ({"eta": (0.1, 0.2)}, "eta"),
        ({"eta": Given([0.0])}, "eta"),
        ({"s": -0.1}, "s must"),
        ({"s": np.inf}, "s must"),
        ({"k": 0}, "k must"),
        ({"k": 1.5}, "k must"),
        ({"law": UncentredBinomial()}, "law must be symmetric"),
        ({"law": Cauchy()}, "law must have a finite second moment"),
        ({"law": "Gaussian"}, "law"),
        ({"law": (0.1,)}, "law"),
        ({"law": Breached(0.1)}, "law"),
        ({"shared_sample": 1}, "shared_sample"),
    ],
)
def test_wrong_hyper_parameters_are_refused_by_name(method, fields, word):
    with pytest.raises(ValueError, match=word):
        method(**{"eta": 0.1, "s": 0.1, **fields})


def test_a_breach_must_be_declared():
    assert NSO(0.1, 0.1, law=Breached(Cauchy())).law == Breached(Cauchy())


@pytest.mark.jit_free
def test_running_is_the_mean_minimum_and_last_of_the_track():
    method, objective, seen = NSO(0.05, 0.2), Noisy(Saturating(), 0.3), SquaredGradientNorm()
    values = track(method, objective, START, seen, steps=30, rng=_rng())[1:]
    found = running(method, objective, START, seen, checkpoints=[1, 7, 30], rng=_rng())
    for k, steps in enumerate((1, 7, 30)):
        assert found.mean[k] == pytest.approx(values[:steps].mean(), rel=1e-13)
        assert found.minimum[k] == values[:steps].min()
        assert found.last[k] == values[steps - 1]


@pytest.mark.jit_free
def test_running_shows_divergence():
    found = running(GD(3.0), NormQuartic(), START, GradientNorm(), checkpoints=[1, 50])
    assert np.isfinite(found.last[0])
    assert not np.isfinite(found.last[1])


@pytest.mark.parametrize("checkpoints", [[0], [3, 3], [5, 2], [], [-1]])
def test_running_refuses_checkpoints_out_of_order(checkpoints):
    with pytest.raises(ValueError, match="checkpoints"):
        running(GD(0.1), NormQuartic(), START, GradientNorm(), checkpoints=checkpoints)


@pytest.mark.jit_free
def test_outputs_are_points_of_one_path():
    method, objective = NSO(0.05, 0.2), Noisy(Saturating(), 0.3)
    found = outputs(method, objective, START, steps=9, rng=_rng())
    rng = _rng()
    time = int(rng.integers(1, 10))
    path = trajectory(method, objective, START, steps=9, rng=rng)
    assert found.time == time
    np.testing.assert_array_equal(found.random, path[time])
    np.testing.assert_array_equal(found.last, path[9])
    given = outputs(method, objective, START, steps=9, rng=_rng(), time=0)
    np.testing.assert_array_equal(given.random, START)


def test_the_random_time_is_even_on_one_to_the_last():
    rng = _rng()
    times = np.array([outputs(NSO(0.1, 0.1), Saturating(), START, steps=4, rng=rng).time for _ in range(4000)])
    counts = np.bincount(times, minlength=5)
    assert counts[0] == 0
    assert (np.abs(counts[1:] - 1000) < 6.5 * np.sqrt(1000 * 0.75)).all()


def test_outputs_refuse_what_they_cannot_do():
    with pytest.raises(ValueError, match="rng"):
        outputs(GD(0.1), Saturating(), START, steps=3, rng=None)
    with pytest.raises(ValueError, match="time"):
        outputs(NSO(0.1, 0.1), Saturating(), START, steps=3, rng=_rng(), time=4)
    with pytest.raises(DivergenceError, match="diverged"):
        outputs(NSO(3.0, 0.1), NormQuartic(), START, steps=60, rng=_rng())


@pytest.mark.jit_free
def test_an_observable_may_look_at_another_objective():
    seen = OnObjective(Quadratic([3.0, 4.0]), GradientNorm())
    assert track(GD(0.1), Saturating(), [1.0, 1.0], seen, steps=0)[0] == pytest.approx(5.0)
