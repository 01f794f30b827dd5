"""Escape times: gradient flow of h along the valley until the certificate is met, in closed form, and in steps.

h = tr ∇²f ∘ Φ / d. With small η and ρ a run follows y′ = −∇h(y), and one perturbed step is worth a flow time κ
(``flow_step``). A run counts as flat once |∇h| ≤ √ε. On f = a(y)|z|²/2 with z ∈ Rⁿ, h = (n/d) a(y); on its risk form
fᵢ = a(y)zᵢ²/2, f their mean, h = a(y)/d.
"""

import math

from scipy.integrate import quad

from .. import _checks

PROFILES = ("strongly convex", "exponential", "power", "ramp")
BRANCHES = ("randomly smoothed", "sharpness-aware, nu = d", "sharpness-aware, capped nu")


def strongly_convex_time(epsilon, curvature, start):
    """Return the flow time for h = my²/2: log(m|y₀|/√ε)/m, or 0 if flat at the start.

    Parameters
    ----------
    epsilon : float
        Tolerance ε; the flow stops where |h′| = √ε.
    curvature : float
        m = h″, above 0.
    start : float
        y₀.

    Returns
    -------
    float
        The flow time.

    Raises
    ------
    ValueError
        If ``epsilon`` or ``curvature`` is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Flow times of four valleys".
    """
    stop = _stop(epsilon)
    m = _checks.positive("curvature", curvature)
    slope = m * abs(_checks.number("start", start))
    return math.log(slope / stop) / m if slope > stop else 0.0


def exponential_time(epsilon, scale, start, rate=1.0):
    """Return the flow time for h = A e^{−cy}: ε^{−1/2}/c − e^{cy₀}/(Ac²), or 0 if flat at the start.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    scale, rate : float
        A and c, above 0.
    start : float
        y₀.

    Returns
    -------
    float
        The flow time.

    Raises
    ------
    ValueError
        If ``epsilon``, ``scale`` or ``rate`` is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Flow times of four valleys".
    """
    stop = _stop(epsilon)
    a = _checks.positive("scale", scale)
    c = _checks.positive("rate", rate)
    slope = a * c * math.exp(-c * _checks.number("start", start))
    return (1 / stop - 1 / slope) / c if slope > stop else 0.0


@_checks.formula
def power_time(epsilon, scale, start, power):
    """Return the flow time for h = A y^{−p}, y > 0: [(Ap/√ε)^{(p+2)/(p+1)} − y₀^{p+2}]/(Ap(p+2)), or 0 if flat.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    scale, power : float
        A and p, above 0.
    start : float
        y₀, above 0.

    Returns
    -------
    float
        The flow time.

    Raises
    ------
    ValueError
        If an argument is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Flow times of four valleys".
    """
    stop = _stop(epsilon)
    a = _checks.positive("scale", scale)
    p = _checks.positive("power", power)
    y = _checks.positive("start", start)
    end = (a * p / stop) ** (1 / (p + 1))
    return (end ** (p + 2) - y ** (p + 2)) / (a * p * (p + 2)) if end > y else 0.0


@_checks.formula
def ramp_time(epsilon, drop, steepness):
    """Return the flow time down a ramp of slope s = c√ε and height Δ, flat at its foot: Δ/(c²ε).

    The ramp changes with ε: its length is Δ/(c√ε). As c → 1 it attains ``flow_time_bound``.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    drop : float
        Height Δ left to fall.
    steepness : float
        c, above 1: else the ramp itself is flat.

    Returns
    -------
    float
        The flow time.

    Raises
    ------
    ValueError
        If ``epsilon`` is not positive, ``drop`` is negative or ``steepness`` is not above 1.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Flow times of four valleys".
    """
    c = _checks.between("steepness", steepness, 1, math.inf)
    return _checks.nonnegative("drop", drop) / (c**2 * _checks.positive("epsilon", epsilon))


