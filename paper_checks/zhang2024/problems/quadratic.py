"""A diagonal quadratic seen through a noisy oracle, with the exact second moments of its iterates."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.methods.schedules import bound_step
from flatlab.simulation.second_moments import running_moments
from flatlab.theory.noise import OneStep, UpperBound, step_variances

ESTIMATORS = ("pair", "one point")
DOMAIN = {
    "d": Whole(1, 30, log=True),
    "condition": LogUniform(1.0, 10.0),
    "C": LogUniform(0.1, 10.0),
    "oracle": LogUniform(0.3, 3.0),
    "weight": LogUniform(0.1, 3.0),
    "k": Whole(1, 16, log=True),
    "estimator": Choice(ESTIMATORS),
    "seed": SEED,
}
PLAIN = {"d": 10, "condition": 10.0, "C": 1.0, "oracle": 1.0, "weight": 0.1, "k": 1, "estimator": "pair", "seed": 1}
ONE_SIDED = {**PLAIN, "estimator": "one point", "weight": 3.0}


class QuadraticProblem(NamedTuple):
    """A diagonal quadratic with the exact variance of one step's gradient."""

    eigenvalues: np.ndarray
    start: np.ndarray
    gap: float
    sigma: float
    s: float
    bound_variance: float
    variances: np.ndarray
    k: int

    def step(self, steps):
        """Return the upper bound's own step size for ``steps`` steps."""
        second = self.start.size * self.s**2
        return bound_step(self.eigenvalues.max(), self.gap, self.sigma, second, steps, self.k)

    def mean(self, steps, eta=None):
        """Return the mean of E|grad F|^2 over 1..T, T = ``steps``, exactly."""
        eta = self.step(steps) if eta is None else eta
        return running_moments(eta, self.eigenvalues, self.variances, self.start**2, [steps]).mean[0]

    def means(self, steps, eta=None):
        """Return this mean, and that over 0..T-1."""
        eta = self.step(steps) if eta is None else eta
        found = running_moments(eta, self.eigenvalues, self.variances, self.start**2, [steps])
        first = float(self.eigenvalues**2 @ self.start**2)
        return [found.mean[0], found.mean[0] + (first - found.last[0]) / steps]

    def bound(self, steps):
        """Return the upper bound."""
        return UpperBound(self.eigenvalues.max(), self.gap, self.bound_variance, steps).value


def quadratic(*, d, condition, C, oracle, weight, k, estimator, seed):
    """Return the :class:`QuadraticProblem` of a setting.

    In d variables the largest curvature is C and the others are above C/``condition``; ``seed`` draws them and the
    start. The oracle's deviation is sigma = ``oracle`` sqrt(k C D^2), spread evenly, and the weight noise has
    C sqrt(d) s = ``weight`` sigma. k is the number of pairs, or of points (``estimator`` is ``pair`` or ``one point``).
    """
    rng = np.random.default_rng(seed)
    eigenvalues = C * condition ** -rng.random(d)
    eigenvalues[0] = C
    start = rng.standard_normal(d)
    gap = float(eigenvalues @ start**2 / 2)
    sigma = oracle * np.sqrt(k * C * gap)
    s = weight * sigma / (C * np.sqrt(d))
    kind = "pair" if estimator == "pair" else "one_point"
    bound_variance = OneStep(sigma, C, d * s**2, k).variance
    variances = step_variances(eigenvalues, np.full(d, sigma**2 / d), s, k, kind)
    return QuadraticProblem(eigenvalues, start, gap, sigma, s, bound_variance, variances, k)
