"""A nonconvex well seen through a noisy oracle, in replicates."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import SEED, Choice, LogUniform
from flatlab.geometry.smoothing import smoothed_value
from flatlab.methods import NSO, NoiseInjection
from flatlab.methods.schedules import bound_step
from flatlab.objectives import Noisy, Saturating, Smoothed
from flatlab.objectives.observables import OnObjective, SquaredGradientNorm
from flatlab.simulation.ensembles import replicate_rng
from flatlab.simulation.trajectories import running
from flatlab.theory.noise import OneStep

METHODS = {"pair": NSO, "one point": NoiseInjection}
SMOOTHNESS = 2.0  # of sum w_i^2 / (1 + w_i^2)
WELL = {"d": 5, "start": 1.0}
DOMAIN = {"sigma": LogUniform(0.8, 2.0), "s": LogUniform(0.2, 0.6), "estimator": Choice(tuple(METHODS)), "seed": SEED}
CORNERS = tuple(
    {"sigma": 1.0, "s": 0.5, "estimator": estimator, "seed": seed, "replicates": 40}
    for seed, estimator in enumerate(METHODS, 1)
)


class WellProblem(NamedTuple):
    """The saturating well in five variables, seen through a noisy oracle."""

    sigma: float
    s: float
    k: int
    estimator: str
    shared: bool = False

    @property
    def gap(self):
        """F at the start less its minimum, which is at 0 because f rises with every |w_i|."""
        points = np.stack([np.full(WELL["d"], WELL["start"]), np.zeros(WELL["d"])])
        start, least = smoothed_value(Saturating(), points, self.s)
        return float(start - least)

    def step(self, steps):
        """Return the upper bound's own step size."""
        second = WELL["d"] * self.s**2
        return bound_step(SMOOTHNESS, self.gap, self.sigma, second, steps, self.k, shared_sample=self.shared)

    def bound(self, steps, weight_noise=1.0, oracle_noise=1.0):
        """Return the upper bound, with a part of the variance left out where a factor is 0."""
        second = weight_noise * WELL["d"] * self.s**2
        step = OneStep(oracle_noise * self.sigma, SMOOTHNESS, second, self.k, self.shared)
        return step.upper_bound(self.gap, steps).value

    def means(self, steps, seed, replicates, eta=None, copies=1):
        """Return, for each replicate, the mean over 1..T of |grad F|^2, shape (replicates,).

        It is the mean over so many independent ``copies`` of the well too: coordinates do not see each other.
        """
        eta = self.step(steps) if eta is None else eta
        method = METHODS[self.estimator](eta, self.s, self.k, shared_sample=self.shared)
        seen = OnObjective(Smoothed(Saturating(), self.s, 24), SquaredGradientNorm())
        objective = Noisy(Saturating(), self.sigma * np.sqrt(copies))  # of the whole vector
        start = np.full(copies * WELL["d"], WELL["start"])
        found = np.array(
            [
                running(method, objective, start, seen, checkpoints=[steps], rng=replicate_rng(seed, k)).mean[0]
                for k in range(replicates)
            ]
        )
        return found / copies


def replicated(sigma, s, estimator, seed, replicates):
    """Return the :class:`WellProblem` with k = 1, the seed of its runs and their number."""
    return WellProblem(sigma, s, 1, estimator), seed, replicates
