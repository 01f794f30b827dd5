"""The instances behind L1 to L3, built against one fixed step size, with their paths in closed form.

The notation is that of ``lower_bounds``.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from .. import _checks
from .convergence_rate import mean_squared_gradient
from .lower_bounds import setting


class QuadraticInstance(NamedTuple):
    """The instance f = κ w₁²/2 + C w₂²/2 with noise on w₂ only.

    Attributes
    ----------
    kappa : float
        Curvature κ = min(C, 1/(2ηT)) of the slow direction.
    slow : float
        |w₁(0)|.
    fast : float
        Root mean square of w₂(0), deterministic in L2.
    sigma : float
        Noise in use: σ, or less where σ alone would need more than D².
    """

    kappa: float
    slow: float
    fast: float
    sigma: float


class HuberInstance(NamedTuple):
    """The instance h(w₁) + C w₂²/2, h the Huber function of slope e, with noise on w₂ only.

    Attributes
    ----------
    slope : float
        The slope e.
    ramp : float
        w₁(0) = e/C + ηTe: the slope lasts T steps.
    fast : float
        |w₂(0)|.
    sigma : float
        Noise in use, as in ``QuadraticInstance``.
    """

    slope: float
    ramp: float
    fast: float
    sigma: float


class BestStep(NamedTuple):
    """The step size that does best on the instance built against it.

    Attributes
    ----------
    constant : float
        Value over D √(Cσ²/(kT)).
    eta : float
        The step size, in units of 1/C.
    """

    constant: float
    eta: float


@_checks.formula
def quadratic_instance(eta, smoothness, gap, sigma, steps, pairs=1, start="warm"):
    """Return the instance of L1 and L2 built against the step size ``eta``.

    Warm: C w₂(0)² = x, x = min(ησ²/(k(2 − ηC)), 2D²), its stationary value; κ w₁(0)² = 2D² − x. Cold: w₂(0) = 0.

    Parameters
    ----------
    eta : float
        Step size in (0, 2/C).
    smoothness, gap, sigma, steps, pairs
        As in ``lower_bounds.warm_quadratic_bound``.
    start : {"warm", "cold"}
        Start of the noisy direction.

    Returns
    -------
    QuadraticInstance
        Curvature, start and noise.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L1".
    """
    c, gap, sigma, t, k = setting(smoothness, gap, sigma, steps, pairs)
    eta = _checks.between("eta", eta, 0, 2 / c)
    kappa = min(c, 1 / (2 * eta * t))
    if _checks.one_of("start", start, ("warm", "cold")) == "cold":
        return QuadraticInstance(kappa, float(np.sqrt(2 * gap / kappa)), 0.0, sigma)
    x, sigma = _stationary(eta, c, gap, sigma, k)
    return QuadraticInstance(kappa, float(np.sqrt((2 * gap - x) / kappa)), float(np.sqrt(x / c)), sigma)


@_checks.formula
def quadratic_path(t, eta, smoothness, gap, sigma, steps, pairs=1, start="warm"):
    """Return ‖∇f(W_t)‖² on the instance: κ²w₁(0)²(1−ηκ)²ᵗ + C²w₂(0)²a²ᵗ + (Cησ²/(k(2−ηC)))(1 − a²ᵗ), a = 1 − ηC.

    An expectation for L1; for L2, where every sample's noise ±σ has its own coordinate, the value on every path. Warm,
    the last two terms add to the constant Cησ²/(k(2−ηC)).

    Parameters
    ----------
    t : int or array_like of int
        Step or steps.
    eta, smoothness, gap, sigma, steps, pairs, start
        As in ``quadratic_instance``.

    Returns
    -------
    float or ndarray
        The squared gradient norm.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L2".
    """
    kappa, slow, fast, sigma = quadratic_instance(eta, smoothness, gap, sigma, steps, pairs, start)
    t = _checks.wholes("t", t)
    kept = np.abs(1 - eta * smoothness) ** (2.0 * t)
    noise = smoothness * eta * sigma**2 / (pairs * (2 - eta * smoothness))
    result = (kappa * slow) ** 2 * (1 - eta * kappa) ** (2.0 * t) + (smoothness * fast) ** 2 * kept + noise * (1 - kept)
    return result if t.ndim else float(result)


@_checks.formula
def quadratic_minimum(eta, smoothness, gap, sigma, steps, pairs=1, start="warm"):
    """Return the exact minimum over 1 ≤ t ≤ T of ``quadratic_path``.

    Warm it is at T. Cold the path is a falling plus a rising exponential, with at most one turning point: the ends and
    the two whole steps around it are compared.

    Parameters
    ----------
    eta, smoothness, gap, sigma, steps, pairs, start
        As in ``quadratic_instance``.

    Returns
    -------
    float
        The minimum.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L2" and "Warm and cold starts".
    """
    kappa, slow, fast, noise_sigma = quadratic_instance(eta, smoothness, gap, sigma, steps, pairs, start)
    candidates = {1, steps}
    fall = -2 * np.log1p(-eta * kappa)
    a = abs(1 - eta * smoothness)
    rise = -2 * np.log(a) if a > 0 else np.inf
    high = smoothness * eta * noise_sigma**2 / (pairs * (2 - eta * smoothness)) - (smoothness * fast) ** 2
    if high > 0 and slow > 0 and np.isfinite(rise) and rise != fall:
        turn = np.log(high * rise / ((kappa * slow) ** 2 * fall)) / (rise - fall)
        candidates |= {int(np.clip(np.floor(turn), 1, steps)), int(np.clip(np.ceil(turn), 1, steps))}
    return min(quadratic_path(t, eta, smoothness, gap, sigma, steps, pairs, start) for t in candidates)


@_checks.formula
def quadratic_mean(eta, smoothness, gap, sigma, steps, pairs=1, start="cold"):
    """Return the exact mean over 1 ≤ t ≤ T of ``quadratic_path``.

    Parameters
    ----------
    eta, smoothness, gap, sigma, steps, pairs, start
        As in ``quadratic_instance``.

    Returns
    -------
    float
        The mean.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Warm and cold starts".
    """
    kappa, slow, fast, sigma = quadratic_instance(eta, smoothness, gap, sigma, steps, pairs, start)
    variances = (0.0, sigma**2 / pairs)
    return mean_squared_gradient(steps, eta, (kappa, smoothness), variances, (slow**2, fast**2), first=1)


def best_step_constant(nu, steps, start="warm", measure="minimum"):
    """Return the least value on the instance over all fixed steps η in (0, 2/C), over D√(Cσ²/(kT)).

    By scaling it depends on T and ν = σ²/(kTCD²) alone. A search on 400 logarithmic points, refined around the best.

    Parameters
    ----------
    nu : float
        ν, above 0.
    steps : int
        T.
    start : {"warm", "cold"}
        Start of the noisy direction.
    measure : {"minimum", "mean"}
        Minimum or mean over 1 ≤ t ≤ T.

    Returns
    -------
    BestStep
        Constant and step size.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Warm and cold starts".
    """
    nu = _checks.positive("nu", nu)
    steps = _checks.whole("steps", steps, 1)
    _checks.one_of("measure", measure, ("minimum", "mean"))
    sigma = float(np.sqrt(nu * steps))
    rule = quadratic_minimum if measure == "minimum" else quadratic_mean

    def value(log_eta):
        return rule(float(np.exp(log_eta)), 1.0, 1.0, sigma, steps, 1, start) / np.sqrt(nu)

    low, high = np.log(min(0.1, 0.01 / (steps * np.sqrt(nu)), 0.1 / steps)), np.log(2) - 1e-9
    grid = np.linspace(low, high, 400)
    values = [value(point) for point in grid]
    best = int(np.argmin(values))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    refined = minimize_scalar(value, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    if refined.fun < values[best]:
        return BestStep(float(refined.fun), float(np.exp(refined.x)))
    return BestStep(float(values[best]), float(np.exp(grid[best])))


@_checks.formula
def huber_instance(eta, smoothness, gap, sigma, steps, pairs=1):
    """Return the instance of L3 built against ``eta``: e² = (D² − x/2)/(ηT + 1/(2C)), x as in ``quadratic_instance``.

    Parameters
    ----------
    eta : float
        Step size in (0, 2/C).
    smoothness, gap, sigma, steps, pairs
        As in ``lower_bounds.warm_quadratic_bound``.

    Returns
    -------
    HuberInstance
        Slope, start and noise.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L3".
    """
    c, gap, sigma, t, k = setting(smoothness, gap, sigma, steps, pairs)
    eta = _checks.between("eta", eta, 0, 2 / c)
    x, sigma = _stationary(eta, c, gap, sigma, k)
    slope = float(np.sqrt((gap - x / 2) / (eta * t + 1 / (2 * c))))
    return HuberInstance(slope, slope / c + eta * t * slope, float(np.sqrt(x / c)), sigma)


@_checks.formula
def huber_value(eta, smoothness, gap, sigma, steps, pairs=1):
    """Return ‖∇f(W_t)‖² = e² + Cησ²/(k(2 − ηC)) on the instance of L3, the same for every 0 ≤ t ≤ T and every path.

    Parameters
    ----------
    eta, smoothness, gap, sigma, steps, pairs
        As in ``huber_instance``.

    Returns
    -------
    float
        The squared gradient norm.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L3".
    """
    instance = huber_instance(eta, smoothness, gap, sigma, steps, pairs)
    return instance.slope**2 + (smoothness * instance.fast) ** 2


def _stationary(eta, c, gap, sigma, k):
    """Return C E w₂² of the stationary law, and the noise in use: less than σ where D² would not suffice."""
    x = eta * sigma**2 / (k * (2 - eta * c))
    if x <= 2 * gap:
        return x, sigma
    return 2 * gap, float(np.sqrt(2 * gap * k * (2 - eta * c) / eta))
