"""One instance of every objective and every method: a new one adds a line, or the tests say so.

``OBJECTIVES`` maps a class name of ``flatlab.objectives`` to an ``Objective``: an instance, the
number of variables, its value in ``autograd.numpy`` (see ``naive.py``), and for a stochastic oracle
``oracle(w, rng)``, which draws a sample with the very draws of the kernel and returns the gradient
under it. ``METHODS`` maps a class name of ``flatlab.methods`` to a ``Method``: an instance, its
twin, and the names of the objectives it can run on.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import autograd.numpy as anp
import naive
import naive_escape
import naive_network
import naive_noise
import naive_sensing
import numpy as np

from flatlab import methods, objectives
from flatlab.objectives.sensing import problem as sensing
from flatlab.objectives.valleys import profiles


class Objective(NamedTuple):
    instance: Any
    size: int
    value: Callable
    oracle: Callable | None = None  # the default is the exact gradient

    def sample(self, w, rng):
        """Return the gradient under one sample, as a function of the point."""
        return (self.oracle or naive.exact_oracle(self.value))(w, rng)


class Method(NamedTuple):
    instance: Any
    twin: Callable
    runs_on: tuple = ("Quadratic", "DenseQuadratic", "Noisy")


def _symmetric(size, seed):
    half = np.random.default_rng(seed).standard_normal((size, size))
    return half @ half.T / size


EIGENVALUES = np.array([3.0, 1.0, 0.5, 0.0, 0.25])
HESSIAN = _symmetric(5, 1)

TENSORS = naive.symmetric_tensors(3, 3)
WIDE = np.random.default_rng(4).standard_normal((2, 3, 5)) / 2
SHIFTS = np.array([0.4, -0.7, 1.1])

FEATURES = np.sign(np.random.default_rng(6).standard_normal((4, 5)))
LABELS = np.array([0.5, -1.0, 0.3, 1.2])
SLOPES = np.random.default_rng(7).standard_normal((3, 4))
BENDS = naive_escape.symmetric_matrices(3, 4)
WAVE, SOFT_RAMP = (2.0, -0.8, 1.5, 0.4), (1.0, 0.7, 0.6)

NETWORK = ([3, 4, 3], np.random.default_rng(6).standard_normal((9, 3)), np.arange(9) % 3, "tanh", "squared")

FOR_NETWORKS = ("Quadratic", "DenseQuadratic", "MultilayerPerceptron", "PerceptronBatch")
SENSORS = np.random.default_rng(9).standard_normal((7, 3, 3)) / 3
SENSED = np.random.default_rng(10).standard_normal(7)

WITH_NOISE = ("Quadratic", "DenseQuadratic", "Noisy", "FreshNoise", "Saturating", "MatrixSensing")


def _cubic(u):
    return u + u**2 / 2 + u**3 / 6


OBJECTIVES = {
    "Quadratic": lambda: Objective(objectives.Quadratic(EIGENVALUES), 5, naive.quadratic(EIGENVALUES)),
    "DenseQuadratic": lambda: Objective(objectives.DenseQuadratic(HESSIAN), 5, naive.dense_quadratic(HESSIAN)),
    "Noisy": lambda: Objective(
        objectives.Noisy(objectives.DenseQuadratic(HESSIAN), 0.3),
        5,
        naive.dense_quadratic(HESSIAN),
        naive.noisy_oracle(naive.dense_quadratic(HESSIAN), 0.3),
    ),
    "SeparableRavine": lambda: Objective(
        objectives.SeparableRavine(profiles.TwoWells(), [1.0, 2.0, 0.5], [0.7, 1.0, 1.4]),
        6,
        naive.separable_ravine("double-well", [1.0, 2.0, 0.5], [0.7, 1.0, 1.4]),
    ),
    "IsolatedRavine": lambda: Objective(
        objectives.IsolatedRavine(profiles.WavyBowl(), 0.3), 2, naive.isolated_ravine("wavy", 0.3)
    ),
    "CubicQuartic": lambda: Objective(
        objectives.CubicQuartic(EIGENVALUES[:3], *TENSORS), 3, naive.cubic_quartic(EIGENVALUES[:3], *TENSORS)
    ),
    "LeastSquares": lambda: Objective(
        objectives.LeastSquares(*WIDE, SHIFTS, "cubic"), 5, naive.least_squares(*WIDE, SHIFTS, _cubic)
    ),
    "ResidualBatch": lambda: Objective(
        objectives.ResidualBatch(objectives.LeastSquares(*WIDE, SHIFTS, "tanh"), 2),
        5,
        naive.least_squares(*WIDE, SHIFTS, anp.tanh),
        naive.residual_batch_oracle(*WIDE, SHIFTS, anp.tanh, 2),
    ),
    "SeparableQuartic": lambda: Objective(
        objectives.SeparableQuartic([0.7, -0.2, 1.1]), 3, naive_noise.separable_quartic([0.7, -0.2, 1.1])
    ),
    "NormQuartic": lambda: Objective(objectives.NormQuartic(), 3, naive_noise.norm_quartic),
    "Cubic": lambda: Objective(objectives.Cubic([1.0, -0.4]), 2, naive_noise.cubic([1.0, -0.4])),
    "CoshSum": lambda: Objective(objectives.CoshSum(), 3, naive_noise.cosh_sum),
    "Saturating": lambda: Objective(objectives.Saturating(), 5, naive_noise.saturating),
    "DoubleWell": lambda: Objective(
        objectives.DoubleWell(0.9, 0.4, 0.7, 0.8, 0.5, 0.1), 1, naive_noise.double_well(0.9, 0.4, 0.7, 0.8, 0.5, 0.1)
    ),
    "HuberSlope": lambda: Objective(objectives.HuberSlope(0.6, 1.5), 4, naive_noise.huber_slope(0.6, 1.5)),
    "Hats": lambda: Objective(
        objectives.Hats([0.5, 0.8, 0.3], 1.2, 4.0), 4, naive_noise.hats([0.5, 0.8, 0.3], 1.2, 4.0)
    ),
    "Smoothed": lambda: Objective(
        objectives.Smoothed(objectives.Saturating(), 0.3, 20), 3, naive_noise.smoothed(naive_noise.saturating, 0.3, 20)
    ),
    "CoordinateNoise": lambda: Objective(
        objectives.CoordinateNoise(objectives.Quadratic(EIGENVALUES), [0.3, 0.0, 1.0, 0.2, 0.0]),
        5,
        naive.quadratic(EIGENVALUES),
        naive_noise.coordinate_noise_oracle(naive.quadratic(EIGENVALUES), [0.3, 0.0, 1.0, 0.2, 0.0]),
    ),
    "FreshNoise": lambda: Objective(
        objectives.FreshNoise(objectives.Quadratic(EIGENVALUES), 0.4, 2),
        5,
        naive.quadratic(EIGENVALUES),
        naive_noise.fresh_noise_oracle(naive.quadratic(EIGENVALUES), 0.4, 2),
    ),
    "Valley": lambda: Objective(
        objectives.Valley(profiles.Wave(*WAVE), 3), 4, naive_escape.valley(naive_escape.wave(*WAVE))
    ),
    "ValleyRisk": lambda: Objective(
        objectives.ValleyRisk(profiles.SoftRamp(*SOFT_RAMP), 4, 2),
        5,
        naive_escape.valley_risk(naive_escape.soft_ramp(*SOFT_RAMP), 4),
        naive_escape.BatchOracle(
            lambda chosen: naive_escape.valley_risk(naive_escape.soft_ramp(*SOFT_RAMP), 4, chosen), 4, 2
        ),
    ),
    "Product": lambda: Objective(objectives.Product(4), 4, naive_escape.product),
    "RankOne": lambda: Objective(
        objectives.RankOne([1.0, 2.0], [0.5, -1.0, 0.2], 1.7),
        5,
        naive_escape.rank_one([1.0, 2.0], [0.5, -1.0, 0.2], 1.7),
    ),
    "DiagonalNetwork": lambda: Objective(
        objectives.DiagonalNetwork(FEATURES, LABELS, 3),
        10,
        naive_escape.diagonal_network(FEATURES, LABELS),
        naive_escape.BatchOracle(lambda chosen: naive_escape.diagonal_network(FEATURES, LABELS, chosen), 4, 3),
    ),
    "QuadraticModels": lambda: Objective(
        objectives.QuadraticModels(SLOPES, BENDS, 2),
        4,
        naive_escape.quadratic_models(SLOPES, BENDS),
        naive_escape.BatchOracle(lambda chosen: naive_escape.quadratic_models(SLOPES, BENDS, chosen), 3, 2),
    ),
    "Cusp": lambda: Objective(objectives.Cusp(3), 3, naive_escape.cusp),
    "MatrixSensing": lambda: Objective(
        objectives.MatrixSensing(sensing.pack_measurements(SENSORS), SENSED, 2),
        6,
        naive_sensing.sensing(SENSORS, SENSED, 2),
    ),
    "SideBySide": lambda: Objective(
        objectives.SideBySide(objectives.DenseQuadratic(HESSIAN), 2),
        10,
        naive_sensing.twice(naive.dense_quadratic(HESSIAN)),
    ),
    "TracePenalty": lambda: Objective(
        objectives.TracePenalty(
            objectives.MatrixSensing(sensing.pack_measurements(SENSORS), SENSED, 2), 0.2, HESSIAN[:3, :3]
        ),
        6,
        naive_sensing.with_trace_penalty(naive_sensing.sensing(SENSORS, SENSED, 2), 0.2, HESSIAN[:3, :3], 2),
    ),
    "WeightDecay": lambda: Objective(
        objectives.WeightDecay(objectives.Quadratic(EIGENVALUES), 0.3),
        5,
        naive_sensing.with_decay(naive.quadratic(EIGENVALUES), 0.3),
    ),
    "MultilayerPerceptron": lambda: Objective(
        objectives.MultilayerPerceptron(*NETWORK), 31, naive_network.perceptron(*NETWORK)
    ),
    "PerceptronBatch": lambda: Objective(
        objectives.PerceptronBatch(objectives.MultilayerPerceptron(*NETWORK), 4),
        31,
        naive_network.perceptron(*NETWORK),
        naive_network.batch_oracle(*NETWORK, 4),
    ),
}

METHODS = {
    "GD": lambda: Method(methods.GD(eta=0.2), naive.gd),
    "SAM": lambda: Method(methods.SAM(eta=0.2, rho=0.1), naive.sam),
    "USAM": lambda: Method(methods.USAM(eta=0.2, rho=0.1), naive.usam),
    "NSO": lambda: Method(methods.NSO(0.1, 0.3, 2, shared_sample=True), naive_noise.nso, WITH_NOISE),
    "NoiseInjection": lambda: Method(
        methods.NoiseInjection(0.1, 0.3, 3, shared_sample=True), naive_noise.noise_injection, WITH_NOISE
    ),
    "RandomlySmoothed": lambda: Method(
        methods.RandomlySmoothed(0.1, 0.2, 0.05, 1.5),
        naive_escape.randomly_smoothed,
        ("Quadratic", "Product", "Valley"),
    ),
    "SharpnessAwarePerturbation": lambda: Method(
        methods.SharpnessAwarePerturbation(0.05, 0.02, 0.1, 3.0),
        naive_escape.sharpness_aware(objective("ValleyRisk").value),
        ("ValleyRisk",),
    ),
    "IterateNoise": lambda: Method(
        methods.IterateNoise(0.1, 0.2), naive_escape.iterate_noise, ("Quadratic", "Product")
    ),
    "ASAM": lambda: Method(methods.ASAM(eta=0.2, rho=0.1), naive_network.asam, (*FOR_NETWORKS, "Noisy")),
    "RSAM": lambda: Method(methods.RSAM(eta=0.2, rho=0.1, s=0.05), naive_network.rsam, (*FOR_NETWORKS, "Noisy")),
    "HeavyBall": lambda: Method(
        methods.HeavyBall(methods.SAM(eta=0.1, rho=0.1), 0.6, 0.05),
        naive_network.heavy_ball(naive.sam),
        (*FOR_NETWORKS, "Noisy"),
    ),
    "Averaged": lambda: Method(methods.Averaged(methods.USAM(eta=0.2, rho=0.1)), naive_network.averaged(naive.usam)),
    "TwoPoint": lambda: Method(
        methods.TwoPoint(0.05, 0.3), naive.two_point(objective("Saturating").value), ("Saturating",)
    ),
}


def classes(package):
    """Return the names of the objectives or methods that a package lists in ``__all__``."""
    named = {name: getattr(package, name) for name in package.__all__}
    asked = (objectives.gradient, methods.step)
    return sorted(name for name, thing in named.items() if any(generic.implemented(thing) for generic in asked))


def objective(name):
    """Return the instance of an objective, or say that it has none."""
    return _entry(OBJECTIVES, "OBJECTIVES", name)


def method(name):
    """Return the instance of a method, or say that it has none."""
    return _entry(METHODS, "METHODS", name)


def _entry(table, title, name):
    if name not in table:
        raise AssertionError(f"{name} has no instance: add one line for it to {title} in tests/instances.py")
    return table[name]()
