"""Gaussian smoothing F(w) = E f(w + U), U ~ N(0, s² I): expansion, closed forms, quadrature."""

import numpy as np
from scipy.special import roots_hermitenorm

from .. import _checks


def smoothing_gap(s, trace, bilaplacian=0.0, trilaplacian=0.0):
    """Return the expansion of F − f to sixth order in ``s``.

    F − f = (s²/2) tr H + (s⁴/8) Δ²f + (s⁶/48) Δ³f + O(s⁸), from F = exp(s²Δ/2) f.
    Exact for a polynomial of degree seven or less.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise in each coordinate, 0 or above.
    trace : float
        Hessian trace tr H = Δf at the point.
    bilaplacian, trilaplacian : float
        Δ²f and Δ³f at the point; left at 0 they cut the expansion.

    Returns
    -------
    float
        The gap F − f.

    Raises
    ------
    ValueError
        If ``s`` is negative or a derivative is not finite.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    trace = _checks.number("trace", trace)
    bilaplacian = _checks.number("bilaplacian", bilaplacian)
    trilaplacian = _checks.number("trilaplacian", trilaplacian)
    half = s * s / 2
    return half * (trace + half / 2 * (bilaplacian + half / 3 * trilaplacian))


def quadratic_gap(s, eigenvalues):
    """Return F − f = (s²/2) tr A for f = (w − w*)ᵀA(w − w*)/2, exactly and at every w.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    eigenvalues : array_like, shape (d,)
        Eigenvalues of A, of any sign.

    Returns
    -------
    float
        The gap.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``eigenvalues`` is not a finite vector.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    return smoothing_gap(s, float(_checks.vector("eigenvalues", eigenvalues).sum()))


@_checks.formula
def separable_quartic_gap(s, w, coefficients):
    """Return F − f = 6 s² Σ aᵢwᵢ² + 3 s⁴ Σ aᵢ for f = Σ aᵢwᵢ⁴, exactly.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    w : array_like, shape (d,)
        The point.
    coefficients : array_like, shape (d,)
        The factors aᵢ.

    Returns
    -------
    float
        The gap.

    Raises
    ------
    ValueError
        If ``s`` is negative or the vectors differ in length.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    a = _checks.vector("coefficients", coefficients, w.size)
    return float(6 * s**2 * np.sum(a * w**2) + 3 * s**4 * np.sum(a))


@_checks.formula
def norm_quartic_gap(s, w):
    """Return F − f = 2(d+2) s² ‖w‖² + d(d+2) s⁴ for f = ‖w‖⁴, exactly.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    w : array_like, shape (d,)
        The point.

    Returns
    -------
    float
        The gap.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``w`` is not a finite vector.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    d = w.size
    return float(2 * (d + 2) * s**2 * np.sum(w**2) + d * (d + 2) * s**4)


def cosh_gap(s, w):
    """Return F − f = (exp(s²/2) − 1) f for f = Σ cosh wᵢ, exactly.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    w : array_like, shape (d,)
        The point.

    Returns
    -------
    float
        The gap.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``w`` is not a finite vector.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    return float(np.expm1(s * s / 2) * np.sum(np.cosh(w)))


def cosh_trace_remainder(s, w):
    """Return what the trace term leaves for f = Σ cosh wᵢ: F − f − (s²/2) tr H = (exp(s²/2) − 1 − s²/2) f.

    It behaves as s⁴ f/8, with relative correction s²/6.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    w : array_like, shape (d,)
        The point.

    Returns
    -------
    float
        The remainder, without cancellation at small ``s``.

    Raises
    ------
    ValueError
        If ``s`` is negative or ``w`` is not a finite vector.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    w = _checks.vector("w", w)
    half = s * s / 2
    if half > 0.5:
        factor = np.expm1(half) - half
    else:  # the difference above would lose the digits that matter here
        factor, term = 0.0, half
        for n in range(2, 20):
            term *= half / n
            factor += term
    return float(factor * np.sum(np.cosh(w)))


def smooth(function, w, s, nodes=60):
    """Return E f(w + sZ), Z ~ N(0, 1), by Gauss–Hermite quadrature.

    Exact to rounding for polynomials of degree below 2·nodes. Given f′, it returns F′(w) = E f′(w + sZ).

    Parameters
    ----------
    function : callable
        Takes an array and returns the values of a scalar function, same shape.
    w : float or array_like
        Point or points.
    s : float
        Standard deviation of the noise.
    nodes : int
        Number of quadrature nodes.

    Returns
    -------
    float or ndarray
        The smoothed value, in the shape of ``w``.

    Raises
    ------
    ValueError
        If ``s`` is negative, ``w`` is not finite or ``nodes`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.nonnegative("s", s)
    z, weight, points = _nodes(w, s, nodes)
    _checks.function("function", function)
    return _average(function(points + s * z), weight, np.ndim(w))


def smooth_derivative(function, w, s, nodes=60):
    """Return F′(w) = E[(f(w + sZ) − f(w − sZ)) Z]/(2s) from values of f alone (Stein's identity).

    Rounding in f is multiplied by 1/s; where f′ is at hand, ``smooth`` of f′ has no such loss.

    Parameters
    ----------
    function : callable
        Takes an array and returns the values of a scalar function, same shape.
    w : float or array_like
        Point or points.
    s : float
        Standard deviation of the noise, above 0.
    nodes : int
        Number of quadrature nodes.

    Returns
    -------
    float or ndarray
        The derivative of the smoothed function, in the shape of ``w``.

    Raises
    ------
    ValueError
        If ``s`` is 0 or below, ``w`` is not finite or ``nodes`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    s = _checks.positive("s", s)
    z, weight, points = _nodes(w, s, nodes)
    _checks.function("function", function)
    difference = np.asarray(function(points + s * z)) - np.asarray(function(points - s * z))
    return _average(difference * z / (2 * s), weight, np.ndim(w))


def _nodes(w, s, nodes):
    nodes = _checks.whole("nodes", nodes, 1, at_most=10_000)
    points = _checks.entries("w", w)
    z, weight = roots_hermitenorm(nodes)
    return z, weight / weight.sum(), points[..., None]


def _average(values, weight, ndim):
    result = np.asarray(values) @ weight
    return result if ndim else float(result)
