"""Drift of bouncing SAM along a manifold of minima, towards smaller top curvature.

z is a minimum, l_1 the simple top eigenvalue of its Hessian H with unit eigenvector v_1, T the third derivative there,
and ``tau = T[v_1, v_1, .] = grad lambda_max(z)``. SAM bounces between about ``z + a v_1`` and ``z - a v_1`` with
``a = rho h / (2 - h)``, ``h = eta l_1 < 2``, and moves along the minima by about ``-eta_eff P tau`` per step.
"""

import numpy as np
from scipy.integrate import solve_ivp

from flatlab import _checks
from flatlab.theory.cycle import ascent_distance, cycle_radius, sharpness

__all__ = [
    "amplitude_correction",
    "amplitude_lag",
    "drift_per_step",
    "drift_per_two_steps",
    "drift_remainder",
    "drift_velocity",
    "effective_step",
    "gd_effective_step",
    "integrate_drift",
    "integrate_ravine_drift",
    "sam_to_gd_drift_ratio",
]

RTOL, ATOL = 1e-10, 1e-13


def amplitude_correction(top_eigenvalue, eta):
    """Return ``(2 / (2 - h))^2 = ((a + rho) / rho)^2``, the gain of the drift over its value as h -> 0.

    Parameters
    ----------
    top_eigenvalue : float or array_like
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law").
    """
    return (2 / (2 - sharpness(top_eigenvalue, eta, name="top_eigenvalue"))) ** 2


@_checks.formula
def effective_step(top_eigenvalue, eta, rho):
    """Return ``eta_eff = (eta / 2) (a + rho)^2 = 2 eta rho^2 / (2 - h)^2``, the step of SAM on lambda_max.

    Parameters
    ----------
    top_eigenvalue : float or array_like
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        Below eta whenever ``rho < (2 - h) / sqrt(2)``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law"). The phenomenon is QUOTED from arXiv 2210.01513.
    """
    top = _checks.entries("top_eigenvalue", top_eigenvalue, above=0)
    return _checks.positive("eta", eta) / 2 * ascent_distance(top[()], eta, rho) ** 2


@_checks.formula
def gd_effective_step(top_eigenvalue, eta, rho):
    """Return ``eta a^2 / 2``, the drift step gradient descent would have if it bounced at SAM's amplitude a.

    Parameters
    ----------
    top_eigenvalue : float or array_like
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step that sets a, 0 or above.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law").
    """
    top = _checks.entries("top_eigenvalue", top_eigenvalue, above=0)
    return _checks.positive("eta", eta) / 2 * cycle_radius(top[()], eta, rho) ** 2


@_checks.formula
def sam_to_gd_drift_ratio(top_eigenvalue, eta):
    """Return ``((a + rho) / a)^2 = (2 / h)^2``, SAM's drift over gradient descent's at the same amplitude.

    Parameters
    ----------
    top_eigenvalue : float or array_like
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law").
    """
    return (2 / sharpness(top_eigenvalue, eta, name="top_eigenvalue")) ** 2


@_checks.formula
def drift_per_step(tangential_gradient, top_eigenvalue, eta, rho):
    """Return the leading drift of one step along the minima, ``-eta_eff P grad lambda_max``; the error is O(eta rho^3).

    Parameters
    ----------
    tangential_gradient : float or array_like
        ``P grad lambda_max(z)``, P the orthogonal projection on the kernel of H.
    top_eigenvalue : float
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        Of the shape of ``tangential_gradient``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law").
    """
    top = _checks.positive("top_eigenvalue", top_eigenvalue)
    return -effective_step(top, eta, rho) * _checks.entries("tangential_gradient", tangential_gradient)[()]


@_checks.formula
def drift_per_two_steps(tangential_gradient, top_eigenvalue, eta, rho):
    """Return the leading drift of two steps along the minima, ``-2 eta_eff P grad lambda_max``.

    From the exact cycle the error is O(eta rho^3); O(rho^4) when l is even across the ravine.

    Parameters
    ----------
    tangential_gradient : float or array_like
        ``P grad lambda_max(z)``, P the orthogonal projection on the kernel of H.
    top_eigenvalue : float
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float or ndarray
        Of the shape of ``tangential_gradient``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift law").
    """
    return 2 * drift_per_step(tangential_gradient, top_eigenvalue, eta, rho)


@_checks.formula
def amplitude_lag(tangential_gradient_norm, top_eigenvalue, eta, rho):
    """Return the relative gain ``4 eta^2 rho^2 |P tau|^2 / (2 - h)^4`` of the drift because the amplitude lags behind.

    It is the leading correction as h -> 2; keep rho far below ``(2 - h)^2 / (2 eta |P tau|)``.

    Parameters
    ----------
    tangential_gradient_norm : float
        ``|P grad lambda_max|``, 0 or above.
    top_eigenvalue : float
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED to leading order (paper_checks/bartlett2023, "Drift law").
    """
    slope = _checks.nonnegative("tangential_gradient_norm", tangential_gradient_norm)
    rho = _checks.nonnegative("rho", rho)
    h = sharpness(_checks.positive("top_eigenvalue", top_eigenvalue), eta)
    return 4 * (eta * rho * slope) ** 2 / (2 - h) ** 4


