"""RS and SAP: gate, projection, signs, samples, zero gradients, mini-batches; the traps of their definition."""

import numpy as np
import pytest

from flatlab import ensemble, trajectory
from flatlab.methods import GD, IterateNoise, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import (
    DiagonalNetwork,
    Product,
    Quadratic,
    QuadraticModels,
    Valley,
    ValleyRisk,
    draw,
    gradient,
    new_sample,
    sample_gradient,
)
from flatlab.objectives.valleys.profiles import Constant, ExponentialTail, Parabola
from flatlab.simulation.trajectories import restarts

OPEN = np.inf
RISK = ValleyRisk(ExponentialTail(), 3)


def _grad(objective, w):
    out = np.empty(len(w))
    gradient(objective, np.array(w, dtype=float), out)
    return out


@pytest.mark.jit_free
@pytest.mark.parametrize("method", [RandomlySmoothed(0.1, 0.02, 0.3, 0.0), RandomlySmoothed(0.1, 0.02, 0.3, 0.5)])
def test_outside_the_gate_it_is_gradient_descent_bit_for_bit(method, rng):
    start = [1.5, 2.0]
    plain = trajectory(GD(0.02), Product(2), start, steps=3)
    assert trajectory(method, Product(2), start, steps=3, rng=rng).tobytes() == plain.tobytes()


@pytest.mark.jit_free
def test_outside_the_gate_sap_is_full_gradient_descent_bit_for_bit(rng):
    start = [1.0, -2.0, 0.5, 0.3]
    method = SharpnessAwarePerturbation(0.1, 0.02, 0.3, 1e-3)
    expected = np.array(start)
    for row in trajectory(method, RISK, start, steps=3, rng=rng):
        assert row.tobytes() == expected.tobytes()
        expected = expected - 0.02 * _grad(RISK, expected)


@pytest.mark.jit_free
def test_the_two_step_sizes_are_used_on_their_own_side_of_the_gate(rng):
    objective, w = Quadratic([1.0, 2.0]), np.array([0.3, 0.2])
    size = np.linalg.norm(_grad(objective, w))
    for gate, eta in ((size * 1.0001, 0.07), (size * 0.9999, 0.01)):
        (step,) = restarts(RandomlySmoothed(0.07, 0.01, 0.0, gate), objective, w, count=1, rng=rng)
        # without a radius v is the part of the gradient across itself: nothing
        np.testing.assert_allclose(step, w - eta * _grad(objective, w), rtol=1e-14)


@pytest.mark.jit_free
def test_the_perturbation_is_orthogonal_to_the_gradient(rng):
    w = np.array([0.4, -0.3, 0.5])
    objective = Valley(Parabola(1.0, 2.0), 2)
    slope, count = _grad(objective, w), 50
    ends = restarts(RandomlySmoothed(0.1, 0.1, 0.3, OPEN), objective, w, count=count, rng=rng)
    v = (w - ends) / 0.1 - slope
    np.testing.assert_allclose(v @ slope, 0, atol=1e-13)
    assert np.linalg.norm(v, axis=1).min() > 1e-3
    unprojected = restarts(RandomlySmoothed(0.1, 0.1, 0.3, OPEN, False), objective, w, count=count, rng=rng)
    assert np.abs(((w - unprojected) / 0.1 - slope) @ slope).max() > 0.05


@pytest.mark.jit_free
def test_at_a_zero_gradient_the_projector_is_the_identity(rng):
    # on (a/2)|z|^2 the perturbation from the bottom is a rho g, of the whole length where y is no coordinate of f
    ends = restarts(RandomlySmoothed(0.1, 0.1, 0.3, 1.0), Quadratic([2.0, 2.0]), [0.0, 0.0], count=20, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(ends, axis=1), 0.1 * 2.0 * 0.3, rtol=1e-13)


