"""A run of heavy-ball momentum around NSO on a quadratic, its oracle on fresh coordinates."""

from typing import NamedTuple

import numpy as np

from flatlab import track
from flatlab.methods import NSO, HeavyBall
from flatlab.objectives import FreshNoise, Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import UpperBound


class MomentumRun(NamedTuple):
    """Momentum mu on a quadratic: C the largest curvature, gap D^2, T steps of k pairs, nu = sigma^2/(kTCD^2).

    Weight noise with C sqrt(d) s = ``weight`` sigma; in each of the d - kT coordinates without oracle
    noise there is a curvature above C/``condition`` and an equal share of the gap.
    """

    C: float
    gap: float
    T: int
    k: int
    nu: float
    weight: float
    mu: float
    condition: float
    seed: int

    @property
    def sigma(self):
        """The oracle's deviation."""
        return np.sqrt(self.nu * self.k * self.T * self.C * self.gap)

    @property
    def variance(self):
        """The variance v = (sigma^2 + C^2 H)/k."""
        return (1 + self.weight**2) * self.sigma**2 / self.k

    @property
    def bound(self):
        """The upper bound without momentum for the smoothness and the variance that momentum amounts to."""
        ratio = (1 + self.mu) / (1 - self.mu)
        return UpperBound(ratio * self.C, self.gap, (1 - self.mu) * self.variance, self.T)

    @property
    def unlimited(self):
        """The step size where the noise alone limits it."""
        return (1 - self.mu) * np.sqrt(2 * self.gap / ((1 + self.mu) * self.C * self.variance * self.T))

    @property
    def step(self):
        """The theorem's eta."""
        return (1 - self.mu) * self.bound.step_size

    def mean(self, eta):
        """Return the mean of |grad F|^2 over 1..T, the same on every path."""
        kept, pushed = 4, self.k * self.T
        curvatures = self.C * self.condition ** -np.random.default_rng(self.seed).random(kept)
        start = np.append(np.sqrt(2 * self.gap / kept / curvatures), np.zeros(pushed))
        objective = FreshNoise(Quadratic(np.append(curvatures, np.full(pushed, self.C))), self.sigma, kept)
        s = self.weight * self.sigma / (self.C * np.sqrt(start.size))
        method = HeavyBall(NSO(eta, s, self.k), self.mu)
        rng = np.random.default_rng(self.seed)
        return track(method, objective, start, SquaredGradientNorm(), steps=self.T, rng=rng)[1:].mean()
