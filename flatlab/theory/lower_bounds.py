"""Lower bounds on E‖∇F(W_t)‖² for noise stability optimisation.

C is the Lipschitz constant of ∇f, D² = F(W₀) − min F, σ the oracle's standard deviation, T the number of steps and k
the number of independent samples per step. The names L1 to L5 are those of paper_checks/zhang2024/README.md; the
instances that prove them stand in ``lower_bound_instances`` (L1 to L3) and ``schedule_instances`` (L4, L5).
"""

import numpy as np

from .. import _checks


@_checks.formula
def warm_quadratic_bound(smoothness, gap, sigma, steps, pairs=1):
    """Return L1 = L2: min{2qCD², [√(2q) − q√ν/4] D√(Cσ²/(kT))}, q = (1 − 1/(2T))²ᵀ, ν = σ²/(kTCD²).

    For every fixed step η in (0, 2/C) there is a quadratic on which min over 1 ≤ t ≤ T is at least this.

    Parameters
    ----------
    smoothness : float
        C.
    gap : float
        D².
    sigma : float
        σ, above 0.
    steps, pairs : int
        T and k.

    Returns
    -------
    float
        The bound; negative, hence empty, only for ν > 32/q.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L1".
    """
    c, gap, sigma, t, k = setting(smoothness, gap, sigma, steps, pairs)
    q = _q(t)
    nu = sigma**2 / (k * t * c * gap)
    return min(2 * q * c * gap, (np.sqrt(2 * q) - q * np.sqrt(nu) / 4) * unit(c, gap, sigma, t, k))


@_checks.formula
def huber_bound(smoothness, gap, sigma, steps, pairs=1):
    """Return L3: √2 D√(Cσ²/(kT)) − σ²/(2kT).

    For every fixed step η in (0, 2/C) there is a convex instance on which every iterate 0 ≤ t ≤ T of every path has
    ‖∇f(W_t)‖² at least this.

    Parameters
    ----------
    smoothness, gap, sigma, steps, pairs
        As in ``warm_quadratic_bound``.

    Returns
    -------
    float
        The bound; negative, hence empty, only for ν > 8.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L3".
    """
    c, gap, sigma, t, k = setting(smoothness, gap, sigma, steps, pairs)
    return float(np.sqrt(2) * unit(c, gap, sigma, t, k) - sigma**2 / (2 * k * t))


@_checks.formula
def schedule_bound(etas, smoothness, gap, sigma, pairs=1):
    """Return L4: D²/(S + 1/(2C)) + (Cσ²/(2kS)) (Σηₜ² − max ηₜ/C), S = Σηₜ.

    For every schedule 0 < ηₜ ≤ 1/C fixed in advance there is a convex instance with a cold start on which the output
    W_t, t = i with probability ηᵢ/S, has E‖∇F(W_t)‖² at least this.

    Parameters
    ----------
    etas : array_like, shape (T,)
        Step sizes in (0, 1/C].
    smoothness, gap, sigma : float
        C, D² and σ.
    pairs : int
        k.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If a step size is outside (0, 1/C] or another argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L4".
    """
    etas, c, gap, sigma, k = schedule_setting(etas, smoothness, gap, sigma, pairs)
    total = float(np.sum(etas))
    noise = c * sigma**2 / (2 * k * total) * float(np.sum(etas**2) - etas.max() / c)
    return gap / (total + 1 / (2 * c)) + noise


