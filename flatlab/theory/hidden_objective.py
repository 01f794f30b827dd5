"""The hidden objective J that SAM descends on a quadratic, for every step size.

With ``u_t = (-1)^t Lam w_t`` (the gradient with the bounce taken out) and
``C = (2 I - eta Lam) / (eta rho Lam^2)``,

    J(u) = (1/2) u^T C u - |u|,        u_{t+1} = u_t - eta rho Lam^2 grad J(u_t).

Spectra are given largest first, in the eigenbasis of the Hessian; ``u`` is a vector of shape (d,).
"""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.theory.cycle import cycle_gradient_norm, descending_eigenvalues, sharpness

__all__ = [
    "StationaryPoint",
    "guaranteed_decrease",
    "hidden_curvature",
    "hidden_gradient",
    "hidden_hessian",
    "hidden_step",
    "hidden_value",
    "hidden_variable",
    "stationary_points",
    "summability_bound",
    "weighted_gradient_norm",
]


class StationaryPoint(NamedTuple):
    """A stationary sphere of J: all ``u`` of norm ``radius`` in the eigenspace of ``eigenvalue``.

    For a simple eigenvalue the sphere is the two points ``+-radius * e``.
    """

    eigenvalue: float
    multiplicity: int
    radius: float
    value: float
    morse_index: int


def _state(u, eigenvalues):
    spectrum = descending_eigenvalues(eigenvalues)
    u = _checks.vector("u", u, spectrum.size)
    length = float(np.linalg.norm(u))
    if length == 0:
        raise ValueError("u must not be the zero vector, where J has no gradient and SAM no ascent direction, got 0")
    return u, length, spectrum


def hidden_variable(w, t, eigenvalues):
    """Return ``u_t = (-1)^t Lam w_t``, the gradient of the quadratic with the bounce taken out.

    Parameters
    ----------
    w : array_like, shape (d,)
        The iterate in the eigenbasis of the Hessian.
    t : int
        Its number, 0 or above; only the parity counts.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "The hidden objective J").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    t = _checks.whole("t", t)
    return (-1) ** t * spectrum * _checks.vector("w", w, spectrum.size)


def hidden_curvature(eigenvalues, eta, rho):
    """Return the diagonal of ``C = (2 I - eta Lam) / (eta rho Lam^2)``; entry i is ``1 / b_i`` where eta l_i < 2.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    ndarray, shape (d,)
        Negative where eta l_i > 2.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "The hidden objective J").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    return (2 - eta * spectrum) / (eta * rho * spectrum**2)


def hidden_value(u, eigenvalues, eta, rho):
    """Return ``J(u) = (1/2) u^T C u - |u|``.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "The hidden objective J").
    """
    curvature = hidden_curvature(eigenvalues, eta, rho)
    u = _checks.vector("u", u, curvature.size)
    return float(np.sum(curvature * u * u) / 2 - np.linalg.norm(u))


def hidden_gradient(u, eigenvalues, eta, rho):
    """Return ``grad J(u) = C u - u / |u|``.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If u is zero or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "The hidden objective J").
    """
    u, length, spectrum = _state(u, eigenvalues)
    return hidden_curvature(spectrum, eta, rho) * u - u / length


def hidden_hessian(u, eigenvalues, eta, rho):
    """Return the Hessian of J, ``C - (I - n n^T) / |u|`` with ``n = u / |u|``.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    ndarray, shape (d, d)

    Raises
    ------
    ValueError
        If u is zero or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Stationary points of J").
    """
    u, length, spectrum = _state(u, eigenvalues)
    n = u / length
    return np.diag(hidden_curvature(spectrum, eta, rho)) - (np.eye(u.size) - np.outer(n, n)) / length


def hidden_step(u, eigenvalues, eta, rho):
    """Return the next hidden variable, ``u - eta rho Lam^2 grad J(u)``: exactly one step of SAM.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If u is zero or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "The hidden objective J").
    """
    u, _, spectrum = _state(u, eigenvalues)
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    return u - eta * rho * spectrum**2 * hidden_gradient(u, spectrum, eta, rho)


def weighted_gradient_norm(u, eigenvalues, eta, rho):
    """Return ``|Lam^{3/2} grad J(u)|``, the stationarity measure whose squares are summable.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If u is zero or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Descent of J").
    """
    u, _, spectrum = _state(u, eigenvalues)
    return float(np.linalg.norm(spectrum**1.5 * hidden_gradient(u, spectrum, eta, rho)))


@_checks.formula
def guaranteed_decrease(u, eigenvalues, eta, rho):
    """Return the least drop of J in one step, ``(eta^2 rho / 2) |Lam^{3/2} grad J(u)|^2``.

    It holds with no condition on eta or rho, and is attained when u is along one eigenvector and the step
    does not pass zero.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    float
        A lower bound on ``J(u) - J(u_next)``.

    Raises
    ------
    ValueError
        If u is zero or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Descent of J").
    """
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    return eta**2 * rho / 2 * weighted_gradient_norm(u, eigenvalues, eta, rho) ** 2


@_checks.formula
def summability_bound(u, eigenvalues, eta, rho):
    """Return ``S = 2 (J(u) + b_1 / 2) / (eta^2 rho)``, a bound on the sum of ``|Lam^{3/2} grad J(u_t)|^2`` from u on.

    The least of the first T terms is therefore at most ``S / T``. The sum equals S on the top axis
    as long as the steps do not pass zero, and stays below it otherwise.

    Parameters
    ----------
    u : array_like, shape (d,)
        The hidden variable the sum starts from, not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If u is zero, an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Summability").
    """
    u, _, spectrum = _state(u, eigenvalues)
    height = hidden_value(u, spectrum, eta, rho) + float(cycle_gradient_norm(spectrum[0], eta, rho)) / 2
    return 2 * height / (eta**2 * rho)


def stationary_points(eigenvalues, eta, rho):
    """Return the stationary spheres of J, one for every distinct eigenvalue with eta l < 2, largest first.

    At eigenvalue l the radius is ``b = eta rho l^2 / (2 - eta l)``, the value ``-b / 2``, and the Morse index the
    number of eigenvalues above l, counted with multiplicity. The Hessian of J has
    eigenvalue ``1 / b`` along u, 0 along the sphere and ``C_ii - 1 / b`` along every other e_i.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first. Eigenvalues count as repeated when they are exactly equal.
    eta : float
        Step size, above 0. Directions with eta * l >= 2 carry no stationary point.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    list of StationaryPoint

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Stationary points of J").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    points, above = [], 0
    distinct, counts = np.unique(spectrum, return_counts=True)
    for eigenvalue, count in zip(distinct[::-1].tolist(), counts[::-1].tolist(), strict=True):
        if eta * eigenvalue < 2:
            radius = eigenvalue * rho * sharpness(eigenvalue, eta) / (2 - eta * eigenvalue)
            points.append(StationaryPoint(eigenvalue, count, radius, -radius / 2, above))
        above += count
    return points
