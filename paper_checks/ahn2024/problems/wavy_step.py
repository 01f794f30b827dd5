"""One step on a wavy valley, from a point whose gradient has the length of the gate."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley, value
from flatlab.objectives.valleys.profiles import Wave
from flatlab.simulation.trajectories import restarts
from flatlab.theory.escape import StepCost
from paper_checks.ahn2024.problems.gradients import gradient_at

DOMAIN = {
    "n": Whole(3, 8),
    "rho": LogUniform(0.01, 0.1),
    "eta": LogUniform(0.002, 0.05),
    "gate": Uniform(0.3, 1.2),
    "height": Uniform(-0.3, 0.3),
    "wavenumber": Uniform(0.3, 1.0),
    "y": Uniform(-2, 2),
}
PLAIN = {"n": 5, "rho": 0.05, "eta": 0.02, "gate": 0.6, "height": 0.0, "wavenumber": 1.0, "y": 0.3, "draws": 10000}


class WavyStep(NamedTuple):
    """On a(y)|z|^2/2, a = 2 + height cos(wavenumber y), z in R^n; ``gate`` in units of sqrt(eta) rho."""

    n: int
    rho: float
    eta: float
    gate: float
    height: float
    wavenumber: float
    y: float
    draws: int

    @property
    def length(self):
        """The length of the gradient at the point."""
        return self.gate * math.sqrt(self.eta) * self.rho

    def rise(self, rng, projected=True):
        """Return the largest rise of f in one step among all draws of the perturbation."""
        objective = Valley(Wave(2.0, self.height, self.wavenumber), self.n)
        direction = rng.standard_normal(self.n)
        w = np.append(direction / np.linalg.norm(direction), self.y)
        for _ in range(60):  # the gradient is nearly linear in z
            w[:-1] *= self.length / np.linalg.norm(gradient_at(objective, w))
        method = RandomlySmoothed(self.eta, self.eta, self.rho, math.inf, projected)
        ends = restarts(method, objective, w, count=self.draws, rng=rng)
        curvature = 2 + self.height * np.cos(self.wavenumber * ends[:, -1])
        return float((curvature * (ends[:, :-1] ** 2).sum(axis=1) / 2 - value(objective, w)).max())

    @property
    def smoothness(self):
        """A Lipschitz constant of the gradient on the ball that a step and its perturbation can reach."""
        a, k, swing = 2 + abs(self.height), self.wavenumber, abs(self.height)
        z = self.length / (2 - swing) + self.rho
        return max(a, swing * k**2 * z**2 / 2) + swing * k * z

    @property
    def cost(self):
        """The stated cost with |v| = beta rho."""
        return StepCost(self.eta, self.smoothness, self.smoothness * self.rho, self.length)
