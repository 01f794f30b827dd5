"""Relatives of SAM on a quadratic: without normalisation, with momentum, and the edge of stability of SAM."""

import numpy as np

from flatlab import _checks
from flatlab.theory.cycle import descending_eigenvalues

__all__ = [
    "momentum_cycle_radius",
    "momentum_threshold",
    "sam_edge",
    "usam_cycle_step_sizes",
    "usam_factors",
    "usam_threshold",
]


def usam_factors(eigenvalues, eta, rho):
    """Return the factors ``1 - eta (l_i + rho l_i^2)`` of one unnormalised SAM step on a quadratic.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0.
    rho : float
        Multiple of the gradient in the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "USAM threshold").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    eta, rho = _checks.positive("eta", eta), _checks.nonnegative("rho", rho)
    return 1 - eta * (spectrum + rho * spectrum**2)


def usam_threshold(top_eigenvalue, rho):
    """Return the step size ``2 / (l_1 (1 + rho l_1))`` below which USAM converges to 0 and above which it diverges.

    Parameters
    ----------
    top_eigenvalue : float
        Largest eigenvalue, above 0.
    rho : float
        Multiple of the gradient in the ascent step, 0 or above.

    Returns
    -------
    float
        At most gradient descent's ``2 / l_1``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "USAM threshold").
    """
    top = _checks.positive("top_eigenvalue", top_eigenvalue)
    return 2 / (top * (1 + _checks.nonnegative("rho", rho) * top))


def usam_cycle_step_sizes(eigenvalues, rho):
    """Return the only step sizes at which USAM has a two-cycle, ``2 / (l_i (1 + rho l_i))``, one for every eigenvalue.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    rho : float
        Multiple of the gradient in the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)
        Rising; the first is the threshold.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "USAM threshold").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    return 2 / (spectrum * (1 + _checks.nonnegative("rho", rho) * spectrum))


def sam_edge(gradient_norm, eta, rho):
    """Return SAM's edge of stability, the curvature at which one step with frozen gradient norm turns expanding.

    ``edge(s) = (s / (2 rho)) (sqrt(1 + 8 rho / (eta s)) - 1)``, the positive root l of
    ``eta (l + rho l^2 / s) = 2``. It is computed as ``(4 / eta) / (1 + sqrt(1 + 8 rho / (eta s)))``, which loses no
    digits and gives gradient descent's ``2 / eta`` at rho = 0.

    Parameters
    ----------
    gradient_norm : float or array_like
        s, above 0.
    eta : float
        Step size, above 0.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        Below ``2 / eta`` for rho > 0, rising with s.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "SAM edge"); RECALLED to agree with Long and Bartlett,
    arXiv 2309.12488.
    """
    eta, rho = _checks.positive("eta", eta), _checks.nonnegative("rho", rho)
    s = _checks.entries("gradient_norm", gradient_norm, above=0)
    edge = (4 / eta) / (1 + np.sqrt(1 + 8 * rho / (eta * s)))
    return edge if s.ndim else float(edge)


def momentum_threshold(eigenvalue, beta):
    """Return the step size ``2 (1 + beta) / ((1 - beta) l)`` below which scalar SAM with EMA momentum has its cycle.

    Parameters
    ----------
    eigenvalue : float
        Curvature l, above 0.
    beta : float
        Momentum in [0, 1).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Momentum amplitude").
    """
    beta = _checks.between("beta", beta, 0, 1, ends="[)")
    return 2 * (1 + beta) / ((1 - beta) * _checks.positive("eigenvalue", eigenvalue))


def momentum_cycle_radius(eigenvalue, eta, rho, beta):
    """Return the two-cycle's radius for scalar SAM with EMA momentum, ``s rho / (2 (1 + beta) - s)``.

    Here ``s = eta l (1 - beta)``, and the method is ``m <- beta m + (1 - beta) g(ascent point)``, ``w <- w - eta m``.
    The cycle exists and is locally stable iff ``0 < s < 2 (1 + beta)``; beta = 0 returns SAM's own radius.

    Parameters
    ----------
    eigenvalue : float
        Curvature l, above 0.
    eta : float
        Step size, below ``momentum_threshold``.
    rho : float
        Radius of the ascent step, 0 or above.
    beta : float
        Momentum in [0, 1).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range or no cycle exists.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Momentum amplitude").
    """
    limit = momentum_threshold(eigenvalue, beta)
    eta, rho = _checks.positive("eta", eta), _checks.nonnegative("rho", rho)
    scaled = eta * eigenvalue * (1 - beta)
    if scaled >= 2 * (1 + beta):
        raise ValueError(f"eta must be below 2 (1 + beta) / ((1 - beta) eigenvalue) = {limit:g}, got {eta:g}")
    return scaled * rho / (2 * (1 + beta) - scaled)
