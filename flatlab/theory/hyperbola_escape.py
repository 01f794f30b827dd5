"""The hyperbola f = (xy − 1)²/2: escape in closed form.

c = x² − y² is conserved by the gradient flow of f, so it names the limit Φ; the trace is x² + y² everywhere, h is half
the trace at Φ.
"""

import math

from .. import _checks


@_checks.formula
def hyperbola_invariant(steps, start, eta, rho):
    """Return c(t) = c₀ e^{−ηρ²t} for f = (xy−1)²/2, c = x² − y², under the mean dynamics of random smoothing.

    Holds on and off the hyperbola as a flow. In single mean steps the factor is (1 − ηρ²/2)² on the hyperbola.

    Parameters
    ----------
    steps : float
        Number t of steps, all perturbed.
    start : float
        c₀.
    eta, rho : float
        Step size η and radius ρ.

    Returns
    -------
    float
        c after t steps.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "The hyperbola".
    """
    size = _checks.positive("eta", eta) * _checks.nonnegative("rho", rho) ** 2
    return _checks.number("start", start) * math.exp(-size * _checks.nonnegative("steps", steps))


def hyperbola_trace(invariant):
    """Return tr ∇²f at Φ(x), √(4 + c²), for f = (xy−1)²/2 and c = x² − y². h is half of it.

    Parameters
    ----------
    invariant : float
        c.

    Returns
    -------
    float
        The trace, not divided by d.

    Raises
    ------
    ValueError
        If ``invariant`` is not finite.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "The hyperbola".
    """
    return math.hypot(2, _checks.number("invariant", invariant))


def hyperbola_certificate(invariant):
    """Return |∇h| on the hyperbola xy = 1: |c|/(c² + 4)^{1/4}, c = x² − y².

    Parameters
    ----------
    invariant : float
        c.

    Returns
    -------
    float
        The certificate.

    Raises
    ------
    ValueError
        If ``invariant`` is not finite.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "The hyperbola".
    """
    c = _checks.number("invariant", invariant)
    return abs(c) / math.sqrt(math.hypot(2, c))


def hyperbola_time(epsilon, start):
    """Return the flow time on the hyperbola until |∇h| ≤ √ε: log(|c₀|/c_ε)/2, c_ε² = (ε² + √(ε⁴ + 16ε²))/2.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    start : float
        c₀ = x² − y².

    Returns
    -------
    float
        The flow time, 0 if flat at the start.

    Raises
    ------
    ValueError
        If ``epsilon`` is not positive or ``start`` is not finite.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "The hyperbola".
    """
    epsilon = _checks.positive("epsilon", epsilon)
    c = abs(_checks.number("start", start))
    end = math.sqrt(epsilon * (epsilon + math.hypot(epsilon, 4)) / 2)
    return math.log(c / end) / 2 if c > end else 0.0