@_checks.formula
def drift_remainder(top_eigenvalue, eta, rho, third_bound, fourth_bound):
    """Return Theorem D's bound on ``|P (w_1 - w_0) + eta_eff P tau|`` for a start on the cycle, ``w_0 = z + a v_1``.

    ``eta [M3 (a + rho) rho nu + M3 rho^2 nu^2 / 2 + M4 (a + rho + rho nu)^3 / 6]`` with
    ``nu = (M3 a + M4 a^2 / 3) / l_1``; P is an orthogonal projection on a subspace of the kernel of H.

    Parameters
    ----------
    top_eigenvalue : float
        l_1, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.
    third_bound : float
        M3, the operator norm of the third derivative at z (or a bound on it).
    fourth_bound : float
        M4, a Lipschitz constant of the third derivative on the ball of radius a + rho + rho nu about z.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem D: explicit one-step remainder").
    """
    top = _checks.positive("top_eigenvalue", top_eigenvalue)
    third = _checks.nonnegative("third_bound", third_bound)
    fourth = _checks.nonnegative("fourth_bound", fourth_bound)
    radius, reach = cycle_radius(top, eta, rho), ascent_distance(top, eta, rho)
    nu = (third * radius + fourth * radius**2 / 3) / top
    tensor = third * reach * rho * nu + third * (rho * nu) ** 2 / 2
    return eta * (tensor + fourth * (reach + rho * nu) ** 3 / 6)


def drift_velocity(sharpness_value, tangential_gradient, eta):
    """Return the drift flow ``dz/dtime = -(1/2) (2 / (2 - eta l_1))^2 P grad l_1`` in ``time = eta rho^2 t``.

    Parameters
    ----------
    sharpness_value : float
        l_1(z), above 0.
    tangential_gradient : float or array_like
        ``P grad l_1(z)``.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float or ndarray
        Of the shape of ``tangential_gradient``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift flow"); that SAM follows it is checked numerically, not proved.
    """
    gain = amplitude_correction(_checks.positive("sharpness_value", sharpness_value), eta)
    return -gain / 2 * _checks.entries("tangential_gradient", tangential_gradient)[()]


def integrate_drift(sharpness_of, tangential_gradient_of, start, times, eta):
    """Integrate the drift flow from ``start`` at time 0 (DOP853, relative tolerance 1e-10, absolute 1e-13).

    Parameters
    ----------
    sharpness_of : callable
        z of shape (d,) -> lambda_max of the Hessian at z.
    tangential_gradient_of : callable
        z of shape (d,) -> P grad lambda_max at z, shape (d,).
    start : array_like, shape (d,)
        A point on the manifold of minima.
    times : array_like, shape (n,)
        Times ``eta rho^2 t`` to report, 0 or above, strictly rising, the last above 0.
    eta : float
        Step size, with eta * lambda_max < 2 all along the flow.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If an argument is out of range, eta * lambda_max >= 2 on the way, or the integration fails.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift flow").
    """
    start = _checks.vector("start", start)
    times = _checks.vector("times", times)
    _checks.function("sharpness_of", sharpness_of)
    _checks.function("tangential_gradient_of", tangential_gradient_of)
    if times[0] < 0 or times[-1] <= 0 or (np.diff(times) <= 0).any():
        raise ValueError(f"times must be 0 or above, strictly rising and end above 0, got {_checks.shown(times)}")

    def flow(_, z):
        return drift_velocity(sharpness_of(z), tangential_gradient_of(z), eta)

    solution = solve_ivp(flow, (0.0, times[-1]), start, method="DOP853", t_eval=times, rtol=RTOL, atol=ATOL)
    if not solution.success:
        raise ValueError(f"times must lie where the drift flow exists, got a failure: {solution.message}")
    return solution.y.T


def integrate_ravine_drift(sharpness_of, slope_of, start, times, eta):
    """Integrate the drift flow of the ravine ``l(x, y) = lambda(y) x^2 / 2``, whose minima are the line x = 0.

    Parameters
    ----------
    sharpness_of : callable
        y -> lambda(y), floats.
    slope_of : callable
        y -> lambda'(y), floats.
    start : float
        y at time 0.
    times : array_like, shape (n,)
        Times ``eta rho^2 t`` to report, 0 or above, strictly rising, the last above 0.
    eta : float
        Step size, with eta * lambda(y) < 2 all along the flow.

    Returns
    -------
    ndarray, shape (n,)
        y at the given times.

    Raises
    ------
    ValueError
        If an argument is out of range, eta * lambda(y) >= 2 on the way, or the integration fails.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Drift flow").
    """
    start = _checks.number("start", start)
    _checks.function("sharpness_of", sharpness_of)
    _checks.function("slope_of", slope_of)
    path = integrate_drift(
        lambda z: float(sharpness_of(z[0])), lambda z: np.array([slope_of(z[0])], dtype=float), [start], times, eta
    )
    return path[:, 0]
