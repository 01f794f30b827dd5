"""Test problems, each with a sharp minimum to start from."""

import numpy as np

from flatlab.geometry.limit_map import limit_map
from flatlab.objectives import DiagonalNetwork, Product, RankOne, Valley
from flatlab.objectives.valleys.profiles import Parabola
from paper_checks.ahn2024.problems.features import sign_features

PROBLEMS = ("hyperbola", "parabola", "network", "rank one")
RANK = {"hyperbola": 1, "parabola": 2, "network": 3, "rank one": 6}  # dimensions across the minima


def sharp_minimum(problem, seed):
    """Return an objective and a sharp minimum of it.

    Parameters
    ----------
    problem : str
        One of ``PROBLEMS``.
    seed : int
        Draws the objective and the minimum.

    Returns
    -------
    tuple of (objective, numpy.ndarray)
    """
    rng = np.random.default_rng(seed)
    if problem == "hyperbola":
        objective, near = Product(2), np.array([rng.uniform(2, 4), rng.uniform(0.1, 0.5)])
    elif problem == "parabola":
        objective, near = Valley(Parabola(1.0, 2.0), 2), np.append(rng.standard_normal(2) / 10, rng.uniform(0.5, 1.5))
    elif problem == "network":
        objective = DiagonalNetwork(sign_features(rng, 3, 6), rng.standard_normal(3), 3)
        near = rng.uniform(0.5, 1.5, 12)
    else:
        objective = RankOne(rng.standard_normal(3), rng.standard_normal(4))
        near = np.concatenate([2 * objective.left, 0.5 * objective.right]) + 0.05 * rng.standard_normal(7)
    return objective, limit_map(objective, near)
