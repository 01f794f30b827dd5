"""Runs on a nearly level ramp, whose drift shows the noise that a method leaves across the valley."""

import math
from typing import NamedTuple

import numpy as np

from flatlab import ensemble
from flatlab.evidence.intervals import mean
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import Valley, ValleyRisk
from flatlab.objectives.valleys.profiles import Ramp
from flatlab.theory.escape import EscapeTheorem, SmoothingAtRest

STEPS, C_ETA, TILT = 10_000, 0.25, 1e-3  # tilt: slope of the ramp over its height


class LevelRamp(NamedTuple):
    """The reconstructed parameters on a ramp of curvature a such that eta a is ``load``.

    ``samples`` : whether the steps are sharpness-aware ones on the risk form, as reconstructed for Theorem 2.
    """

    epsilon: float
    delta: float
    load: float
    n: int
    replicates: int
    samples: bool = False

    @property
    def nu(self):
        """1 for random smoothing, min(d, epsilon^(-1/3)) for sharpness-aware steps."""
        return min(self.n + 1, self.epsilon ** (-1 / 3)) if self.samples else 1.0

    @property
    def curvature(self):
        """The curvature a at which c nu delta epsilon a is the load."""
        return self.load / (C_ETA * self.nu * self.delta * self.epsilon)

    @property
    def drift(self):
        """The stated drift without the noise, c (nu delta)^3 epsilon^2/2 times a', times n/d for random smoothing."""
        share = 1.0 if self.samples else self.n / (self.n + 1)
        return C_ETA * (self.nu * self.delta) ** 3 * self.epsilon**2 / 2 * share * TILT * self.curvature

    def excess(self, rng, projected=True, wider=1.0, batch=1, slower=1):
        """Return ``slower`` times drift over stated drift, less 1; ``wider`` multiplies rho at equal eta rho^2."""
        p = EscapeTheorem(self.epsilon, self.delta, self.n + 1 if self.samples else 1, C_ETA)
        cls, valley = (SharpnessAwarePerturbation, ValleyRisk) if self.samples else (RandomlySmoothed, Valley)
        method = cls(p.eta / wider**2, 0.1, wider * p.rho, math.inf, projected=projected)
        objective = valley(Ramp(self.curvature, TILT * self.curvature), self.n, *([batch] if self.samples else []))
        starts = np.full((self.replicates, self.n + 1), 1e-9)
        ends = ensemble(method, objective, starts, steps=STEPS, seed=int(rng.integers(2**31)))
        return mean(-ends[:, -1] / (STEPS * self.drift / slower) - 1)

    @property
    def stated(self):
        """The stated excess eta a (n-1)/(n (2 - eta a)), by the size of the gradient at rest."""
        rest = SmoothingAtRest(self.load / self.curvature, 1.0, self.curvature, self.n, self.n + 1)
        return (rest.gradient / self.curvature) ** 2 * (self.n + 1) / self.n
