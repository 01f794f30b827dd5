"""The drift flow: where the bounce goes along a manifold of minima, towards smaller top curvature."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from flatlab.base import checks
from flatlab.theory.sam.cycle import TwoCycle

__all__ = ["integrate_drift", "integrate_ravine_drift"]

RTOL, ATOL = 1e-10, 1e-13


def integrate_drift(
    sharpness_of: Callable, tangential_gradient_of: Callable, start: ArrayLike, times: ArrayLike, eta: float
) -> np.ndarray:
    """Integrate ``dz/dtime = -(1/2) (2 / (2 - eta l_1))^2 P grad l_1`` in ``time = eta rho^2 t``; return shape (n, d).

    ``sharpness_of`` gives l_1(z) and ``tangential_gradient_of`` gives P grad l_1(z), (d,); ``start`` (d,) is a minimum;
    ``times`` (n,) rise from 0 or above. DOP853, relative tolerance 1e-10, absolute 1e-13. Refused where eta l_1
    reaches 2 on the way.  README, "Drift flow"; that SAM follows the flow is checked numerically, not proved.

    >>> integrate_drift(lambda z: z[0], lambda z: np.ones(1), [1.0], [1.0], eta=0.1).round(4)
    array([[0.4614]])
    """
    start = checks.vector("start", start)
    times = checks.vector("times", times)
    checks.function("sharpness_of", sharpness_of)
    checks.function("tangential_gradient_of", tangential_gradient_of)
    if times[0] < 0 or times[-1] <= 0 or (np.diff(times) <= 0).any():
        raise ValueError(f"times must be 0 or above, strictly rising and end above 0, got {checks.shown(times)}")

    def flow(_, z):
        gain = TwoCycle(sharpness_of(z), eta).amplitude_correction
        return -gain / 2 * checks.vector("tangential_gradient_of", tangential_gradient_of(z), start.size)

    solution = solve_ivp(flow, (0.0, times[-1]), start, method="DOP853", t_eval=times, rtol=RTOL, atol=ATOL)
    if not solution.success:
        raise ValueError(f"times must lie where the drift flow exists, got a failure: {solution.message}")
    return solution.y.T


def integrate_ravine_drift(
    sharpness_of: Callable, slope_of: Callable, start: float, times: ArrayLike, eta: float
) -> np.ndarray:
    """Integrate the drift flow of ``lambda(y) x^2 / 2``, whose minima are x = 0: y at the given times, shape (n,).

    ``sharpness_of`` gives lambda(y), ``slope_of`` its derivative; ``start`` is y at time 0.  README, "Drift flow".

    >>> integrate_ravine_drift(lambda y: 1 + y**2, lambda y: 2 * y, 1.0, [0.0, 1.0], eta=0.1).round(4)
    array([1.    , 0.3151])
    """
    start = checks.number("start", start)
    checks.function("sharpness_of", sharpness_of)
    checks.function("slope_of", slope_of)
    path = integrate_drift(
        lambda z: float(sharpness_of(z[0])), lambda z: np.array([slope_of(z[0])], dtype=float), [start], times, eta
    )
    return path[:, 0]
