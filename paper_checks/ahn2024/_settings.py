"""What the claims on escaping sharp minima share: sources, quadrature on the sphere, exact means of the methods."""

from itertools import combinations, product

import numpy as np

from flatlab.objectives import DiagonalNetwork, Product, QuadraticModels, RankOne, gradient, sample_gradient
from paper_checks.ahn2024.problems.features import sign_features

PAPER = "Ahn, Jadbabaie, Sra (2024), arXiv 2305.15659v3"
README = "paper_checks/ahn2024/README.md"


def gradient_at(objective, w):
    """Return the gradient as a new vector."""
    out = np.empty(len(w))
    gradient(objective, np.ascontiguousarray(w, dtype=float), out)
    return out


def sphere_rule(d):
    """Return points and weights that average a polynomial exactly: degree 11 for d = 2 and 3, degree 3 above."""
    if d == 2:
        angle = 2 * np.pi * np.arange(12) / 12
        return np.stack([np.cos(angle), np.sin(angle)], axis=1), np.full(12, 1 / 12)
    if d == 3:
        height, weight = np.polynomial.legendre.leggauss(6)
        angle = 2 * np.pi * np.arange(12) / 12
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        points = [np.append(np.sqrt(1 - h * h) * r, h) for h in height for r in ring]
        return np.array(points), np.repeat(weight / 2, 12) / 12
    return np.concatenate([np.eye(d), -np.eye(d)]), np.full(2 * d, 1 / (2 * d))


def smoothed_gradient(objective, w, rho):
    """Return the sphere average of grad f(w + rho g): exact where the rule is."""
    points, weights = sphere_rule(len(w))
    return sum(weight * gradient_at(objective, w + rho * g) for g, weight in zip(points, weights))


def sample_gradient_at(objective, batch, w):
    """Return the gradient of one mini-batch, given by its indices, as a new vector."""
    n = len(objective.labels) if isinstance(objective, DiagonalNetwork) else len(objective.slopes)
    order = np.array([*batch, *(i for i in range(n) if i not in batch)])
    out = np.empty(len(w))
    sample_gradient(objective._replace(batch=len(batch)), order, np.ascontiguousarray(w, dtype=float), out)
    return out


def sharpness_aware_mean(objective, w, rho, batch, direction=None):
    """Return the mean over signs of a mini-batch gradient at w moved by rho along its own direction, not projected."""
    if direction is None:
        direction = sample_gradient_at(objective, batch, w)
    move = rho * direction / np.linalg.norm(direction)
    return (sample_gradient_at(objective, batch, w + move) + sample_gradient_at(objective, batch, w - move)) / 2


def batches(n, size):
    """Return all mini-batches of a size."""
    return list(combinations(range(n), size))


def sign_patterns(n):
    """Return all vectors of n signs."""
    return [np.array(signs, dtype=float) for signs in product((1.0, -1.0), repeat=n)]


def quadratic_models(rng, n, d, batch=1):
    """Return random quadratic models with independent gradients at the origin."""
    half = rng.standard_normal((n, d, d)) / np.sqrt(d)
    return QuadraticModels(rng.standard_normal((n, d)), half + half.transpose(0, 2, 1), batch)


def quartic(name, rng):
    """Return an objective of degree four whose squared Laplacian is constant, and a random point."""
    if name == "hyperbola":
        objective, d = Product(2), 2
    elif name == "rank one":
        m, n = int(rng.integers(2, 6)), int(rng.integers(2, 6))
        objective, d = RankOne(rng.standard_normal(m), rng.standard_normal(n), float(rng.uniform(0.5, 3))), m + n
    else:
        n, k = int(rng.integers(2, 6)), int(rng.integers(6, 15))
        objective, d = DiagonalNetwork(sign_features(rng, n, k), rng.standard_normal(n)), 2 * k
    return objective, rng.standard_normal(d)
