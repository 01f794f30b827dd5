"""Theorem L: geometric convergence to SAM's top two-cycle from a certified tube, with explicit constants.

Coordinates of an iterate with hidden variable u: the radial error ``d = | |u_1| / b_1 - 1 |`` and the tangent
``r = |u_{2..d}| / |u_1|`` of its angle to e_1. Neither depends on rho. Index 0 is the largest eigenvalue.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from flatlab import _checks
from flatlab.theory.cycle import cycle_gradient_norm, descending_eigenvalues, sharpness

__all__ = [
    "LocalBounds",
    "LocalCoordinates",
    "LocalTube",
    "contraction_factor",
    "local_bounds",
    "local_coordinates",
    "local_hitting_time",
    "local_tube",
]

_GRID = 256  # steps that are looked at together


class LocalCoordinates(NamedTuple):
    """Radial error ``| |u_1| / b_1 - 1 |`` and tangent ``|u_{2..d}| / |u_1|`` of one iterate."""

    radial_error: float
    tangent: float


class LocalTube(NamedTuple):
    """A tube around the top cycle and the constants of Theorem L in it.

    ``radial_error`` and ``tangent`` are d_0 and r_0; ``radial_rate`` is q = |1 - h|; ``forcing`` is (2 - h) / 2;
    ``radial_radius`` is D, ``norm_radius`` delta, ``contraction`` K; ``certified`` tells whether the theorem applies.
    """

    radial_error: float
    tangent: float
    radial_rate: float
    forcing: float
    radial_radius: float
    norm_radius: float
    contraction: float
    certified: bool


class LocalBounds(NamedTuple):
    """Theorem L's bounds on the tangent r_t and on the radial error d_t."""

    tangent: np.ndarray
    radial_error: np.ndarray


def local_coordinates(u, eigenvalues, eta, rho):
    """Return the radial error ``| |u_1| / b_1 - 1 |`` and the tangent ``|u_{2..d}| / |u_1|`` of an iterate.

    Parameters
    ----------
    u : array_like, shape (d,)
        The gradient Lam w (of either sign) in the eigenbasis, u_1 not zero.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    LocalCoordinates

    Raises
    ------
    ValueError
        If u_1 is zero, an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem L: local convergence with explicit constants").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    u = _checks.vector("u", u, spectrum.size)
    if u[0] == 0:
        raise ValueError("u must have a first entry other than 0, got 0")
    norm = float(cycle_gradient_norm(spectrum[0], eta, _checks.positive("rho", rho)))
    leading = abs(float(u[0]))
    return LocalCoordinates(abs(leading / norm - 1), float(np.linalg.norm(u[1:])) / leading)


def contraction_factor(low, high, eigenvalues, eta):
    """Return the largest ``|A_i(s)| / |A_1(s)|`` over i >= 2 and s at the two ends ``low b_1`` and ``high b_1``.

    The ratio is a Moebius function of s, so the ends give the maximum over the whole interval as long as
    0 <= low and A_1 > 0 at the upper end. With ``r_i = l_i / l_1`` it is
    ``|(2 - h) r_i^2 + (h_i - 1) s / b_1| / |(2 - h) + (h - 1) s / b_1|``.

    Parameters
    ----------
    low, high : float
        Gradient norms in units of b_1.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float
        K; 0 in one dimension, infinite when A_1 vanishes at an end. low = high = 1 gives ``max_{i>1} |m_i|``.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem L: local convergence with explicit constants").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    h = sharpness(float(spectrum[0]), eta)
    ends = np.array([_checks.number("low", low), _checks.number("high", high)])
    leading = np.abs((2 - h) + (h - 1) * ends)
    if spectrum.size == 1:
        return 0.0
    if (leading == 0).any():
        return math.inf
    ratio = (spectrum[1:] / spectrum[0])[:, None]
    others = np.abs((2 - h) * ratio**2 + (eta * spectrum[1:, None] - 1) * ends)
    return float((others / leading).max())


@_checks.formula
def local_tube(radial_error, tangent, eigenvalues, eta, *, tight=False):
    """Return the constants of Theorem L for a start with the given radial error and tangent.

    ``D = max(d_0, (2 - h) r_0^2 / (2 (1 - q)))`` with ``q = |1 - h|``, ``delta = (1 + D) sqrt(1 + r_0^2) - 1``, and
    K the largest ``|A_i| / A_1`` over ``s = b_1 (1 +- delta)``. The tube is certified when ``delta < 1``,
    ``A_1(b_1 (1 + delta)) > 0`` and ``K < 1``.

    Parameters
    ----------
    radial_error : float
        d_0, 0 or above.
    tangent : float
        r_0, 0 or above.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    tight : bool
        Use the sharper lower end ``s = b_1 max(0, 1 - D)``; then ``delta < 1`` is not needed.

    Returns
    -------
    LocalTube
        Where ``certified`` is false the other fields are still the values of the formulas, with no meaning.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem L: local convergence with explicit constants").
    """
    error, tangent = _checks.nonnegative("radial_error", radial_error), _checks.nonnegative("tangent", tangent)
    spectrum = descending_eigenvalues(eigenvalues)
    h = sharpness(float(spectrum[0]), eta)
    rate, forcing = abs(1 - h), (2 - h) / 2
    radius = max(error, forcing * tangent**2 / (1 - rate))
    delta = radius * math.hypot(1, tangent) + tangent**2 / (math.hypot(1, tangent) + 1)
    tight = _checks.flag("tight", tight)
    low = max(0.0, 1 - radius) if tight else 1 - delta
    contraction = contraction_factor(low, 1 + delta, spectrum, eta)
    leading = (2 - h) + (h - 1) * (1 + delta)
    certified = (tight or delta < 1) and leading > 0 and contraction < 1
    return LocalTube(error, tangent, rate, forcing, radius, delta, contraction, bool(certified))


