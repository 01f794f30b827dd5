"""The two-cycle of SAM on a convex quadratic: its size, gradient, ascent points and loss.

On ``l(w) = (1/2) w^T Lam w`` one step of SAM is
``F(w) = (I - eta Lam - (eta rho / |Lam w|) Lam^2) w``. Along the eigenvector of an eigenvalue ``l``
with ``eta l < 2`` it bounces between two points ``+a`` and ``-a``. The functions below work entry
by entry, on one eigenvalue or an array of them in any order.
"""

import numpy as np

from flatlab import _checks

__all__ = [
    "ascent_distance",
    "cycle_gradient_norm",
    "cycle_loss",
    "cycle_radius",
    "descending_eigenvalues",
    "sharpness",
]


def descending_eigenvalues(eigenvalues, *, zero_allowed=False):
    """Return a spectrum as a vector, checked to be positive and sorted from the largest down.

    Wherever flatlab.theory singles out one direction, index 0 is the largest eigenvalue.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        The spectrum, largest first; equal neighbours are allowed.
    zero_allowed : bool
        Whether eigenvalues may be zero (a manifold of minima) as long as the first is positive.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If an eigenvalue is negative (or zero, unless allowed) or larger than the one before it.

    Notes
    -----
    Source: convention of this package.
    """
    spectrum = _checks.vector("eigenvalues", eigenvalues)
    zero_allowed = _checks.flag("zero_allowed", zero_allowed)
    if spectrum[0] <= 0 or spectrum.min() < 0 or (spectrum.min() == 0 and not zero_allowed):
        worst = int(spectrum.argmin()) if spectrum[0] > 0 else 0
        allowed = "0 or above, the first above 0" if zero_allowed else "above 0"
        raise ValueError(f"eigenvalues must be {allowed}, got {spectrum[worst]:g} at index {worst}")
    rises = np.flatnonzero(np.diff(spectrum) > 0)
    if rises.size:
        where = int(rises[0]) + 1
        raise ValueError(f"eigenvalues must be sorted from the largest down, got {spectrum[where]:g} at index {where}")
    return spectrum


def sharpness(eigenvalue, eta, *, name="eigenvalue"):
    """Return ``h = eta * eigenvalue``, refused unless it lies in (0, 2).

    Parameters
    ----------
    eigenvalue : float or ndarray
        Curvature, above 0.
    eta : float
        Step size, above 0.
    name : str
        What a refusal calls the eigenvalue.

    Returns
    -------
    float or ndarray
        The normalised curvature h, of the shape of ``eigenvalue``.

    Raises
    ------
    ValueError
        If an eigenvalue is not above 0 or eta is not in (0, 2 / eigenvalue).

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    eta = _checks.positive("eta", eta)
    curvature = _checks.entries(name, eigenvalue, above=0)
    h = eta * curvature
    if h.max() >= 2:
        raise ValueError(f"eta must be below 2 / eigenvalue = {2 / curvature.max():g} for a two-cycle, got {eta:g}")
    return h if curvature.ndim else float(h)


def cycle_radius(eigenvalues, eta, rho):
    """Return the distance of the two-cycle from the minimum, ``a = rho h / (2 - h)`` with ``h = eta l``.

    Parameters
    ----------
    eigenvalues : float or array_like
        Curvatures l, above 0, in any order.
    eta : float
        Step size, with eta * l < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        One radius for every eigenvalue, in the units of rho.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    rho = _checks.nonnegative("rho", rho)
    h = sharpness(eigenvalues, eta, name="eigenvalues")
    return rho * h / (2 - h)


def cycle_gradient_norm(eigenvalues, eta, rho):
    """Return the size of the gradient on the two-cycle, ``b = l a = eta rho l^2 / (2 - eta l)``.

    It rises strictly with l, which is what makes the top eigenvector special.

    Parameters
    ----------
    eigenvalues : float or array_like
        Curvatures l, above 0, in any order.
    eta : float
        Step size, with eta * l < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        One gradient size for every eigenvalue.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    curvature = _checks.entries("eigenvalues", eigenvalues, above=0)
    return np.multiply(curvature, cycle_radius(eigenvalues, eta, rho))


def ascent_distance(eigenvalues, eta, rho):
    """Return the distance of the ascent point from the minimum, ``a + rho = 2 rho / (2 - eta l)``.

    Parameters
    ----------
    eigenvalues : float or array_like
        Curvatures l, above 0, in any order.
    eta : float
        Step size, with eta * l < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        One distance for every eigenvalue, in the units of rho.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    rho = _checks.nonnegative("rho", rho)
    return 2 * rho / (2 - sharpness(eigenvalues, eta, name="eigenvalues"))


def cycle_loss(eigenvalues, eta, rho):
    """Return the loss at both points of the two-cycle, ``l a^2 / 2``.

    Parameters
    ----------
    eigenvalues : float or array_like
        Curvatures l, above 0, in any order.
    eta : float
        Step size, with eta * l < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        One loss for every eigenvalue, for the loss ``(1/2) w^T Lam w``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Setting and two-cycle").
    """
    curvature = _checks.entries("eigenvalues", eigenvalues, above=0)
    return np.multiply(curvature, cycle_radius(eigenvalues, eta, rho) ** 2) / 2
