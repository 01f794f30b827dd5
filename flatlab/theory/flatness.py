"""Approximately flat minima: the two readings of the definition, and the (ε, d) regimes of the escape theorems.

X* is the set of minimisers, Φ the limit of the gradient flow, h = tr ∇²f ∘ Φ / d. The certificate of x is |∇h(Φ(x))|.
"""

import math

from .. import _checks


def is_flat(distance, certificate, epsilon, epsilon_prime=None):
    """Return whether |x − Φ(x)| ≤ ε and |∇h(Φ(x))| ≤ ε′: flat, read by distance.

    Parameters
    ----------
    distance : float
        |x − Φ(x)|.
    certificate : float
        |∇h(Φ(x))|, the gradient along X* of the trace divided by d.
    epsilon : float
        Tolerance ε.
    epsilon_prime : float, optional
        Tolerance ε′; √ε where left out.

    Returns
    -------
    bool
        Whether both hold.

    Raises
    ------
    ValueError
        If a tolerance is not positive or a measured number is negative.

    Notes
    -----
    Source: RECONSTRUCTED, paper_checks/ahn2024/README.md, "Two readings of the definition".
    """
    return _both("distance", distance, certificate, epsilon, epsilon_prime)


def is_flat_by_cost(cost_gap, certificate, epsilon, epsilon_prime=None):
    """Return whether f(x) − f(Φ(x)) ≤ ε and |∇h(Φ(x))| ≤ ε′: flat, read by cost.

    Parameters
    ----------
    cost_gap : float
        f(x) − f(Φ(x)), 0 or above since f falls along its gradient flow.
    certificate : float
        |∇h(Φ(x))|.
    epsilon : float
        Tolerance ε.
    epsilon_prime : float, optional
        Tolerance ε′; √ε where left out.

    Returns
    -------
    bool
        Whether both hold.

    Raises
    ------
    ValueError
        If a tolerance is not positive or a measured number is negative.

    Notes
    -----
    Source: RECONSTRUCTED, paper_checks/ahn2024/README.md, "Two readings of the definition".
    """
    return _both("cost_gap", cost_gap, certificate, epsilon, epsilon_prime)


def triviality_dimension(epsilon, constant=1.0):
    """Return C ε^{−1/2}, the dimension from which every minimum passes the certificate.

    If f is the mean of fᵢ of rank-one Hessian on X* and |D³fᵢ[g, g, t]| ≤ C|t| for its unit eigenvector g, then
    |∇h| ≤ C/d on X*, which is at most √ε once d ≥ C ε^{−1/2}.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    constant : float
        The bound C on the third derivative, free of d.

    Returns
    -------
    float
        The dimension, not rounded.

    Raises
    ------
    ValueError
        If an argument is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "When the certificate is trivial".
    """
    return _checks.positive("constant", constant) / math.sqrt(_checks.positive("epsilon", epsilon))


def branch_factor(epsilon, d):
    """Return ν = min{d, ε^{−1/3}}, the factor by which the sharpness-aware step and radius exceed the smoothed ones.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    d : int
        Dimension.

    Returns
    -------
    float
        The factor.

    Raises
    ------
    ValueError
        If ``epsilon`` is not positive or ``d`` is below 1.

    Notes
    -----
    Source: RECONSTRUCTED, paper_checks/ahn2024/README.md, "Parameters of the sharpness-aware perturbation".
    """
    return min(float(_checks.whole("d", d, 1)), branch_dimension(epsilon))


def branch_dimension(epsilon):
    """Return d = ε^{−1/3}, above which the sharpness-aware step count stops falling like d⁻⁴ and falls like 1/d.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.

    Returns
    -------
    float
        The dimension, not rounded.

    Raises
    ------
    ValueError
        If ``epsilon`` is not positive.

    Notes
    -----
    Source: QUOTED for the step count max{1, 1/(d³ε)}; paper_checks/ahn2024/README.md, "What the paper states".
    """
    return 1 / math.cbrt(_checks.positive("epsilon", epsilon))


def branch_epsilon(d):
    """Return ε = d⁻³, the tolerance at which the branch changes in dimension d.

    Parameters
    ----------
    d : int
        Dimension.

    Returns
    -------
    float
        The tolerance.

    Raises
    ------
    ValueError
        If ``d`` is below 1.

    Notes
    -----
    Source: QUOTED for the step count max{1, 1/(d³ε)}; paper_checks/ahn2024/README.md, "What the paper states".
    """
    return 1 / _checks.whole("d", d, 1) ** 3


def capped_branch_is_informative(epsilon, d, constant=1.0):
    """Return whether ε^{−1/3} ≤ d < C ε^{−1/2}: the capped branch is in force and the certificate not trivial.

    Parameters
    ----------
    epsilon : float
        Tolerance ε.
    d : int
        Dimension.
    constant : float
        The bound C of ``triviality_dimension``.

    Returns
    -------
    bool
        Whether both hold.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "When the certificate is trivial".
    """
    return branch_dimension(epsilon) <= _checks.whole("d", d, 1) < triviality_dimension(epsilon, constant)


def _both(name, nearness, certificate, epsilon, epsilon_prime):
    epsilon = _checks.positive("epsilon", epsilon)
    prime = math.sqrt(epsilon) if epsilon_prime is None else _checks.positive("epsilon_prime", epsilon_prime)
    near = _checks.nonnegative(name, nearness) <= epsilon
    return near and _checks.nonnegative("certificate", certificate) <= prime
