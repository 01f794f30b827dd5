"""Drift of sharpness-aware steps with mini-batches: when it falls like 1/B, and what it is when it does not.

Squared loss f = (1/n) Σ (pᵢ − yᵢ)²/2 near a minimum pᵢ = yᵢ; direction and gradient come from the same mini-batch, the
sign of the perturbation is random, and t is a tangent of the valley, ∇pᵢ·t = 0 for all i.
"""

import math

import numpy as np
from scipy.integrate import quad

from .. import _checks
from .escape import SphereAverage


def batch_factor(batch):
    """Return 1/B, the drift of a mini-batch of B over that of one sample.

    Holds in the mean where the gradients ∇pᵢ are orthogonal and of equal norm and the residuals exchangeable with
    symmetric uncorrelated signs; B = n is then full-batch and n times slower. Elsewhere use ``batch_drift`` (orthogonal
    gradients) or ``minibatch_drift`` (any): with parallel gradients the factor is 1.

    Parameters
    ----------
    batch : int
        Batch size B.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    ValueError
        If ``batch`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Batch size".
    """
    return 1 / _checks.whole("batch", batch, 1)


def gaussian_shares(norms):
    """Return E[sᵢ²rᵢ² / Σⱼ sⱼ²rⱼ²] for independent standard normal residuals r, over one batch with |∇pᵢ| = sᵢ.

    The share of sample i is ∫₀^∞ sᵢ² (1 + 2sᵢ²t)⁻¹ Πⱼ (1 + 2sⱼ²t)^{−1/2} dt; for two samples s₁/(s₁ + s₂) and
    s₂/(s₁ + s₂). The shares sum to 1.

    Parameters
    ----------
    norms : array_like, shape (B,)
        Gradient norms sᵢ of the batch, above 0.

    Returns
    -------
    ndarray, shape (B,)
        The shares.

    Raises
    ------
    ValueError
        If a norm is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Batch size".
    """
    norms = _checks.vector("norms", norms)
    if (norms <= 0).any():
        raise ValueError(f"norms must be above 0, got {float(norms.min())!r}")
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


@_checks.formula
def batch_drift(rho, slopes, shares):
    """Return the drift along a tangent t with orthogonal ∇pᵢ: (ρ²/2)(1/n) Σᵢ E[r̂ᵢ² | i ∈ S] t·∇|∇pᵢ|².

    r̂ is the vector of rᵢ|∇pᵢ| over the batch S scaled to length 1; the signs of the residuals r are symmetric and
    uncorrelated. One sample a step: every share is 1.

    Parameters
    ----------
    rho : float
        Radius ρ.
    slopes : array_like, shape (n,)
        t·∇|∇pᵢ|² for every sample of the data set.
    shares : array_like, shape (n,)
        E[r̂ᵢ² | i ∈ S], in [0, 1].

    Returns
    -------
    float
        The mean perturbation along t.

    Raises
    ------
    ValueError
        If a length differs or a share is outside [0, 1].

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Batch size".
    """
    slopes = _checks.vector("slopes", slopes)
    shares = _checks.vector("shares", shares, slopes.size)
    if (shares < 0).any() or (shares > 1 + 1e-9).any():
        raise ValueError(f"shares must be numbers in [0, 1], got values from {shares.min()} to {shares.max()}")
    return SphereAverage(rho, 1).drift * float(slopes @ shares) / slopes.size


@_checks.formula
def minibatch_drift(rho, gradients, curvatures_along, residuals):
    """Return the drift along a tangent t of one mini-batch near a minimum: (ρ²/2)(2/B) Σᵢ (∇pᵢ·u)(uᵀ∇²pᵢ t).

    u = Σ rᵢ∇pᵢ / |Σ rᵢ∇pᵢ|, squared loss, mean over the sign of the perturbation. Cross terms stay, so the value hangs
    on the signs of the residuals; no orthogonality is asked.

    Parameters
    ----------
    rho : float
        Radius ρ.
    gradients : array_like, shape (B, d)
        ∇pᵢ at the minimum.
    curvatures_along : array_like, shape (B, d)
        ∇²pᵢ t at the minimum.
    residuals : array_like, shape (B,)
        Residuals rᵢ = pᵢ − yᵢ of the nearby point; only their ratios matter.

    Returns
    -------
    float
        The perturbation along t.

    Raises
    ------
    ValueError
        If the shapes differ or Σ rᵢ∇pᵢ = 0, where the direction is undefined.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Batch size".
    """
    gradients = _checks.matrix("gradients", gradients)
    along = _checks.matrix("curvatures_along", curvatures_along, gradients.shape[1])
    if along.shape != gradients.shape:
        raise ValueError(f"curvatures_along must have the shape {gradients.shape} of gradients, got {along.shape}")
    direction = _checks.vector("residuals", residuals, len(gradients)) @ gradients
    length = np.linalg.norm(direction)
    if length == 0:
        raise ValueError("residuals must give a mean gradient that is not 0, got Σ rᵢ∇pᵢ = 0")
    u = direction / length
    return SphereAverage(rho, 1).drift * 2 * float(np.mean((gradients @ u) * (along @ u)))
