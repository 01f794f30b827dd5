"""The instances behind L4 and L5, built against a whole schedule of step sizes, with their values in closed form.

The notation is that of ``lower_bounds``. Both use fresh-coordinate noise: the sample j of step t pushes its own
coordinate by ±σ, so that it moves by αₜ = ηₜσ/k and no other sample touches it.
"""

import numpy as np

from .. import _checks
from .lower_bounds import schedule_setting, short_schedule


def huber_schedule_slope(etas, smoothness, gap, sigma, pairs=1):
    """Return the slope e of L4's ramp: e² = D²/(S + 1/(2C)); the start is w₁(0) = e/C + Se.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``lower_bounds.schedule_bound``.

    Returns
    -------
    float
        The slope.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L4".
    """
    etas, c, gap, _, _ = schedule_setting(etas, smoothness, gap, sigma, pairs)
    return float(np.sqrt(gap / (np.sum(etas) + 1 / (2 * c))))


@_checks.formula
def huber_schedule_path(etas, smoothness, gap, sigma, pairs=1):
    """Return ‖∇f(W_t)‖² = e² + C²mₜ for t = 0..T−1, with m₀ = 0, mₜ₊₁ = (1 − ηₜC)²mₜ + ηₜ²σ²/k, on every path.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``lower_bounds.schedule_bound``.

    Returns
    -------
    ndarray, shape (T,)
        The squared gradient norms.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L4".
    """
    slope = huber_schedule_slope(etas, smoothness, gap, sigma, pairs)
    etas, c, _, sigma, k = schedule_setting(etas, smoothness, gap, sigma, pairs)
    moments = np.zeros(etas.size)
    for t in range(etas.size - 1):
        moments[t + 1] = (1 - etas[t] * c) ** 2 * moments[t] + etas[t] ** 2 * sigma**2 / k
    return slope**2 + c**2 * moments


@_checks.formula
def huber_schedule_value(etas, smoothness, gap, sigma, pairs=1):
    """Return Σ (ηₜ/S) ‖∇f(W_t)‖² on the instance of L4: what the random output attains, exactly.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``lower_bounds.schedule_bound``.

    Returns
    -------
    float
        The weighted mean.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L4".
    """
    path = huber_schedule_path(etas, smoothness, gap, sigma, pairs)
    etas = np.asarray(etas, dtype=np.float64)
    return float(etas @ path / etas.sum())


@_checks.formula
def hat(x, alpha, smoothness):
    """Return the value of the hat: Cα²/4 for |x| ≤ α, minus C(|x|−α)²/2 up to 3α/2, C(2α−|x|)²/2 up to 2α, then 0.

    Parameters
    ----------
    x : array_like
        Points.
    alpha : float
        Half width α of the plateau.
    smoothness : float
        C, the Lipschitz constant of the slope.

    Returns
    -------
    ndarray
        The values, in the shape of ``x``.

    Raises
    ------
    ValueError
        If ``alpha`` or ``smoothness`` is not above 0.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    alpha, c = _checks.positive("alpha", alpha), _checks.positive("smoothness", smoothness)
    r = np.abs(_checks.entries("x", x))
    inner = c * alpha**2 / 4 - c * np.maximum(r - alpha, 0) ** 2 / 2
    return np.where(r <= 1.5 * alpha, inner, c * np.maximum(2 * alpha - r, 0) ** 2 / 2)


def hat_slope(x, alpha, smoothness):
    """Return the derivative of ``hat``: 0 on the plateau, −C(|x|−α) and C(|x|−2α) times sign x on the flank, then 0.

    Parameters
    ----------
    x, alpha, smoothness
        As in ``hat``.

    Returns
    -------
    ndarray
        The slopes, in the shape of ``x``.

    Raises
    ------
    ValueError
        If ``alpha`` or ``smoothness`` is not above 0.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    alpha, c = _checks.positive("alpha", alpha), _checks.positive("smoothness", smoothness)
    x = _checks.entries("x", x)
    r = np.abs(x)
    return -c * np.sign(x) * np.maximum(np.minimum(r - alpha, 2 * alpha - r), 0)


@_checks.formula
def nonconvex_start(etas, smoothness, gap, sigma, pairs=1):
    """Return w₀(0) of L5 and its stretch G: w₀(0)²/(2G) = D² − (Cσ²/(4k)) Σηₜ², G = max(1/C, 2S).

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``lower_bounds.nonconvex_schedule_bound``.

    Returns
    -------
    tuple of float
        w₀(0) and G.

    Raises
    ------
    ValueError
        If the schedule breaks a need or an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    etas, c, gap, sigma, k = schedule_setting(etas, smoothness, gap, sigma, pairs)
    short_schedule(etas, c, gap, sigma, k)
    stretch = max(1 / c, 2 * float(np.sum(etas)))
    rest = gap - c * sigma**2 / (4 * k) * float(np.sum(etas**2))
    return float(np.sqrt(2 * stretch * rest)), stretch


@_checks.formula
def nonconvex_path(etas, smoothness, gap, sigma, pairs=1):
    """Return ‖∇f(W_t)‖² = (w₀(0)/G)² Π_{i<t} (1 − ηᵢ/G)² for t = 0..T, on every path of L5.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``lower_bounds.nonconvex_schedule_bound``.

    Returns
    -------
    ndarray, shape (T + 1,)
        The squared gradient norms.

    Raises
    ------
    ValueError
        If the schedule breaks a need or an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    start, stretch = nonconvex_start(etas, smoothness, gap, sigma, pairs)
    factors = np.cumprod(1 - np.asarray(etas, dtype=np.float64) / stretch)
    return (start / stretch * np.concatenate(([1.0], factors))) ** 2
