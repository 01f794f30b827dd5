"""Flatness along a run, escape times and shares, the random iterate, sparse recovery: against the exact definitions."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest

from flatlab import replicate_rng, track, trajectory
from flatlab.geometry.flatness import Certificate, Flat, FlatnessExcess, Perturbed, distance_and_certificate
from flatlab.geometry.limit_map import certificate, flatness
from flatlab.methods import GD, RandomlySmoothed
from flatlab.objectives import DiagonalNetwork, Product, RankOne, Valley, ValleyRisk, gradient
from flatlab.objectives.observables import GradientNorm, OnObjective
from flatlab.objectives.valleys.profiles import Constant, ExponentialTail, Parabola, PowerTail, SoftRamp, Wave
from flatlab.simulation.escape_times import GateWarning, escape_times, perturbed_share
from flatlab.simulation.trajectories import restarts, running
from flatlab.theory.escape import EscapeTheorem
from paper_checks.ahn2024.problems.sparse_recovery import dual_excess, least_l1, sparse_instance

POINTS = [
    (Product(2), [1.7, 0.62]),
    (Product(2), [-0.3, -3.1]),
    (Product(2), [3.0, -0.02]),
    (Product(2), [4e5, 2.5e-6]),
    *((Valley(p, 2), [0.01, -0.02, 0.7]) for p in (Parabola(), ExponentialTail(), PowerTail(), SoftRamp(), Wave())),
    (ValleyRisk(Parabola(), 3), [0.01, -0.02, 0.005, 0.7]),
]


@pytest.mark.parametrize(("objective", "w"), POINTS)
def test_cheap_flatness_is_the_exact_one(objective, w):
    exact = flatness(objective, w)
    distance, slope = distance_and_certificate(objective, np.array(w))
    assert distance == pytest.approx(exact.distance, rel=1e-9, abs=1e-11)
    assert slope == pytest.approx(exact.certificate, rel=1e-8)


@pytest.mark.jit_free
def test_observables_of_flatness(rng):
    w = np.array([1.05, 1.0])
    distance, slope = distance_and_certificate(Product(2), w)
    seen = [
        track(GD(0.1), Product(2), w, observable, steps=0)[0]
        for observable in (
            FlatnessExcess(0.2, 0.3),
            FlatnessExcess(math.inf, 0.3),
            Flat(0.2, 0.3),
            Flat(1e-3, 0.3),
            Certificate(),
        )
    ]
    assert seen == pytest.approx([max(distance / 0.2, slope / 0.3), slope / 0.3, 1.0, 0.0, slope], rel=1e-14)


@pytest.mark.jit_free
def test_the_share_is_that_of_the_gradients_within_the_gate():
    method, objective = RandomlySmoothed(0.05, 0.05, 0.1, 0.02), Valley(Constant(2.0), 2)
    start = [0.0, 0.0, 0.0]
    norms = track(method, objective, start, GradientNorm(), steps=500, rng=np.random.default_rng(4))
    inside = np.mean(norms[1:] <= method.gate)
    assert 0.05 < inside < 0.95
    found = running(method, objective, start, Perturbed(method.gate), checkpoints=[500], rng=np.random.default_rng(4))
    assert found.mean[0] == pytest.approx(inside, abs=1e-12)


def test_a_tight_gate_is_told_with_its_share():
    method, objective = RandomlySmoothed(0.05, 0.05, 0.1, 0.01), Valley(Constant(2.0), 2)
    with pytest.warns(GateWarning, match=r"leaves \d+% of the steps unperturbed"):
        share = perturbed_share(method, objective, [0.0, 0.0, 0.0], steps=2000, rng=np.random.default_rng(4))
    assert share < 0.8
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wide = perturbed_share(
            method._replace(gate=10.0), objective, [0.0, 0.0, 0.0], steps=2000, rng=np.random.default_rng(4)
        )
    assert wide == 1.0


def test_escape_times_are_the_first_flat_iterates():
    epsilon = 0.2
    p = EscapeTheorem(epsilon, 1.0, c_eta=0.3, c_eta_prime=0.1, c_gate=6.0)
    method, objective = RandomlySmoothed(p.eta, p.eta_prime, p.rho, p.gate), Valley(ExponentialTail(), 2)
    start = [0.0, 0.0, -1.0]
    found = escape_times(method, objective, np.tile(start, (3, 1)), epsilon, steps=3000, seed=5)
    assert found.perturbed_share > 0.9
    path = trajectory(method, objective, start, steps=int(found.times[1]), rng=replicate_rng(5, 1))
    flat = [flatness(objective, w).by_distance(epsilon) for w in path]
    assert flat[-1]
    assert not any(flat[:-1])
    # the random iterate is not the last one: its flatness is the share, far from 1 in a run that stops at the first
    share = running(
        method,
        objective,
        start,
        Flat(epsilon, math.sqrt(epsilon)),
        checkpoints=[len(path) - 1],
        rng=replicate_rng(5, 1),
    )
    assert share.mean[0] == pytest.approx(1 / (len(path) - 1))
    assert share.last[0] == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epsilon": 0.0}, "epsilon must be a number in"),
        ({"epsilon": 1.5}, "epsilon must be a number in"),
        ({"epsilon": "small"}, "epsilon must be"),
        ({"method": GD(0.1)}, "method must have a gate, got GD"),
        ({"objective": RankOne([1.0], [1.0])}, "objective must have a cheap limit map, got RankOne"),
        ({"neighbourhood": 0.1}, r"starts must lie within 0\.1 of the minima, got one at distance 0.5"),
        ({"epsilon_prime": -1.0}, "epsilon_prime must be"),
    ],
)
def test_bad_input_gets_one_sentence(change, words):
    arguments = {
        "method": RandomlySmoothed(0.1, 0.1, 0.1, 1.0),
        "objective": Valley(Constant(), 1),
        "starts": [[0.5, 0.0]],
        "epsilon": 0.1,
        **change,
    }
    with pytest.raises(ValueError, match=f"^{words}"):
        escape_times(**arguments, steps=3)


@pytest.mark.jit_free
@pytest.mark.parametrize(
    ("epsilon", "delta", "word"), [(0, 0.5, "epsilon"), (2, 0.5, "epsilon"), (0.1, 0, "delta"), (0.1, 1.1, "delta")]
)
def test_tolerances_outside_their_ranges_are_refused(epsilon, delta, word):
    with pytest.raises(ValueError, match=f"^{word} must be"):
        EscapeTheorem(epsilon, delta)


@pytest.mark.jit_free
@pytest.mark.jit_free
@pytest.mark.parametrize("observable", [Flat(0.1, 0.1), FlatnessExcess(0.1, 0.1), Certificate()])
@pytest.mark.parametrize(
    ("objective", "words"),
    [(Product(3), "product of two factors"), (RankOne([1.0], [2.0, 1.0]), "limit map that is cheap at every step")],
)
def test_flatness_at_every_step_is_refused_where_it_has_no_cheap_form(observable, objective, words):
    with pytest.raises(ValueError, match=words):
        track(GD(0.1), objective, [1.0, 0.5, 0.2], observable, steps=1)
    with pytest.raises(ValueError, match=words):
        track(GD(0.1), objective, [1.0, 0.5, 0.2], OnObjective(objective, observable), steps=1)


@pytest.mark.jit_free
@pytest.mark.parametrize(("distance", "told"), [(1e-4, 1.0), (1e-6, 1.0), (1e-17, 0.75)])
def test_nearer_than_rounding_a_minimum_has_no_direction(distance, told, rng):
    """The residual xy - 1 is exact to an ulp of 1: its sign, and with it the direction, is told far from X* only."""
    right, slope = [], np.empty(2)
    for x in rng.uniform(1, 3, 300):
        w = np.array([x, (1 + distance) / x])
        residual = Fraction(w[0]) * Fraction(w[1]) - 1
        gradient(Product(2), w, slope)
        right.append(residual != 0 and abs(slope[0] / w[1] / float(residual) - 1) < 1e-6)
    assert (np.mean(right) == 1.0) if told == 1.0 else (np.mean(right) < told)


def test_restarts_begin_at_the_start_every_time(rng):
    ends = restarts(RandomlySmoothed(0.1, 0.1, 0.0, 10.0), Product(2), [1.5, 1.0], count=5, steps=3, rng=rng)
    assert len({row.tobytes() for row in ends}) == 1
    with pytest.raises(ValueError, match=r"^count must be"):
        restarts(GD(0.1), Product(2), [1.0, 1.0], count=0)


def test_sparse_instance_and_its_linear_program(rng):
    instance = sparse_instance(rng, 8, 16, 2)
    a, b = instance.objective.features, instance.objective.labels
    found = least_l1(a, b)
    np.testing.assert_allclose(a @ found.coefficients, b, atol=1e-12)
    assert found.value == pytest.approx(np.abs(found.coefficients).sum(), rel=1e-12)
    assert found.value <= np.abs(instance.coefficients).sum() + 1e-12
    # strong duality
    assert b @ found.multipliers == pytest.approx(found.value, rel=1e-10)
    assert np.abs(a.T @ found.multipliers).max() <= 1 + 1e-10
    assert flatness(instance.objective, instance.start).distance < 1e-12
    assert np.abs(instance.objective.coefficients(instance.start) - instance.coefficients).max() > 0.1


def test_a_zero_certificate_is_not_enough():
    a = np.array([[1.0, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1]])
    objective = DiagonalNetwork(a, np.ones(3))
    basic = np.concatenate([[0, 1, 1, 0], [0, 0, 0, 1.0]])
    assert certificate(objective, basic) == pytest.approx(0, abs=1e-12)
    assert dual_excess(objective, basic) == pytest.approx(2, abs=1e-12)
    assert dual_excess(objective, np.concatenate([[1.0, 0, 0, 0], np.zeros(4)])) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match=r"^labels must be met"):
        least_l1([[1.0, 1.0], [1.0, 1.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"^nonzero must be at most"):
        sparse_instance(np.random.default_rng(0), 2, 4, 5)
