"""Exact local rates of SAM's two-cycles on a quadratic, and what happens where no cycle exists.

At the two-cycle along e_j the Jacobian of one step is diagonal in the eigenbasis of the Hessian. Its entries,
the multipliers, do not depend on rho. Index 0 is the largest eigenvalue.
"""

import math
from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.theory.cycle import descending_eigenvalues, sharpness

__all__ = [
    "DivergenceLaw",
    "asymptotic_rate",
    "cycle_multipliers",
    "divergence_law",
    "escape_factor",
    "flat_direction_margin",
    "growth_factors",
    "leading_coordinate_rate",
    "local_time",
    "small_gap_margin",
]


class DivergenceLaw(NamedTuple):
    """How ``|w_1|`` grows without a top cycle: ``|w_1|_{t+1}`` tends to ``ratio * |w_1|_t + increment``."""

    kind: str
    ratio: float
    increment: float


def _index(name, value, spectrum):
    value = _checks.whole(name, value)
    if value >= spectrum.size:
        raise ValueError(f"{name} must be below the number of eigenvalues {spectrum.size}, got {value}")
    return value


def cycle_multipliers(eigenvalues, eta, index=0):
    """Return the one-step multipliers of the two-cycle along e_index.

    ``m_j = 1 - h_j`` and, for i other than j, ``m_i = 1 - h_i - (2 - h_j) (l_i / l_j)^2`` with ``h = eta l``.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * eigenvalues[index] < 2.
    index : int
        The direction j of the cycle; 0 is the top cycle.

    Returns
    -------
    ndarray, shape (d,)
        Entry i is the factor of a small deviation along e_i in one step; two steps square it. Another copy of
        the cycle's own eigenvalue has exactly -1: along the sphere of cycles nothing moves but the sign.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * eigenvalues[index] >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    index, eta = _index("index", index, spectrum), _checks.positive("eta", eta)
    h = sharpness(float(spectrum[index]), eta)
    multipliers = 1 - eta * spectrum - (2 - h) * (spectrum / spectrum[index]) ** 2
    multipliers[index] = 1 - h
    return multipliers


def escape_factor(eigenvalues, eta, index, along=0):
    """Return the growth per step off the cycle along e_index, ``h_i + (2 - h_j) (l_i / l_j)^2 - 1 > 1``.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * eigenvalues[index] < 2.
    index : int
        The direction j of the cycle.
    along : int
        The direction i of the nudge, with a strictly larger eigenvalue.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the eigenvalue at ``along`` is not above the one at ``index``, or an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    index, along = _index("index", index, spectrum), _index("along", along, spectrum)
    if spectrum[along] <= spectrum[index]:
        raise ValueError(f"along must point to an eigenvalue above the one at index {index}, got along = {along}")
    return float(-cycle_multipliers(spectrum, eta, index)[along])


def asymptotic_rate(eigenvalues, eta):
    """Return the factor per step at which a generic orbit nears the top cycle, ``max(|1 - h|, max_{i>1} |m_i|)``.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float
        Below 1 exactly when the largest eigenvalue is simple.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    return float(np.abs(cycle_multipliers(eigenvalues, eta)).max())


def leading_coordinate_rate(eigenvalues, eta):
    """Return the factor per step of coordinate 1 alone, ``max(|1 - h|, max_{i>1} m_i^2)``.

    The other coordinates force it only quadratically, hence the square.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    multipliers = cycle_multipliers(eigenvalues, eta)
    return float(max(abs(multipliers[0]), *(multipliers[1:] ** 2), 0.0))


def local_time(eigenvalues, eta, reduction):
    """Return the steps that shrink a small distance to the top cycle by ``reduction``, ``ln(reduction) / ln(rate)``.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    reduction : float
        Wanted factor, in (0, 1).

    Returns
    -------
    float
        Number of steps, not rounded; infinite when the rate is 1, 0 when the rate is 0.

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    reduction = _checks.between("reduction", reduction, 0, 1)
    rate = asymptotic_rate(eigenvalues, eta)
    if rate >= 1:
        return math.inf
    return math.log(reduction) / math.log(rate) if rate > 0 else 0.0


def small_gap_margin(top_eigenvalue, eta, relative_gap):
    """Return ``(4 - h) g``, the first-order value of ``1 - |m|`` for an eigenvalue ``(1 - g) l_1`` as g -> 0.

    The exact value is ``(4 - h) g - (2 - h) g^2`` as long as m < 0.

    Parameters
    ----------
    top_eigenvalue : float
        Largest eigenvalue, above 0.
    eta : float
        Step size, with eta * l_1 < 2.
    relative_gap : float
        ``g = 1 - l_2 / l_1`` in [0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    gap = _checks.between("relative_gap", relative_gap, 0, 1, ends="[]")
    return (4 - sharpness(_checks.positive("top_eigenvalue", top_eigenvalue), eta)) * gap


def flat_direction_margin(eigenvalue, eta):
    """Return ``eta l``, the first-order value of ``1 - m`` for a direction with ``l / l_1 -> 0``.

    The exact value is ``eta l + (2 - h) (l / l_1)^2``.

    Parameters
    ----------
    eigenvalue : float
        Curvature of the flat direction, above 0.
    eta : float
        Step size, above 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Multipliers of a two-cycle").
    """
    return _checks.positive("eta", eta) * _checks.positive("eigenvalue", eigenvalue)


def growth_factors(gradient_norm, eigenvalues, eta, rho):
    """Return ``A_i(s) = eta rho l_i^2 / s + eta l_i - 1``, the exact factor of hidden coordinate i in one step.

    ``u_{t+1,i} = A_i(s_t) u_{t,i}``: coordinates meet only through the gradient norm ``s_t = |u_t|``.

    Parameters
    ----------
    gradient_norm : float
        s, above 0.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0; not limited.
    rho : float
        Radius of the ascent step, 0 or above.

    Returns
    -------
    ndarray, shape (d,)
        The iterate itself has factor ``-A_i(s)``.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Growth factors").
    """
    s = _checks.positive("gradient_norm", gradient_norm)
    spectrum = descending_eigenvalues(eigenvalues)
    eta, rho = _checks.positive("eta", eta), _checks.nonnegative("rho", rho)
    return eta * rho * spectrum**2 / s + eta * spectrum - 1


def divergence_law(eigenvalues, eta, rho):
    """Return how ``|w_1|`` grows when eta l_1 >= 2 (and w_1 is not zero).

    Above 2: geometric, every ratio at least ``h - 1`` and tending to it. At exactly 2: linear, by ``2 rho`` per step
    in the limit; with l_1 repeated this belongs to the norm of the projection on the top eigenspace.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 >= 2.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    DivergenceLaw
        ``kind`` is "geometric" (increment 0) or "linear" (ratio 1).

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 < 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Outside h < 2").
    """
    top = float(descending_eigenvalues(eigenvalues)[0])
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    if eta * top < 2:
        raise ValueError(f"eta must be at least 2 / (largest eigenvalue) = {2 / top:g} for divergence, got {eta:g}")
    if eta * top == 2:
        return DivergenceLaw("linear", 1.0, 2 * rho)
    return DivergenceLaw("geometric", eta * top - 1, 0.0)
