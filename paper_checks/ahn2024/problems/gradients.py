"""Gradients as new vectors, their exact averages over a sphere, and their means over mini-batches."""

from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import lebedev_rule

from flatlab.objectives import DiagonalNetwork, QuadraticModels, gradient, sample_gradient, trace_gradient
from flatlab.theory.escape import SphereAverage
from flatlab.theory.sam import batch_drift, gaussian_shares

SIZE = 1e-7  # of the residuals: small against the radius, so that the gradient itself does not count


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
        points, weights = lebedev_rule(11)
        return points.T, weights / (4 * np.pi)
    return np.concatenate([np.eye(d), -np.eye(d)]), np.full(2 * d, 1 / (2 * d))


class Smoothed(NamedTuple):
    """The gradient of an objective, averaged over the sphere of radius rho about a point."""

    objective: Any
    w: np.ndarray
    rho: float

    @property
    def gradient(self):
        """Grad f(w)."""
        return gradient_at(self.objective, self.w)

    @property
    def mean(self):
        """The average of grad f(w + rho g): exact where the rule is."""
        points, weights = sphere_rule(len(self.w))
        there = (weight * gradient_at(self.objective, self.w + self.rho * g) for g, weight in zip(points, weights))
        return sum(there, np.zeros(len(self.w)))

    @property
    def drift(self):
        """The stated difference of the two, (rho^2/2) grad tr/d."""
        return SphereAverage(self.rho, len(self.w)).drift * trace_gradient(self.objective, self.w) / len(self.w)


def slope_of(objective, batch):
    """Return the function from a point to the gradient of one mini-batch, given by its indices, as a new vector."""
    n = len(objective.labels) if isinstance(objective, DiagonalNetwork) else len(objective.gradients)
    order = np.array([*batch, *(i for i in range(n) if i not in batch)])
    part = objective._replace(batch=len(batch))

    def slope(w):
        out = np.empty(len(w))
        sample_gradient(part, order, np.ascontiguousarray(w, dtype=float), out)
        return out

    return slope


def sharpness_aware_mean(objective, w, rho, batch, direction=None):
    """Return the mean over signs of a mini-batch gradient at w moved by rho along its own direction, not projected."""
    return mean_over_signs(slope_of(objective, batch), w, rho, direction)


def mean_over_signs(slope, w, rho, direction=None):
    """Return the mean of a function at w moved by rho along a direction, its own value there unless given."""
    if direction is None:
        direction = slope(w)
    move = rho * direction / np.linalg.norm(direction)
    return (slope(w + move) + slope(w - move)) / 2


class SampleModels(NamedTuple):
    """Quadratic models of samples that all fit at the origin, and a tangent of the minima there."""

    objective: QuadraticModels
    tangent: np.ndarray

    def batch_ratio(self, size, rho, residuals):
        """Return the drift along the tangent with mini-batches of a size over that with single samples.

        For each vector of residuals the point is moved off the minima so that the models take these residuals there.
        """
        samples = range(len(self.objective.gradients))

        def drift(of):
            return np.mean([self._drifts(rho, residuals, batch) for batch in combinations(samples, of)])

        return float(drift(size) / drift(1))

    def _drifts(self, rho, residuals, batch):
        """Return the drift along the tangent of a batch for each vector of residuals, which its models take."""
        inverse, slope = np.linalg.pinv(self.objective.gradients), slope_of(self.objective, batch)
        return np.array([mean_over_signs(slope, inverse @ (SIZE * r), rho) @ self.tangent for r in residuals])

    def mean_drift(self, rho, residuals, weights):
        """Return the drift along the tangent of all samples at once, weighted over residuals."""
        everything = tuple(range(len(self.objective.gradients)))
        return weights @ self._drifts(rho, residuals, everything) / weights.sum()

    def mean_ratio(self, rho, residuals, weights):
        """Return the same over the drift of single samples, which does not depend on the residuals."""
        singles = [self._drifts(rho, residuals[:1], (i,)) for i in range(len(self.objective.gradients))]
        return self.mean_drift(rho, residuals, weights) / np.mean(singles)


def sample_models(n, seed, norms=1.0, parallel=False, rise=1.0):
    """Return :class:`SampleModels` with orthogonal gradients, the trace rising along the tangent for every sample."""
    rng, d = np.random.default_rng(seed), n + 2
    frame = np.linalg.qr(rng.standard_normal((d, d)))[0]
    slopes = np.tile(frame[0], (n, 1)) if parallel else frame[:n] * (np.ones(n) * norms)[:, None]
    tangent, bends = frame[n], np.empty((n, d, d))
    for i in range(n):
        half = rng.standard_normal((d, d)) / d
        unit = slopes[i] / np.linalg.norm(slopes[i])
        bends[i] = half + half.T + rise * (np.outer(unit, tangent) + np.outer(tangent, unit))
    return SampleModels(QuadraticModels(slopes, bends), tangent)


def one_carrier(norms, seed, carrier):
    """Return :class:`SampleModels` of orthogonal gradients of which only one carries the slope of the trace."""
    n = len(norms)
    frame = np.linalg.qr(np.random.default_rng(seed).standard_normal((n + 2, n + 2)))[0]
    bends = np.zeros((n, n + 2, n + 2))
    bends[carrier] = np.outer(frame[carrier], frame[n]) + np.outer(frame[n], frame[carrier])
    return SampleModels(QuadraticModels(frame[:n] * np.array(norms)[:, None], bends), frame[n])


def carried_drifts(rho, norms):
    """Return the stated drift of all samples at once for each carrier; its squared norm has twice the norm as slope."""
    shares = gaussian_shares(norms)
    return [batch_drift(rho, 2 * norm * one, shares) for norm, one in zip(norms, np.eye(len(norms)))]


def unequal_ratios(norm, angles, seed):
    """Return the ratios of both carriers, B = 2, over Gaussian residuals by the midpoint rule in their angle."""
    angle = 2 * np.pi * (np.arange(angles) + 0.5) / angles
    residuals = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    even = np.ones(angles)
    return [one_carrier((1.0, norm), seed, carrier).mean_ratio(1e-3, residuals, even) for carrier in (0, 1)]


def octant_rule(nodes):
    """Return points of a half sphere and weights: Gauss' rule in height and angle of an octant, four signs each."""
    at, weights = np.polynomial.legendre.leggauss(nodes)
    height, angle = np.meshgrid((at + 1) / 2, np.pi * (at + 1) / 4)
    flat = np.sqrt(1 - height**2)
    points = np.stack([height, flat * np.cos(angle), flat * np.sin(angle)], axis=-1).reshape(-1, 3)
    signed = np.concatenate([points * signs for signs in sign_patterns(3)[:4]])  # opposite residuals drift as much
    return signed, np.tile(np.outer(weights, weights).ravel() / 16, 4)


def sign_patterns(n):
    """Return all vectors of n signs."""
    return [np.array(signs, dtype=float) for signs in product((1.0, -1.0), repeat=n)]