def _require_certified(tube):
    if not isinstance(tube, LocalTube):
        _checks.refuse("tube", tube, "a LocalTube")
    if not tube.certified:
        raise ValueError(
            f"tube must be certified, got delta = {tube.norm_radius:g} and K = {tube.contraction:g}; "
            "start nearer the cycle"
        )


def local_bounds(tube, steps):
    """Return ``r_t <= K^t r_0`` and ``d_t <= q^t d_0 + ((2 - h) / 2) r_0^2 t max(q, K^2)^(t - 1)``.

    Parameters
    ----------
    tube : LocalTube
        A certified tube.
    steps : int or array_like of int
        Step numbers t, 0 or above.

    Returns
    -------
    LocalBounds
        Two arrays of the shape of ``steps``.

    Raises
    ------
    ValueError
        If the tube is not certified or a step number is not a whole number, 0 or above.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem L: local convergence with explicit constants").
    """
    _require_certified(tube)
    t = _checks.wholes("steps", steps).astype(float)
    slow = max(tube.radial_rate, tube.contraction**2)
    forced = tube.forcing * tube.tangent**2 * t * slow ** np.maximum(t - 1, 0)
    return LocalBounds(tube.contraction**t * tube.tangent, tube.radial_rate**t * tube.radial_error + forced)


def local_hitting_time(tube, tolerance):
    """Return the least t at which both of Theorem L's bounds are at most ``tolerance``.

    The orbit has ``r_t <= tolerance`` and ``d_t <= tolerance`` at that t, so its first such step is no later.

    Parameters
    ----------
    tube : LocalTube
        A certified tube.
    tolerance : float
        Wanted radial error and tangent, above 0.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the tube is not certified, the tolerance is not above 0, or 2^63 steps do not meet it.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem L: local convergence with explicit constants").
    """
    _require_certified(tube)
    tolerance = _checks.positive("tolerance", tolerance)

    def near(t):
        return local_bounds(tube, t).tangent <= tolerance

    def met(t):
        bounds = local_bounds(tube, t)
        return (bounds.tangent <= tolerance) & (bounds.radial_error <= tolerance)

    hits = np.flatnonzero(met(np.arange(_GRID)))
    if hits.size:
        return int(hits[0])
    first = _first_step(near, 0)  # the bound on the tangent falls from the start
    lowest = _first_minimum(tube)  # the other bound may be met before it, then again long after it
    for bottom in (math.floor(lowest), math.ceil(lowest)):
        if bottom >= first and met(bottom):
            return _first_step(met, first, bottom)
    return _first_step(met, first)


def _first_minimum(tube):
    """Return the time until which the bound on the radial error falls before it rises, 0 if there is none.

    With ``s = max(q, K^2)``, ``a = -ln q``, ``b = -ln s`` and ``c = (2 - h) r_0^2 / 2`` its derivative is ``s^(t - 1)``
    times ``c (1 - b t) - a s d_0 e^(-(a - b) t)``, a concave function of t: the bound falls, rises, and falls.
    """
    rate, slow = tube.radial_rate, max(tube.radial_rate, tube.contraction**2)
    forced = tube.forcing * tube.tangent**2
    if rate == 0 or forced == 0:  # with q = 0 the first steps, which are looked at one by one, are all there is
        return 0.0
    fall, gap = -math.log(slow), math.log(slow) - math.log(rate)
    free = -math.log(rate) * slow * tube.radial_error

    def growth(t):
        return forced * (1 - fall * t) - free * math.exp(-gap * t)

    if growth(0) >= 0 or gap == 0:
        return 0.0
    fastest = (math.log(free) + math.log(gap) - math.log(forced) - math.log(fall)) / gap
    return brentq(growth, 0, fastest) if fastest > 0 and growth(fastest) > 0 else 0.0


def _first_step(met, low, high=None):
    """Return the first step from ``low`` on that meets a condition which, once it is met, stays so (up to ``high``)."""
    if high is None:
        start = max(low, 1)
        ahead = np.append(start * 2 ** np.arange(63 - start.bit_length()), np.iinfo(np.int64).max)
        found = met(ahead)
        if not found.any():
            raise ValueError("tolerance must be one that is met within 2^63 steps")
        k = int(found.argmax())
        low, high = (int(ahead[k - 1]) + 1 if k else low), int(ahead[k])
    while low < high:
        grid = np.append(np.arange(low, high, max(1, (high - low) // _GRID)), high)
        k = int(met(grid).argmax())
        low, high = (int(grid[k - 1]) + 1 if k else low), int(grid[k])
    return high