@pytest.mark.jit_free
def test_directions_are_uniform_on_the_sphere(rng):
    steps = restarts(RandomlySmoothed(1.0, 1.0, 1.0, 1.0), Quadratic([1.0, 1.0, 1.0]), np.zeros(3), count=3000, rng=rng)
    np.testing.assert_allclose(np.linalg.norm(steps, axis=1), 1, rtol=1e-13)
    # a coordinate of a uniform point in three dimensions is uniform on [-1, 1]: variance 1/3, fourth moment 1/5
    assert np.abs(steps.mean(axis=0)).max() < 6.5 * np.sqrt(1 / 3 / 3000)
    assert np.abs((steps**2).mean(axis=0) - 1 / 3).max() < 6.5 * np.sqrt((1 / 5 - 1 / 9) / 3000)


@pytest.mark.jit_free
def test_iterate_noise_perturbs_the_iterate_not_the_gradient(rng):
    w = np.array([0.4, -0.3])
    ends = restarts(IterateNoise(0.1, 0.5), Product(2), w, count=20, rng=rng)
    np.testing.assert_allclose(np.linalg.norm((w - ends) / 0.1 - _grad(Product(2), w), axis=1), 0.5, rtol=1e-12)


def _sap_outcomes(objective, w, method):
    """All steps that SAP may take with single samples: one for each sample and sign."""
    slope, ends = _grad(objective, w), []
    for i in range(len(objective.gradients)):
        g = objective._replace(gradients=objective.gradients[[i]], hessians=objective.hessians[[i]])
        direction = _grad(g, w)
        for sign in (1, -1):
            bent = _grad(g, w + sign * method.rho * direction / np.linalg.norm(direction))
            bent = bent - (bent @ slope) / (slope @ slope) * slope
            ends.append(w - method.eta * (slope + bent))
    return np.array(ends)


@pytest.mark.jit_free
def test_every_sap_step_is_one_of_the_samples_with_one_of_the_signs(rng):
    half = rng.standard_normal((3, 5, 5))
    objective = QuadraticModels(rng.standard_normal((3, 5)), half + half.transpose(0, 2, 1))
    w, method = rng.standard_normal(5) / 10, SharpnessAwarePerturbation(0.1, 0.1, 0.2, OPEN)
    outcomes = _sap_outcomes(objective, w, method)
    ends = restarts(method, objective, w, count=600, rng=rng)
    distance = np.linalg.norm(ends[:, None] - outcomes, axis=2)
    assert distance.min(axis=1).max() < 1e-13
    counts = np.bincount(distance.argmin(axis=1), minlength=6)
    assert np.abs(counts - 100).max() < 6.5 * np.sqrt(600 * (1 / 6) * (5 / 6))
    fixed = restarts(method._replace(random_sign=False), objective, w, count=200, rng=rng)
    assert set(np.linalg.norm(fixed[:, None] - outcomes, axis=2).argmin(axis=1)) == {0, 2, 4}


@pytest.mark.jit_free
def test_where_a_sample_gradient_is_zero_the_direction_comes_from_a_point_nearby(rng):
    # at a minimum of all samples: the direction is the sample's axis z_i, so one z_i moves by eta a rho
    ends = restarts(
        SharpnessAwarePerturbation(0.1, 0.1, 0.2, 1.0), ValleyRisk(Constant(2.0), 3), np.zeros(4), count=60, rng=rng
    )
    moved = np.abs(ends)
    np.testing.assert_allclose(np.sort(moved, axis=1)[:, -1], 0.1 * 2.0 * 0.2, rtol=1e-9)
    assert (np.sort(moved, axis=1)[:, :-1] < 1e-12).all()
    assert set(moved.argmax(axis=1)) == {0, 1, 2}


@pytest.mark.jit_free
def test_a_sample_without_any_gradient_gives_a_plain_step(rng):
    objective = QuadraticModels(np.zeros((2, 3)), np.zeros((2, 3, 3)))
    ends = restarts(SharpnessAwarePerturbation(0.1, 0.1, 0.2, 1.0), objective, np.ones(3), count=3, rng=rng)
    np.testing.assert_array_equal(ends, 1.0)


