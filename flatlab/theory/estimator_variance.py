"""Variances of the noise-injection estimators: one point, two independent points, and the symmetric pair.

Write h(U) for f(w + U) or ∇f(w + U), split into its even and odd part in U. The two parts are uncorrelated for a
symmetric law, and the pair (h(U) + h(−U))/2 is the even part. A variance of a vector is the trace of its covariance.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import roots_hermitenorm

from .. import _checks


class Parity(NamedTuple):
    """Variances of the even and the odd part in U of an estimator.

    Attributes
    ----------
    even, odd : float
        Var of (h(U) + h(−U))/2 and of (h(U) − h(−U))/2.
    """

    even: float
    odd: float


def one_point(parity, oracle=0.0, points=1):
    """Return the variance of the mean of ``points`` independent one-sided evaluations: (Var even + Var odd + τ²)/m.

    Two independent points, which cost as much as one pair, are ``points=2``.

    Parameters
    ----------
    parity : Parity
        Variances of the even and the odd part.
    oracle : float
        Variance τ² of an additive oracle noise, drawn afresh for each point.
    points : int
        Number m of evaluations.

    Returns
    -------
    float
        The variance.

    Raises
    ------
    ValueError
        If a variance is negative or ``points`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Even and odd parts".
    """
    even, odd = _parts(parity)
    return (even + odd + _checks.nonnegative("oracle", oracle)) / _checks.whole("points", points, 1)


def pair(parity, oracle=0.0, pairs=1):
    """Return the variance of the mean of ``pairs`` pairs, each with one sample for both signs: (Var even + τ²)/k.

    Parameters
    ----------
    parity : Parity
        Variances of the even and the odd part; the odd part drops out.
    oracle : float
        Variance τ² of an additive oracle noise; both signs share the sample, so the pair does not average it.
    pairs : int
        Number k of pairs, each of two evaluations.

    Returns
    -------
    float
        The variance.

    Raises
    ------
    ValueError
        If a variance is negative or ``pairs`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Even and odd parts".
    """
    even, _ = _parts(parity)
    return (even + _checks.nonnegative("oracle", oracle)) / _checks.whole("pairs", pairs, 1)


def pair_wins(parity, oracle=0.0):
    """Return whether the pair has less variance than two independent points: Var odd > Var even + τ².

    Parameters
    ----------
    parity : Parity
        Variances of the even and the odd part.
    oracle : float
        Variance τ² of the oracle noise if the two points draw their own samples; 0 if they share one.

    Returns
    -------
    bool
        True when the pair is strictly better.

    Raises
    ------
    ValueError
        If a variance is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Even and odd parts".
    """
    even, odd = _parts(parity)
    return bool(odd > even + _checks.nonnegative("oracle", oracle))


@_checks.formula
def quadratic_value(s, gradient, hessian):
    """Return the parity of f(w + U) − f(w) for a quadratic f: odd s²‖∇f‖², even (s⁴/2)‖A‖_F².

    Parameters
    ----------
    s : float
        Standard deviation of the Gaussian weight noise.
    gradient : array_like, shape (d,)
        ∇f at the point.
    hessian : array_like, shape (d, d)
        Symmetric Hessian A.

    Returns
    -------
    Parity
        The two variances.

    Raises
    ------
    ValueError
        If ``s`` is negative, shapes differ or ``hessian`` is not symmetric.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the value estimators". QUOTED (arXiv 2306.08553v4,
    abstract) is only that the pair removes the variance of the first-order term.
    """
    s = _checks.nonnegative("s", s)
    g = _checks.vector("gradient", gradient)
    a = _symmetric(hessian, g.size)
    return Parity(even=float(s**4 / 2 * np.sum(a * a)), odd=float(s**2 * np.sum(g * g)))


@_checks.formula
def quadratic_gradient(s, hessian):
    """Return the parity of ∇f(w + U) for a quadratic f: odd s²‖A‖_F², even 0.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise in each coordinate.
    hessian : array_like, shape (d, d)
        Symmetric Hessian A.

    Returns
    -------
    Parity
        The two variances.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``hessian`` is not symmetric.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    s = _checks.nonnegative("s", s)
    a = _symmetric(hessian)
    return Parity(even=0.0, odd=float(s**2 * np.sum(a * a)))


