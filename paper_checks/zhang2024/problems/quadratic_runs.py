"""Runs of the methods on the quadratics of the claims on rates, whose moments these claims take from a recursion."""

from typing import Any, NamedTuple

import numpy as np

from flatlab import track, trajectory
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.methods import NSO, NoiseInjection
from flatlab.objectives import CoordinateNoise, FreshNoise, Quadratic
from flatlab.objectives.observables import SquaredGradientNorm
from paper_checks.zhang2024.problems.quadratic import DOMAIN, QuadraticProblem

COPIES = 10_000  # of the quadratic, side by side in one run: each has noise of its own
DOMAIN_OF_RUNS = {**{name: values for name, values in DOMAIN.items() if name != "estimator"}, "k": Whole(1, 3)}


class Runs(NamedTuple):
    """T steps of a method, at the upper bound's step size, on the problem of the claims on rates."""

    quadratic: QuadraticProblem
    T: int

    def on_fresh_coordinates(self, rng, method: Any = NSO, shared=False):
        """Return the mean over 1..T of |grad F|^2, one run for each curvature; the same on every path of the pair."""
        p, total = self.quadratic, 0.0
        run = method(p.step(self.T), p.s, p.k, shared_sample=shared)
        for curvature, first in zip(p.eigenvalues, p.start):
            start = np.append(first, np.zeros(p.k * self.T))
            objective = FreshNoise(Quadratic(np.full(start.size, curvature)), p.sigma / np.sqrt(p.start.size), 1)
            total += track(run, objective, start, SquaredGradientNorm(), steps=self.T, rng=rng)[1:].mean()
        return total

    def in_copies(self, rng, weight=1.0, shared=False):
        """Return the mean over 1..T of |grad F|^2 under one-sided noise in all copies, with its interval."""
        p = self.quadratic
        curvatures = np.tile(p.eigenvalues, COPIES)
        deviations = np.full(curvatures.size, p.sigma / np.sqrt(p.start.size))
        run = NoiseInjection(p.step(self.T), weight * p.s, p.k, shared_sample=shared)
        objective, start = CoordinateNoise(Quadratic(curvatures), deviations), np.tile(p.start, COPIES)
        path = trajectory(run, objective, start, steps=self.T, rng=rng)[1:]
        return mean(((curvatures * path) ** 2).reshape(self.T, COPIES, -1).sum(axis=2).mean(axis=0))