def valley_time(slope, start, end):
    """Return the flow time from ``start`` to ``end`` on any one-dimensional valley: ∫ dy / |h′(y)|, by quadrature.

    Parameters
    ----------
    slope : callable
        y ↦ h′(y), not 0 on the way, and of the sign that makes the flow y′ = −h′(y) run from start to end.
    start, end : float
        y₀ and the first y with |h′(y)| = √ε.

    Returns
    -------
    float
        The flow time.

    Raises
    ------
    ValueError
        If the flow does not run from ``start`` to ``end``.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Flow times of four valleys".
    """
    start = _checks.number("start", start)
    end = _checks.number("end", end)
    _checks.function("slope", slope)

    def inverse_speed(y):
        speed = -slope(y)
        if speed * (end - start) <= 0:
            raise ValueError(f"slope must drive the flow from start to end, got h' = {-speed!r} at y = {y!r}")
        return 1 / speed

    return quad(inverse_speed, start, end, epsabs=0, epsrel=1e-11, limit=500)[0] if start != end else 0.0


def flow_time_bound(drop, epsilon):
    """Return Δ/ε, the longest flow time with |∇h| > √ε on a valley where h can fall by Δ.

    Parameters
    ----------
    drop : float
        Δ = h at the start less its infimum.
    epsilon : float
        Tolerance ε.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If ``drop`` is negative or ``epsilon`` is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Exponents".
    """
    return _checks.nonnegative("drop", drop) / _checks.positive("epsilon", epsilon)


def escape_steps(flow_time, flow_step):
    """Return the predicted number of perturbed steps, flow time / κ.

    Parameters
    ----------
    flow_time : float
        Time of the gradient flow of h.
    flow_step : float
        κ, see ``flow_step`` of ``escape_drift``.

    Returns
    -------
    float
        The number of steps, not rounded.

    Raises
    ------
    ValueError
        If ``flow_time`` is negative or ``flow_step`` is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Exponents".
    """
    return _checks.nonnegative("flow_time", flow_time) / _checks.positive("flow_step", flow_step)


def steps_exponent(profile, branch, power=None):
    """Return the exponent e of T ~ εᵉ as ε → 0, with the theorem's parameters and d, δ fixed.

    e = −b − m with b = 2, 2, 1 for the three branches (κ ~ ε²; ε²; ε) and m the exponent of the flow time ε^{−m}:
    0 (times log 1/ε), 1/2, (p+2)/(2(p+1)) and 1 for the four profiles.

    Parameters
    ----------
    profile : str
        One of ``PROFILES``.
    branch : str
        One of ``BRANCHES``.
    power : float, optional
        p of the profile ``"power"``, and of no other.

    Returns
    -------
    float
        The exponent, negative.

    Raises
    ------
    ValueError
        If a name is unknown, or ``power`` is missing or out of place.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Exponents".
    """
    profile = _checks.one_of("profile", profile, PROFILES)
    branch = _checks.one_of("branch", branch, BRANCHES)
    if (power is None) == (profile == "power"):
        raise ValueError(
            f"power must be given with the profile 'power' and no other, got {_checks.shown(power)} with {profile!r}"
        )
    if power is None:
        flow = {"strongly convex": 0.0, "exponential": 0.5, "ramp": 1.0}[profile]
    else:
        p = _checks.positive("power", power)
        flow = (p + 2) / (2 * (p + 1))
    return -(1.0 if branch == BRANCHES[2] else 2.0) - flow


def flat_fraction(hitting_time, steps):
    """Return 1 − T_hit/T, the share of flat iterates among T when none leaves after the first; 0 where T < T_hit.

    Parameters
    ----------
    hitting_time : float
        Steps T_hit until the first flat iterate.
    steps : float
        Steps T of the run.

    Returns
    -------
    float
        The share.

    Raises
    ------
    ValueError
        If ``hitting_time`` is negative or ``steps`` is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Random iterate".
    """
    return max(0.0, 1 - _checks.nonnegative("hitting_time", hitting_time) / _checks.positive("steps", steps))


def _stop(epsilon):
    return math.sqrt(_checks.positive("epsilon", epsilon))