@_checks.formula
def quartic_gradient(s, w, coefficients):
    """Return the parity of ∇f(w + U) for f = Σ aᵢwᵢ⁴: odd Σ 16aᵢ²(9wᵢ⁴s² + 18wᵢ²s⁴ + 15s⁶), even Σ 288aᵢ²wᵢ²s⁴.

    Parameters
    ----------
    s : float
        Standard deviation of the Gaussian weight noise.
    w : array_like, shape (d,)
        The point.
    coefficients : array_like, shape (d,)
        The factors aᵢ.

    Returns
    -------
    Parity
        The two variances.

    Raises
    ------
    ValueError
        If ``s`` is negative or the vectors differ in length.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    a = _checks.vector("coefficients", coefficients, w.size)
    odd = 16 * a**2 * (9 * w**4 * s**2 + 18 * w**2 * s**4 + 15 * s**6)
    return Parity(even=float(np.sum(288 * a**2 * w**2 * s**4)), odd=float(np.sum(odd)))


@_checks.formula
def cubic_gradient(s, w, coefficients):
    """Return the parity of ∇f(w + U) for f = Σ aᵢwᵢ³: odd Σ 36aᵢ²wᵢ²s², even Σ 18aᵢ²s⁴.

    At w = 0 only the even part is left: there the pair has twice the variance of two independent points.

    Parameters
    ----------
    s : float
        Standard deviation of the Gaussian weight noise.
    w : array_like, shape (d,)
        The point.
    coefficients : array_like, shape (d,)
        The factors aᵢ.

    Returns
    -------
    Parity
        The two variances.

    Raises
    ------
    ValueError
        If ``s`` is negative or the vectors differ in length.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    a = _checks.vector("coefficients", coefficients, w.size)
    return Parity(even=float(np.sum(18 * a**2) * s**4), odd=float(np.sum(36 * a**2 * w**2) * s**2))


def scalar_parity(function, w, s, nodes=60):
    """Return the parity of h(w + sZ), Z ~ N(0, 1), for a scalar h, by Gauss–Hermite quadrature.

    Parameters
    ----------
    function : callable
        Takes an array, returns the values of h (f or f′), same shape.
    w : float
        The point.
    s : float
        Standard deviation of the noise.
    nodes : int
        Number of nodes; exact for a polynomial h of degree below ``nodes``.

    Returns
    -------
    Parity
        The two variances.

    Raises
    ------
    ValueError
        If ``s`` is negative, ``w`` is not finite or ``nodes`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Even and odd parts".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.number("w", w)
    z, weight = roots_hermitenorm(_checks.whole("nodes", nodes, 1, at_most=10_000))
    weight = weight / weight.sum()
    _checks.function("function", function)
    plus, minus = np.asarray(function(w + s * z)), np.asarray(function(w - s * z))
    even, odd = (plus + minus) / 2, (plus - minus) / 2
    return Parity(even=float(weight @ (even - weight @ even) ** 2), odd=float(weight @ odd**2))


@_checks.formula
def one_point_bound(smoothness, second_moment):
    """Return the bound C² H(P) on the weight-noise variance of ∇f(w + U), H(P) = E‖U‖².

    Parameters
    ----------
    smoothness : float
        Lipschitz constant C of ∇f.
    second_moment : float
        H(P); d s² for N(0, s² I).

    Returns
    -------
    float
        The bound; it holds for the pair as well.

    Raises
    ------
    ValueError
        If an argument is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    return _checks.nonnegative("smoothness", smoothness) ** 2 * _checks.nonnegative("second_moment", second_moment)


@_checks.formula
def pair_bound(hessian_lipschitz, fourth_moment):
    """Return the bound ρ² E‖U‖⁴/4 on the weight-noise variance of the pair of gradients.

    Parameters
    ----------
    hessian_lipschitz : float
        Lipschitz constant ρ of the Hessian in the spectral norm.
    fourth_moment : float
        E‖U‖⁴; d(d+2) s⁴ for N(0, s² I).

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If an argument is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    rho = _checks.nonnegative("hessian_lipschitz", hessian_lipschitz)
    return rho**2 * _checks.nonnegative("fourth_moment", fourth_moment) / 4


@_checks.formula
def gaussian_moments(s, dimension):
    """Return H(P) = E‖U‖² = d s² and E‖U‖⁴ = d(d+2) s⁴ of U ~ N(0, s² I).

    Parameters
    ----------
    s : float
        Standard deviation in each coordinate.
    dimension : int
        Number d of coordinates.

    Returns
    -------
    tuple of float
        Second and fourth moment of the norm.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``dimension`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Variance of the gradient estimators".
    """
    s = _checks.nonnegative("s", s)
    d = _checks.whole("dimension", dimension, 1)
    return d * s**2, d * (d + 2) * s**4


def _parts(parity):
    if not isinstance(parity, tuple) or len(parity) != 2:
        _checks.refuse("parity", parity, "a Parity, the variances of the even and the odd part")
    even, odd = parity
    return _checks.nonnegative("parity.even", even), _checks.nonnegative("parity.odd", odd)


def _symmetric(hessian, size=None):
    a = _checks.matrix("hessian", hessian, size)
    if a.shape[0] != a.shape[1] or not np.allclose(a, a.T, rtol=1e-12, atol=1e-12 * np.abs(a).max()):
        raise ValueError(f"hessian must be a symmetric square matrix, got an array of shape {a.shape}")
    return a
