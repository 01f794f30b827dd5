"""Average over a sphere E f(x + ρg), g uniform on the unit sphere of Rᵈ: expansion, drift, bias, and the law for waves.

On a valley whose curvature is a wave of wavenumber k the drift is known at every radius; it changes sign where kρ
meets the first zero of the Bessel function J_{d/2}.
"""

import math

from scipy.optimize import brentq
from scipy.special import ai_zeros, gammaln, jv

from .. import _checks

MOST_POWERS = 100_000  # one factor each: more take minutes and are 0


@_checks.formula
def expansion_coefficient(order, rho, d):
    """Return the factor of Δᵏf in the sphere average: ρ²ᵏ / (2ᵏ k! d(d+2)⋯(d+2k−2)).

    E f(x + ρg) = Σ_k ρ²ᵏ Δᵏf(x) / (2ᵏ k! d(d+2)⋯(d+2k−2)); the same factors serve E ∇f(x + ρg) and ∇Δᵏf.

    Parameters
    ----------
    order : int
        The power k of the Laplacian, 0 or above.
    rho : float
        Radius ρ of the sphere.
    d : int
        Dimension of the space.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    ValueError
        If ``order`` or ``rho`` is negative or ``d`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Sphere average".
    """
    k = _checks.whole("order", order, at_most=MOST_POWERS)
    rho = _checks.nonnegative("rho", rho)
    d = _checks.whole("d", d, 1)
    return math.prod(rho**2 / (2 * (j + 1) * (d + 2 * j)) for j in range(k))


@_checks.formula
def sphere_average(rho, d, laplacians):
    """Return Σ_k ρ²ᵏ Δᵏf / (2ᵏ k! d(d+2)⋯(d+2k−2)) over the powers given; exact for a polynomial when all are given.

    Parameters
    ----------
    rho : float
        Radius ρ.
    d : int
        Dimension.
    laplacians : array_like, shape (K,)
        f, Δf, Δ²f, … at the centre.

    Returns
    -------
    float
        The average over the sphere.

    Raises
    ------
    ValueError
        If ``rho`` is negative, ``d`` is below 1, or ``laplacians`` is not a finite vector.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Sphere average".
    """
    powers = _checks.vector("laplacians", laplacians)
    return float(sum(expansion_coefficient(k, rho, d) * value for k, value in enumerate(powers)))


@_checks.formula
def drift_coefficient(rho):
    """Return ρ²/2, the factor of ∇(tr ∇²f / d) in E ∇f(x + ρg) − ∇f(x).

    It is the first expansion coefficient times d, since the trace is divided by d: the dimension drops out.

    Parameters
    ----------
    rho : float
        Radius ρ.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    ValueError
        If ``rho`` is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Sphere average".
    """
    return _checks.nonnegative("rho", rho) ** 2 / 2


@_checks.formula
def bias_coefficient(rho, d):
    """Return ρ⁴/(8d(d+2)), the factor of ∇Δ²f: the leading error of the drift where f has five derivatives.

    Parameters
    ----------
    rho : float
        Radius ρ.
    d : int
        Dimension.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    ValueError
        If ``rho`` is negative or ``d`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bias of the estimator".
    """
    return expansion_coefficient(2, rho, d)


@_checks.formula
def cusp_bias(rho, d):
    """Return the bias at 0 for f = |x₁|x₁³/4, whose third derivative is Lipschitz and no smoother.

    E ∂₁f(ρg) = ρ³ E|g₁|³ = ρ³ Γ(d/2) / (√π Γ((d+3)/2)), while ∂₁f and ∂₁Δf vanish at 0: the bias is of order ρ³.

    Parameters
    ----------
    rho : float
        Radius ρ.
    d : int
        Dimension.

    Returns
    -------
    float
        The first coordinate of the bias.

    Raises
    ------
    ValueError
        If ``rho`` is negative or ``d`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bias of the estimator".
    """
    rho = _checks.nonnegative("rho", rho)
    d = _checks.whole("d", d, 1)
    return rho**3 * math.exp(gammaln(d / 2) - gammaln((d + 3) / 2)) / math.sqrt(math.pi)


def wave_factor(wavenumber, rho, d):
    """Return E cos(kρg₁) = Γ(d/2) (2/s)^{d/2−1} J_{d/2−1}(s), s = kρ.

    It multiplies any φ with Δφ = −k²φ: E φ(x + ρg) = factor × φ(x).

    Parameters
    ----------
    wavenumber : float
        Wavenumber k, 0 or above.
    rho : float
        Radius ρ.
    d : int
        Dimension.

    Returns
    -------
    float
        The factor, 1 at ρ = 0.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bessel law".
    """
    s = _checks.nonnegative("wavenumber", wavenumber) * _checks.nonnegative("rho", rho)
    d = _checks.whole("d", d, 1)
    if d == 1 or s == 0:
        return math.cos(s)
    order = d / 2 - 1
    if s <= order:
        return _small_argument_factor(order, s)
    return math.exp(gammaln(order + 1) + order * math.log(2 / s)) * float(jv(order, s))