@_checks.formula
def nonconvex_schedule_bound(etas, smoothness, gap, sigma, pairs=1, *, flat=False):
    """Return L5 for a given schedule: D²/(4G), G = max(1/C, 2Σηₜ), on every iterate of every path.

    Needs ηₜ ≤ 1/C and Σηₜ² ≤ 2kD²/(Cσ²). With flat noise directions instead of hats, D²/(2G), without the second need.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``schedule_bound``.
    flat : bool
        Whether the noise directions are flat; the instance is then convex.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If the schedule breaks a need or an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    etas, c, gap, sigma, k = schedule_setting(etas, smoothness, gap, sigma, pairs)
    if not _checks.flag("flat", flat):
        short_schedule(etas, c, gap, sigma, k)
    stretch = max(1 / c, 2 * float(np.sum(etas)))
    return gap / ((2 if flat else 4) * stretch)


@_checks.formula
def nonconvex_bound(smoothness, gap, sigma, steps, pairs=1, *, flat=False):
    """Return L5: min{CD²/4, D√(Cσ²/(128kT))} for every schedule with ηₜ ≤ 1/C and Σηₜ² ≤ 2kD²/(Cσ²).

    With flat noise directions, on the same schedules, min{CD²/2, D√(Cσ²/(32kT))}.

    Parameters
    ----------
    smoothness, gap, sigma, steps, pairs
        As in ``warm_quadratic_bound``.
    flat : bool
        Whether the noise directions are flat; the instance is then convex.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "L5".
    """
    c, gap, sigma, t, k = setting(smoothness, gap, sigma, steps, pairs)
    factor = 32 if _checks.flag("flat", flat) else 128
    return min(c * gap / (2 if flat else 4), unit(c, gap, sigma, t, k) / float(np.sqrt(factor)))


@_checks.formula
def constant_gap(smoothness, sigma, second_moment, instance="huber"):
    """Return the limit of upper over lower bound as T grows: 2√(1 + C²H/σ²) with L3, 2√(e(1 + C²H/σ²)) with L1.

    Parameters
    ----------
    smoothness, sigma : float
        C and σ.
    second_moment : float
        H(P) = E‖U‖².
    instance : {"huber", "warm_quadratic"}
        Which lower bound.

    Returns
    -------
    float
        The ratio of the two constants.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Distance between the bounds".
    """
    c, sigma = _checks.positive("smoothness", smoothness), _checks.positive("sigma", sigma)
    factor = 4.0 if _checks.one_of("instance", instance, ("huber", "warm_quadratic")) == "huber" else 4 * np.e
    return float(np.sqrt(factor * (1 + c**2 * _checks.nonnegative("second_moment", second_moment) / sigma**2)))


def setting(smoothness, gap, sigma, steps, pairs):
    """Return the checked arguments of a bound.

    Parameters
    ----------
    smoothness, gap, sigma, steps, pairs
        As in ``warm_quadratic_bound``.

    Returns
    -------
    tuple
        The clean values.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    return (
        _checks.positive("smoothness", smoothness),
        _checks.positive("gap", gap),
        _checks.positive("sigma", sigma),
        _checks.whole("steps", steps, 1),
        _checks.whole("pairs", pairs, 1),
    )


def schedule_setting(etas, smoothness, gap, sigma, pairs):
    """Return the checked arguments of a bound for a schedule 0 < ηₜ ≤ 1/C.

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``schedule_bound``.

    Returns
    -------
    tuple
        The clean values.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    etas = _checks.vector("etas", etas)
    c, gap, sigma, _, k = setting(smoothness, gap, sigma, etas.size, pairs)
    if etas.min() <= 0 or etas.max() > 1 / c:
        raise ValueError(f"etas must lie in (0, 1/smoothness], got values from {etas.min():g} to {etas.max():g}")
    return etas, c, gap, sigma, k


@_checks.formula
def short_schedule(etas, smoothness, gap, sigma, pairs):
    """Refuse a schedule with Σηₜ² > 2kD²/(Cσ²).

    Parameters
    ----------
    etas, smoothness, gap, sigma, pairs
        As in ``schedule_bound``.

    Returns
    -------
    None
        Nothing.

    Raises
    ------
    ValueError
        If the sum of squares is too large.
    """
    etas, smoothness, gap, sigma, pairs = schedule_setting(etas, smoothness, gap, sigma, pairs)
    allowed = 2 * pairs * gap / (smoothness * sigma**2)
    squares = float(np.sum(etas**2))
    if squares > allowed * (1 + 1e-12):  # a schedule set to the limit may exceed it by rounding
        raise ValueError(f"etas must have a sum of squares of at most {allowed:g}, got {squares:g}")


@_checks.formula
def unit(smoothness, gap, sigma, steps, pairs):
    """Return D√(Cσ²/(kT)), the unit of every rate here.

    Parameters
    ----------
    smoothness, gap, sigma, steps, pairs
        As in ``warm_quadratic_bound``.

    Returns
    -------
    float
        The unit.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Lower bounds".
    """
    smoothness, gap, sigma, steps, pairs = setting(smoothness, gap, sigma, steps, pairs)
    return float(np.sqrt(gap * smoothness * sigma**2 / (pairs * steps)))


def _q(steps):
    return float(np.exp(2 * steps * np.log1p(-1 / (2 * steps))))
