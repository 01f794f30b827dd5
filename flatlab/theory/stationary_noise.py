"""Stationary fluctuation of stochastic gradient descent with momentum on a quadratic.

M ← μM − ηG, W ← W + M, with G = Cw + ξ, E ξ = 0, E ξ² = v, on one eigendirection of curvature C.
"""

import numpy as np
from scipy.linalg import solve_discrete_lyapunov

from .. import _checks


def stationary_variance(eta, curvature, variance, mu=0.0):
    """Return the stationary E w² = ηv(1+μ) / (C(1−μ)(2(1+μ) − ηC)).

    Parameters
    ----------
    eta : float
        Step size, ηC < 2(1+μ).
    curvature : float
        Curvature C, above 0.
    variance : float
        Variance v of the gradient noise.
    mu : float
        Momentum in [0, 1).

    Returns
    -------
    float
        The variance.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    eta, c, v, mu = _setting(eta, curvature, variance, mu)
    return eta * v * (1 + mu) / (c * (1 - mu) * (2 * (1 + mu) - eta * c))


def stationary_squared_gradient(eta, curvature, variance, mu=0.0):
    """Return the stationary C² E w² = Cηv(1+μ) / ((1−μ)(2(1+μ) − ηC)).

    Parameters
    ----------
    eta, curvature, variance, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    float
        The expected squared gradient.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    moment = stationary_variance(eta, curvature, variance, mu)
    return float(curvature) ** 2 * moment


def stationary_covariance(eta, curvature, variance, mu=0.0):
    """Return the stationary covariance of (w, M): E w² times [[1, r], [r, 2r]], r = ηC/(1+μ).

    Parameters
    ----------
    eta, curvature, variance, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    ndarray, shape (2, 2)
        The covariance.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    moment = stationary_variance(eta, curvature, variance, mu)
    r = eta * curvature / (1 + mu)
    return moment * np.array([[1, r], [r, 2 * r]])


def transition(eta, curvature, mu=0.0):
    """Return the matrix [[1 − ηC, μ], [−ηC, μ]] that takes (w, M) one step on, without noise.

    Parameters
    ----------
    eta, curvature, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    ndarray, shape (2, 2)
        The transition matrix; the noise enters as −ηξ (1, 1).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    eta, c, _, mu = _setting(eta, curvature, 0.0, mu)
    return np.array([[1 - eta * c, mu], [-eta * c, mu]])


@_checks.formula
def lyapunov_covariance(eta, curvature, variance, mu=0.0):
    """Return the stationary covariance of (w, M) from S = A S Aᵀ + η²v 11ᵀ, solved by SciPy: the second witness.

    Parameters
    ----------
    eta, curvature, variance, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    ndarray, shape (2, 2)
        The covariance.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    a = transition(eta, curvature, mu)
    return solve_discrete_lyapunov(a, eta**2 * _checks.nonnegative("variance", variance) * np.ones((2, 2)))


def covariance_after(steps, start, eta, curvature, variance, mu=0.0):
    """Return E (w, M)(w, M)ᵀ after t steps: S + Aᵗ(S₀ − S)(Aᵗ)ᵀ with S the stationary covariance.

    Parameters
    ----------
    steps : int
        Number t of steps.
    start : array_like, shape (2, 2)
        Second-moment matrix S₀ of (w, M) at t = 0.
    eta, curvature, variance, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    ndarray, shape (2, 2)
        The second-moment matrix.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    power = np.linalg.matrix_power(transition(eta, curvature, mu), _checks.whole("steps", steps))
    start = _checks.matrix("start", start, 2)
    stationary = stationary_covariance(eta, curvature, variance, mu)
    return stationary + power @ (start - stationary) @ power.T


def effective_step(eta, mu):
    """Return η/(1−μ), the step of plain SGD with the same stationary variance to first order in η.

    Parameters
    ----------
    eta : float
        Step size.
    mu : float
        Momentum in [0, 1).

    Returns
    -------
    float
        The effective step.

    Raises
    ------
    ValueError
        If ``eta`` is not above 0 or ``mu`` is outside [0, 1).

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    return _checks.positive("eta", eta) / (1 - _checks.between("mu", mu, 0, 1, ends="[)"))


def matching_step(eta, curvature, mu):
    """Return the plain SGD step with exactly the same stationary variance: η(1+μ)/(1 − μ² + ημC).

    Parameters
    ----------
    eta, curvature, mu : float
        As in ``stationary_variance``.

    Returns
    -------
    float
        The matching step, below ``effective_step`` for μ > 0.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Momentum".
    """
    eta, c, _, mu = _setting(eta, curvature, 0.0, mu)
    return eta * (1 + mu) / (1 - mu**2 + eta * mu * c)


def _setting(eta, curvature, variance, mu):
    eta = _checks.positive("eta", eta)
    c = _checks.positive("curvature", curvature)
    mu = _checks.between("mu", mu, 0, 1, ends="[)")
    if eta * c >= 2 * (1 + mu):
        raise ValueError(f"eta must be below 2(1 + mu)/curvature = {2 * (1 + mu) / c:g}, got {eta:g}")
    return eta, c, _checks.nonnegative("variance", variance), mu
