"""Objectives, each with a point from which the gradient flow ends at a minimum, some way off."""

from typing import Any, NamedTuple

import numpy as np

from flatlab.geometry.limit_map import closed_limit
from flatlab.objectives import DiagonalNetwork, Product, RankOne, Valley, ValleyRisk, hessian_trace
from flatlab.objectives.valleys.named_profiles import TwoWells
from flatlab.objectives.valleys.profiles import ExponentialTail, Parabola, PowerTail, ScaledProfile, Wave
from paper_checks.ahn2024.problems.features import sign_features

VALLEYS = ("parabola", "exponential", "power", "wave")
PROBLEMS = ("hyperbola", "triple product", *VALLEYS, "risk", "network", "rank one", "scaled wells")
SMOOTH = ("hyperbola", "triple product", "network", "rank one", "parabola")


class Attracted(NamedTuple):
    """An objective and a point."""

    objective: Any
    w: np.ndarray

    @property
    def minimum(self):
        """The closed form of the limit of the flow."""
        return closed_limit(self.objective, self.w)

    def limit_trace_gradient(self, w, step=2e-3):
        """Return the gradient of h = (tr Hess f after Phi)/d at w, by differences of eighth order."""
        weights, out = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}, np.zeros(w.size)
        for i in range(w.size):
            for k, weight in weights.items():
                for sign in (1.0, -1.0):
                    moved = w.copy()
                    moved[i] += sign * k * step
                    out[i] += sign * weight * hessian_trace(self.objective, closed_limit(self.objective, moved)) / step
        return out / w.size


def attracted(problem, seed):
    """Return an :class:`Attracted` drawn with a seed, the problem one of ``PROBLEMS``."""
    rng = np.random.default_rng(seed)
    profiles = {
        "parabola": Parabola(rng.uniform(0.5, 2), rng.uniform(0.5, 3)),
        "exponential": ExponentialTail(rng.uniform(0, 1), rng.uniform(0.5, 2), rng.uniform(-1.5, 1.5)),
        "power": PowerTail(rng.uniform(0, 1), rng.uniform(0.5, 2), rng.uniform(0.3, 2)),
        "scaled wells": ScaledProfile(TwoWells(), 1.3, 0.7),
        "wave": Wave(rng.uniform(1.5, 3), rng.uniform(-1, 1), rng.uniform(0.5, 4), rng.uniform(-3, 3)),
    }
    if problem in profiles:
        return Attracted(Valley(profiles[problem], 2), np.append(rng.standard_normal(2), rng.uniform(0.5, 1.5)))
    if problem == "risk":
        place = np.append(rng.standard_normal(3), rng.uniform(0.5, 1.5))
        return Attracted(ValleyRisk(profiles["parabola"], 3), place)
    if problem == "hyperbola":
        return Attracted(Product(2), rng.uniform(0.3, 2.5, 2))
    if problem == "triple product":
        return Attracted(Product(3), rng.uniform(0.4, 1.8, 3))
    if problem == "network":
        objective = DiagonalNetwork(sign_features(rng, 3, 6), rng.standard_normal(3))
        return Attracted(objective, rng.choice([-1.0, 1.0], 12) * rng.uniform(0.4, 1.2, 12))
    objective, parts = RankOne(rng.standard_normal(3), rng.standard_normal(4), rng.uniform(0.5, 2)), []
    for unit in (objective.left, objective.right):  # some way along the singular vector, and some way off it
        off = rng.standard_normal(unit.size)
        parts.append(rng.uniform(0.6, 1.8) * unit + 0.4 * (off - (off @ unit) * unit))
    return Attracted(objective, np.concatenate(parts))