def _small_argument_factor(order, s):
    """Γ(ν+1)(2/s)^ν J_ν(s) for 0 < s ≤ ν, where J_ν itself may underflow.

    Neumann's series (s/2)^ν = Σ_k (ν+2k) Γ(ν+k)/k! J_{ν+2k}(s) has positive terms here; its ratios come from the
    continued fraction J_{m}/J_{m−1} = 1/(2m/s − J_{m+1}/J_m), which is stable downwards.
    """
    total, ratio = 1.0, 0.0
    for k in range(int(40 + s), -1, -1):
        upper = 1 / (2 * (order + 2 * k + 2) / s - ratio)
        ratio = 1 / (2 * (order + 2 * k + 1) / s - upper)
        weight = (order + 2 * k + 2) * (order + k) / ((order + 2 * k) * (k + 1))
        total = 1 + weight * ratio * upper * total
    return 1 / total


def ravine_drift_factor(wavenumber, rho, d):
    """Return the drift on the valley over its small-radius value: Γ(d/2+1) (2/s)^{d/2} J_{d/2}(s), s = kρ.

    In the plane, d = 2, it is 2 J₁(kρ)/(kρ). It is ``wave_factor`` in dimension d + 2.

    Parameters
    ----------
    wavenumber : float
        Wavenumber k of the curvature a(y) = m + b cos(ky + c).
    rho : float
        Radius ρ.
    d : int
        Dimension of the whole space, 2 or above.

    Returns
    -------
    float
        The ratio: 1 at ρ = 0, negative past ``sign_flip_radius``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bessel law".
    """
    return wave_factor(wavenumber, rho, _checks.whole("d", d, 2) + 2)


@_checks.formula
def ravine_slope(wavenumber, rho, slope, transverse, d, distance=0.0):
    """Return E ∂_y f(x + ρg) for f = a(y)|z|²/2, a(y) = m + b cos(ky + c), exactly and at every radius.

    E ∂_y f(x + ρg) = a′(y) [ (|z|²/2) W_d(kρ) + (ρ²/2)(n/d) W_{d+2}(kρ) ], where W_d is ``wave_factor`` and W_{d+2} is
    ``ravine_drift_factor``. On the valley z = 0 with d = 2, n = 1 this is (ρ²/2) a′(y) J₁(kρ)/(kρ).

    Parameters
    ----------
    wavenumber : float
        Wavenumber k.
    rho : float
        Radius ρ.
    slope : float
        a′(y) at the centre.
    transverse : int
        Number n of coordinates z, at most d − 1.
    d : int
        Dimension of the whole space: n, the coordinate y, and any coordinates f does not depend on.
    distance : float
        |z|, the distance to the valley.

    Returns
    -------
    float
        The mean of the perturbed gradient along y, before any projection.

    Raises
    ------
    ValueError
        If an argument is out of range or ``transverse`` is above d − 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bessel law".
    """
    d = _checks.whole("d", d, 2)
    n = _checks.whole("transverse", transverse, 1)
    if n >= d:
        raise ValueError(f"transverse must be at most d - 1 = {d - 1}, got {n}")
    off = _checks.nonnegative("distance", distance) ** 2 / 2 * wave_factor(wavenumber, rho, d)
    on = drift_coefficient(rho) * n / d * ravine_drift_factor(wavenumber, rho, d)
    return _checks.number("slope", slope) * (off + on)


def sign_flip_radius(wavenumber, d):
    """Return the radius ρ = j/k past which the drift on the valley climbs, j the first zero of J_{d/2}.

    In the plane kρ = 3.8317…, in three dimensions kρ = 4.4934… (tan s = s).

    Parameters
    ----------
    wavenumber : float
        Wavenumber k of the curvature, above 0.
    d : int
        Dimension of the whole space, 2 or above.

    Returns
    -------
    float
        The radius.

    Raises
    ------
    ValueError
        If ``wavenumber`` is not positive or ``d`` is below 2.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Bessel law".
    """
    k = _checks.positive("wavenumber", wavenumber)
    order = _checks.whole("d", d, 2) / 2
    # Qu and Wong's bracket for the first zero holds for every order above 0 and leaves out the second zero.
    airy = -float(ai_zeros(1)[0][0])
    low = order + airy * (order / 2) ** (1 / 3)
    high = low + 3 / 20 * airy**2 * (2 / order) ** (1 / 3)
    return brentq(lambda s: jv(order, s), low, high, xtol=1e-14, rtol=1e-14) / k
