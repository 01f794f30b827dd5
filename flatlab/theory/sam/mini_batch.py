"""Drift of sharpness-aware steps with mini-batches along a valley of the squared loss.

The loss is f = (1/n) Σ (pᵢ − yᵢ)²/2 near a minimum pᵢ = yᵢ; direction and gradient come from the same mini-batch, the
sign of the perturbation is random, and t is a tangent of the valley, ∇pᵢ·t = 0 for all i.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import quad

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["MiniBatch", "batch_drift", "batch_factor", "gaussian_shares"]


@_fields.setting
class MiniBatch(NamedTuple):
    """One mini-batch near a minimum; its gradients may have any angles.

    rho : radius ρ, 0 or above.
    gradients : (B, d), ∇pᵢ at the minimum.
    curvatures_along : (B, d), ∇²pᵢ t at the minimum.

    ahn2024 README, "Batch size".

    >>> float(MiniBatch(rho=0.1, gradients=[[1.0, 0.0]], curvatures_along=[[2.0, 0.0]]).drift([0.5]).round(4))
    0.02
    """

    rho: float
    gradients: checks.Array
    curvatures_along: checks.Array

    def clean_fields(self) -> tuple:
        """Return the fields, refused unless the shapes agree."""
        gradients = checks.matrix("gradients", self.gradients)
        along = checks.matrix("curvatures_along", self.curvatures_along, gradients.shape[1])
        if along.shape != gradients.shape:
            raise ValueError(f"curvatures_along must have the shape {gradients.shape} of gradients, got {along.shape}")
        return _fields.nonnegative("rho", self.rho), gradients, along

    def drift(self, residuals: ArrayLike) -> float | np.floating:
        """Perturbation along t, (ρ²/2)(2/B) Σᵢ (∇pᵢ·u)(uᵀ∇²pᵢ t) with u = Σ rᵢ∇pᵢ / |Σ rᵢ∇pᵢ|.

        It is the mean over the sign. ``residuals`` rᵢ = pᵢ − yᵢ, (B,), with Σ rᵢ∇pᵢ not 0: only their ratios matter,
        but with their signs, since cross terms stay.
        """
        direction = _fields.vector("residuals", residuals, len(self.gradients)) @ self.gradients
        length = np.linalg.norm(direction)
        if length == 0:
            raise ValueError("residuals must give a mean gradient that is not 0, got Σ rᵢ∇pᵢ = 0")
        u = direction / length
        return self.rho**2 / 2 * 2 * np.mean((self.gradients @ u) * (self.curvatures_along @ u))


def batch_factor(batch: int) -> float:
    """Return ``1/B``, the drift of a mini-batch of B over that of one sample.

    It holds in the mean where the ∇pᵢ are orthogonal and of equal norm and the residuals exchangeable with symmetric
    uncorrelated signs; with parallel gradients the factor is 1.  ahn2024 README, "Batch size".

    >>> batch_factor(4)
    0.25
    """
    return 1 / checks.integer("batch", batch, 1)


@checks.formula
def batch_drift(rho: float, slopes: ArrayLike, shares: ArrayLike) -> Any:
    """Return the drift along t with orthogonal ∇pᵢ: (ρ²/2)(1/n) Σᵢ E[r̂ᵢ² | i ∈ S] t·∇|∇pᵢ|².

    r̂ is the vector of rᵢ|∇pᵢ| over the batch S scaled to length 1, with symmetric uncorrelated signs. ``slopes``
    t·∇|∇pᵢ|², (n,); ``shares`` E[r̂ᵢ² | i ∈ S], (n,), in [0, 1], all 1 for one sample a step.
    ahn2024 README, "Batch size".

    >>> round(float(batch_drift(0.1, slopes=[1.0, 3.0], shares=[1.0, 1.0])), 4)
    0.01
    """
    rho, slopes = _fields.nonnegative("rho", rho), _fields.vector("slopes", slopes)
    shares = _fields.vector("shares", shares, slopes.size)
    if (shares < 0).any() or (shares > 1 + 1e-9).any():
        raise ValueError(f"shares must be numbers in [0, 1], got values from {shares.min()} to {shares.max()}")
    return rho**2 / 2 * (slopes @ shares) / slopes.size


@checks.formula
def gaussian_shares(norms: ArrayLike) -> np.ndarray:
    """Return E[sᵢ²rᵢ² / Σⱼ sⱼ²rⱼ²] = ∫₀^∞ sᵢ² (1 + 2sᵢ²t)⁻¹ Πⱼ (1 + 2sⱼ²t)^{−1/2} dt, (B,).

    The residuals r are standard normal. ``norms`` sᵢ = |∇pᵢ| of one batch, (B,), above 0. For two samples the shares
    are s₁/(s₁ + s₂) and s₂/(s₁ + s₂).
    ahn2024 README, "Batch size".

    >>> gaussian_shares([1.0, 10.0]).round(4)
    array([0.0909, 0.9091])
    """
    norms = _fields.vector("norms", norms)
    if (norms <= 0).any():
        raise ValueError(f"norms must be above 0, got {norms.min()!r}")
    if norms.size <= 2:
        return norms / norms.sum()
    squares = np.exp(2 * (np.log(norms) - np.log(norms).mean()))

    def integrand(u, i):
        # t = exp u: a smooth integrand with exponential tails on both sides
        w = 2 * squares * math.exp(u)
        return 0.5 * w[i] / (1 + w[i]) * math.exp(-0.5 * np.log1p(w).sum())

    low, high = -40 - math.log(squares.max()), 80 - math.log(squares.min())
    middle = sorted(-np.log(2 * squares))
    return np.array(
        [
            quad(integrand, low, high, args=(i,), points=middle, epsabs=0, epsrel=1e-12, limit=500)[0]
            for i in range(norms.size)
        ]
    )
