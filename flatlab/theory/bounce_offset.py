"""Where the centre of SAM's bounce lies: the offset recursion, and the offset from an isolated minimum.

z is a minimum, l_1 the simple top eigenvalue of its Hessian H with unit eigenvector v_1, T the third derivative there,
``tau = T[v_1, v_1, .]``, ``h = eta l_1 < 2`` and ``a = rho h / (2 - h)``. The iterates are written
``w_t = z + sigma_t a v_1 + e_t`` with alternating sign ``sigma_t``; e_t is given in the eigenbasis of H.
"""

from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.theory.cycle import ascent_distance, cycle_radius, descending_eigenvalues, sharpness

__all__ = ["OffsetFactors", "offset_after", "offset_factors", "settled_offset", "slow_offset"]


class OffsetFactors(NamedTuple):
    """Coefficients of ``e_{t+1,i} = multipliers[i] * e_{t,i} - pulls[i] * tau_i``, each of shape (d,)."""

    multipliers: np.ndarray
    pulls: np.ndarray


@_checks.formula
def offset_factors(eigenvalues, eta, rho):
    """Return m_i and c_i of the offset recursion ``e_{t+1,i} = m_i e_{t,i} - c_i tau_i + O(rho^3)``.

    ``m_1 = 1 - h`` and ``c_1 = eta (a + rho)^2 / 2``; for i > 1 ``m_i = 1 - eta l_i - (2 - h) (l_i / l_1)^2`` and
    ``c_i = eta (a + rho)^2 / 2 + eta rho a l_i / (2 l_1)``.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Spectrum of H, largest first, the first one simple; zeros are allowed.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    OffsetFactors

    Raises
    ------
    ValueError
        If l_1 is repeated, an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Offset recursion").
    """
    spectrum = descending_eigenvalues(eigenvalues, zero_allowed=True)
    if spectrum.size > 1 and spectrum[1] == spectrum[0]:
        raise ValueError(f"eigenvalues must have a simple largest entry, got {spectrum[0]:g} twice")
    eta, rho = _checks.positive("eta", eta), _checks.nonnegative("rho", rho)
    h = sharpness(float(spectrum[0]), eta)
    radius = cycle_radius(float(spectrum[0]), eta, rho)
    ratio = spectrum / spectrum[0]
    multipliers = 1 - eta * spectrum - (2 - h) * ratio**2
    pulls = eta * (radius + rho) ** 2 / 2 + eta * rho * radius * ratio / 2
    multipliers[0], pulls[0] = 1 - h, eta * (radius + rho) ** 2 / 2
    return OffsetFactors(multipliers, pulls)


@_checks.formula
def offset_after(steps, third, eigenvalues, eta, rho):
    """Return e after ``steps`` steps from e_0 = 0, ``-c_i tau_i (1 + m_i + ... + m_i^(steps - 1))``.

    One and two steps give ``-c_i tau_i`` and ``-(1 + m_i) c_i tau_i``, each with an error O(rho^3).

    Parameters
    ----------
    steps : int
        Number of steps, 0 or above.
    third : array_like, shape (d,)
        ``tau = T[v_1, v_1, .]`` in the eigenbasis of H.
    eigenvalues : array_like, shape (d,)
        Spectrum of H, largest first, the first one simple; zeros are allowed.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)
        ``w_steps - z - (-1)^steps a v_1`` in the eigenbasis.

    Raises
    ------
    ValueError
        If l_1 is repeated, an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Offset recursion").
    """
    steps = _checks.whole("steps", steps)
    factors = offset_factors(eigenvalues, eta, rho)
    third = _checks.vector("third", third, factors.pulls.size)
    offset = np.zeros_like(third)
    for _ in range(steps):
        before, offset = offset, factors.multipliers * offset - factors.pulls * third
        if np.array_equal(before, offset):  # settled: the remaining steps change no bit
            break
    return offset


@_checks.formula
def settled_offset(third, eigenvalues, eta, rho):
    """Return where the bounce centre settles about an isolated minimum, ``e_i = -c_i tau_i / (1 - m_i)``.

    ``1 - m_i = eta l_i + (2 - h) (l_i / l_1)^2`` for i > 1 and ``e_1 = -(a + rho)^2 tau_1 / (2 l_1)``. The error of the
    centre ``(w_t + w_{t+1}) / 2`` is O(rho^4).

    Parameters
    ----------
    third : array_like, shape (d,)
        ``tau = T[v_1, v_1, .]`` in the eigenbasis of H.
    eigenvalues : array_like, shape (d,)
        Positive spectrum of H, largest first, the first one simple.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)
        The offset from the minimum in the eigenbasis.

    Raises
    ------
    ValueError
        If an eigenvalue is 0, l_1 is repeated, an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Isolated minimum").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    eta = _checks.positive("eta", eta)
    factors = offset_factors(spectrum, eta, rho)
    third = _checks.vector("third", third, spectrum.size)
    margin = eta * spectrum + (2 - eta * spectrum[0]) * (spectrum / spectrum[0]) ** 2
    margin[0] = eta * spectrum[0]
    return -factors.pulls * third / margin


@_checks.formula
def slow_offset(third, eigenvalues, eta, rho):
    """Return ``-(a + rho)^2 tau_i / (2 l_i)``: the minimiser of ``l + ((a + rho)^2 / 2) lambda_max`` to leading order.

    The settled offset nears it along directions with ``l_i / l_1`` small and ``(2 - h) l_i / l_1^2`` far below eta;
    along v_1 the two are equal.

    Parameters
    ----------
    third : array_like, shape (d,)
        ``tau = T[v_1, v_1, .]`` in the eigenbasis of H.
    eigenvalues : array_like, shape (d,)
        Positive spectrum of H, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Isolated minimum").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    third = _checks.vector("third", third, spectrum.size)
    return -(ascent_distance(float(spectrum[0]), eta, rho) ** 2) * third / (2 * spectrum)