@pytest.mark.jit_free
@pytest.mark.parametrize("batch", [1, 2, 4])
def test_mini_batches_are_uniform_subsets_without_repetition(batch, rng):
    objective = ValleyRisk(Constant(1.0), 4, batch)
    sample, w = new_sample(objective, np.zeros(5)), np.array([1.0, 2.0, 4.0, 8.0, 0.0])
    counts, out = np.zeros(4), np.empty(5)
    for _ in range(2000):
        draw(objective, sample, rng)
        assert sorted(sample) == [0, 1, 2, 3]
        sample_gradient(objective, sample, w, out)
        assert np.count_nonzero(out[:4]) == batch
        counts += out[:4] != 0
    share = batch / 4
    assert np.abs(counts / 2000 - share).max() <= 6.5 * np.sqrt(share * (1 - share) / 2000)


@pytest.mark.jit_free
def test_the_whole_batch_is_the_full_gradient(rng):
    features, labels = rng.choice([-1.0, 1.0], (3, 4)), rng.standard_normal(3)
    objective, w, out = DiagonalNetwork(features, labels, 3), rng.standard_normal(8), np.empty(8)
    sample = new_sample(objective, w)
    draw(objective, sample, rng)
    sample_gradient(objective, sample, w, out)
    np.testing.assert_allclose(out, _grad(objective, w), rtol=1e-13)


def test_replicates_do_not_depend_on_their_company():
    method, starts = RandomlySmoothed(0.05, 0.05, 0.1, OPEN), np.tile([0.0, 0.0, 1.0], (6, 1))
    objective = Valley(Parabola(), 2)
    many = ensemble(method, objective, starts, steps=40, seed=3)
    assert len({row.tobytes() for row in many}) == 6
    assert ensemble(method, objective, starts[:2], steps=40, seed=3).tobytes() == many[:2].tobytes()


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: RandomlySmoothed(0.0, 0.1, 0.1, 1.0), "eta must be"),
        (lambda: RandomlySmoothed(0.1, -0.1, 0.1, 1.0), "eta_prime must be"),
        (lambda: RandomlySmoothed(0.1, 0.1, -0.1, 1.0), "rho must be"),
        (lambda: RandomlySmoothed(0.1, 0.1, 0.1, np.nan), "gate must be"),
        (lambda: RandomlySmoothed(0.1, 0.1, 0.1, -np.inf), "gate must be"),
        (lambda: SharpnessAwarePerturbation(0.1, 0.1, 0.1, "inf"), "gate must be"),
        (lambda: SharpnessAwarePerturbation(0.1, 0.1, 0.1, 1.0, offset=0.0), "offset must be"),
        (lambda: IterateNoise(-1.0, 0.1), "eta must be"),
        (lambda: ValleyRisk(Parabola(), 3, 4), "batch must be at most the number of samples 3, got 4"),
        (lambda: ValleyRisk(Parabola(), 3, 0), "batch must be"),
        (lambda: Valley(3.0, 2), "profile must be a profile"),
        (lambda: Valley(Parabola(), 0), "transverse must be"),
        (lambda: Product(1), "factors must be"),
        (lambda: DiagonalNetwork([[1.0, 2.0]], [1.0, 2.0]), "labels must have 1 entries"),
        (lambda: QuadraticModels([[1.0, 0.0]], [[[0.0, 1.0], [0.0, 0.0]]]), "hessians must be symmetric"),
        (
            lambda: trajectory(
                SharpnessAwarePerturbation(0.1, 0.1, 0.1, 1.0),
                Product(2),
                [1, 1],
                steps=1,
                rng=np.random.default_rng(0),
            ),
            "objective must be a mean over samples for the sharpness-aware perturbation, got Product",
        ),
        (lambda: trajectory(RandomlySmoothed(0.1, 0.1, 0.1, 1.0), Product(2), [1, 1], steps=1), "rng must be"),
    ],
)
def test_bad_input_gets_one_sentence(build, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        build()
