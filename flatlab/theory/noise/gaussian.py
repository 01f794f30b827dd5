"""Gaussian weight noise U ~ N(0, s² I): what it adds to an objective, and the variance of its estimators.

Write h(U) for f(w + U) or ∇f(w + U), split into its even and odd part in U. The two parts are uncorrelated for a
symmetric law, and the pair (h(U) + h(−U))/2 is the even part. A variance of a vector is the trace of its covariance.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["GaussianNoise", "Parity"]


@_fields.setting
class Parity(NamedTuple):
    """Variances of the even and the odd part in U, (h(U) + h(−U))/2 and (h(U) − h(−U))/2, each 0 or above.

    >>> Parity(even=1.0, odd=3.0).one_point(points=2), Parity(even=1.0, odd=3.0).pair()
    (2.0, 1.0)
    """

    even: float
    odd: float

    def clean_fields(self) -> tuple:
        return _fields.nonnegative("even", self.even), _fields.nonnegative("odd", self.odd)

    def one_point(self, oracle: float = 0.0, points: int = 1) -> float:
        """Variance = (Var even + Var odd + τ²)/m for m one-sided points, each with its own oracle noise of variance τ².

        Two independent points cost as much as one pair.  README, "Even and odd parts".
        """
        m = checks.integer("points", points, 1)
        return (self.even + self.odd + _fields.nonnegative("oracle", oracle)) / m

    def pair(self, oracle: float = 0.0, pairs: int = 1) -> float:
        """Variance = (Var even + τ²)/k for k pairs; both signs share the sample, so the pair does not average its τ².

        README, "Even and odd parts".
        """
        return (self.even + _fields.nonnegative("oracle", oracle)) / checks.integer("pairs", pairs, 1)


@_fields.setting
class GaussianNoise(NamedTuple):
    """Weight noise U ~ N(0, s² I); s: standard deviation in each coordinate, 0 or above.

    F(w) = E f(w + U). Points w and coefficients a are vectors of equal length.

    >>> round(GaussianNoise(s=0.1).quadratic_gap([3.0, 1.0]), 6)
    0.02
    """

    s: float

    def clean_fields(self) -> tuple:
        """Return the field as a clean value."""
        return (_fields.nonnegative("s", self.s),)

    def gap(self, trace: float, bilaplacian: float = 0.0, trilaplacian: float = 0.0) -> float:
        """F − f = (s²/2) tr H + (s⁴/8) Δ²f + (s⁶/48) Δ³f + O(s⁸), exact for polynomials of degree seven or less.

        From F = exp(s²Δ/2) f; derivatives left at 0 cut the expansion.  README, "Gaussian smoothing".
        """
        trace = _fields.number("trace", trace)
        bilaplacian = _fields.number("bilaplacian", bilaplacian)
        trilaplacian = _fields.number("trilaplacian", trilaplacian)
        half = self.s * self.s / 2
        return half * (trace + half / 2 * (bilaplacian + half / 3 * trilaplacian))

    def quadratic_gap(self, eigenvalues: ArrayLike) -> float:
        """F − f = (s²/2) tr A for (w − w*)ᵀA(w − w*)/2, at every w.  README, "Gaussian smoothing"."""
        return self.gap(np.sum(_fields.vector("eigenvalues", eigenvalues)))

    def separable_quartic_gap(self, w: ArrayLike, coefficients: ArrayLike) -> float:
        """F − f = 6 s² Σ aᵢwᵢ² + 3 s⁴ Σ aᵢ for f = Σ aᵢwᵢ⁴.  README, "Gaussian smoothing"."""
        w, a = _point(w, coefficients)
        return 6 * self.s**2 * np.sum(a * w**2) + 3 * self.s**4 * np.sum(a)

    def norm_quartic_gap(self, w: ArrayLike) -> float:
        """F − f = 2(d+2) s² ‖w‖² + d(d+2) s⁴ for f = ‖w‖⁴.  README, "Gaussian smoothing"."""
        w = _fields.vector("w", w)
        d = w.size
        return 2 * (d + 2) * self.s**2 * np.sum(w**2) + d * (d + 2) * self.s**4

    def quadratic_value(self, gradient: ArrayLike, hessian: ArrayLike) -> Parity:
        """Parity of f(w + U) − f(w), f quadratic: odd = s²‖∇f‖², even = (s⁴/2)‖A‖_F².

        README, "Variance of the value estimators".
        """
        g = _fields.vector("gradient", gradient)
        a = _symmetric(hessian, g.size)
        return Parity(even=self.s**4 / 2 * np.sum(a * a), odd=self.s**2 * np.sum(g * g))

    def quadratic_gradient(self, hessian: ArrayLike) -> Parity:
        """Parity of ∇f(w + U), f quadratic: odd = s²‖A‖_F², even = 0.

        README, "Variance of the gradient estimators".
        """
        a = _symmetric(hessian)
        return Parity(even=0.0, odd=self.s**2 * np.sum(a * a))

    def quartic_gradient(self, w: ArrayLike, coefficients: ArrayLike) -> Parity:
        """Parity of ∇f(w + U), f = Σ aᵢwᵢ⁴: odd = Σ 16aᵢ²(9wᵢ⁴s² + 18wᵢ²s⁴ + 15s⁶), even = Σ 288aᵢ²wᵢ²s⁴.

        README, "Variance of the gradient estimators".
        """
        s = self.s
        w, a = _point(w, coefficients)
        odd = 16 * a**2 * (9 * w**4 * s**2 + 18 * w**2 * s**4 + 15 * s**6)
        return Parity(even=np.sum(288 * a**2 * w**2 * s**4), odd=np.sum(odd))

    def cubic_gradient(self, w: ArrayLike, coefficients: ArrayLike) -> Parity:
        """Parity of ∇f(w + U), f = Σ aᵢwᵢ³: odd = Σ 36aᵢ²wᵢ²s², even = Σ 18aᵢ²s⁴.

        At w = 0 the pair has twice the variance of two independent points.

        README, "Variance of the gradient estimators".
        """
        w, a = _point(w, coefficients)
        return Parity(even=np.sum(18 * a**2) * self.s**4, odd=np.sum(36 * a**2 * w**2) * self.s**2)


def _point(w, coefficients):
    w = _fields.vector("w", w)
    return w, _fields.vector("coefficients", coefficients, w.size)


def _symmetric(hessian, size=None):
    a = checks.matrix("hessian", hessian, size)
    if a.shape[0] != a.shape[1] or not np.allclose(a, a.T, rtol=1e-12, atol=1e-12 * np.abs(a).max()):
        raise ValueError(f"hessian must be a symmetric square matrix, got an array of shape {a.shape}")
    return a
