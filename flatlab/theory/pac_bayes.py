"""PAC-Bayes: the rigorous bound by inversion of the binary KL divergence, and the Hessian-trace surrogate.

``rigorous_bound`` bounds the risk of the randomised predictor N(W, s² I), which is the smoothed risk F, never the risk
at the point W. ``trace_surrogate`` drops Taylor remainders and is an ordering device, not a bound.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, rel_entr, xlogy

from .. import _checks


def binary_kl(q, p):
    """Return kl(q‖p) = q log(q/p) + (1−q) log((1−q)/(1−p)), the divergence of two Bernoulli laws.

    Parameters
    ----------
    q, p : float
        Probabilities in [0, 1].

    Returns
    -------
    float
        The divergence, 0 or above; infinite where p is 0 or 1 and q is not.

    Raises
    ------
    ValueError
        If an argument is outside [0, 1].

    Notes
    -----
    Source: RECALLED, standard definition.
    """
    q = _checks.between("q", q, 0, 1, ends="[]")
    p = _checks.between("p", p, 0, 1, ends="[]")
    return _kl(q, p)


def invert_binary_kl(q, budget):
    """Return klinv(q, c) = max{p in [q, 1] : kl(q‖p) ≤ c}.

    Parameters
    ----------
    q : float
        Probability in [0, 1].
    budget : float
        c, 0 or above.

    Returns
    -------
    float
        The largest p, by ``scipy.optimize.brentq``.

    Raises
    ------
    ValueError
        If ``q`` is outside [0, 1] or ``budget`` is negative.

    Notes
    -----
    Source: RECALLED, Langford and Seeger's inversion; the bracket is DERIVED, paper_checks/zhang2024/README.md,
    "Inverting the binary divergence".
    """
    q = _checks.between("q", q, 0, 1, ends="[]")
    c = _checks.nonnegative("budget", budget)
    if q == 1 or c == 0:
        return q
    if q == 0:
        return -math.expm1(-c)
    middle = max(q, 0.5)
    if _kl(q, middle) >= c:
        return _root(lambda p: _kl(q, p) - c, q, middle)
    # near 1 the unknown is 1 − p, which keeps its digits; kl ≥ (1−q) log(1/(1−p)) − log 2 gives the bracket
    low = max(math.exp(-(c + math.log(2)) / (1 - q)), 1e-300)

    def excess(rest):
        return float(rel_entr(q, 1 - rest) + rel_entr(1 - q, rest)) - c

    return 1.0 if excess(low) <= 0 else 1 - _root(excess, low, 1 - middle)


@_checks.formula
def gaussian_kl(distance, s):
    """Return KL(N(W, s²I) ‖ N(W₀, s²I)) = ‖W − W₀‖²/(2s²).

    Parameters
    ----------
    distance : float
        ‖W − W₀‖.
    s : float
        Common standard deviation, above 0.

    Returns
    -------
    float
        The divergence.

    Raises
    ------
    ValueError
        If ``distance`` is negative or ``s`` is not above 0.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Rigorous bound".
    """
    return _checks.nonnegative("distance", distance) ** 2 / (2 * _checks.positive("s", s) ** 2)


def monte_carlo_upper(losses, delta, loss_max=1.0, looks=1):
    """Return klinv(mean, log(2J/δ′)/m), an upper confidence limit on E_Q L̂ from m draws, as a share of ``loss_max``.

    Parameters
    ----------
    losses : array_like, shape (m,)
        Training loss of each of m independent draws from Q, each over the whole training set, in [0, B].
    delta : float
        Confidence δ′ in (0, 1).
    loss_max : float
        B.
    looks : int
        Number J of posteriors whose draws were looked at before one was chosen; the limits hold for all at once.

    Returns
    -------
    float
        The limit, in [0, 1].

    Raises
    ------
    ValueError
        If a loss is outside [0, B] or another argument is out of range.

    Notes
    -----
    Source: RECALLED, the correction used by Dziugaite and Roy (2017); proved in paper_checks/zhang2024/README.md,
    "Monte Carlo correction". One side would do with log(1/δ′); the factor 2 is kept.
    """
    bound = _checks.positive("loss_max", loss_max)
    losses = _checks.vector("losses", losses)
    delta = _checks.between("delta", delta, 0, 1)
    looks = _checks.whole("looks", looks, 1)
    if losses.min() < 0 or losses.max() > bound:
        raise ValueError(
            f"losses must lie in [0, loss_max = {bound:g}], got values from {losses.min():g} to {losses.max():g}"
        )
    return invert_binary_kl(float(np.mean(losses / bound)), math.log(2 * looks / delta) / losses.size)


@_checks.formula
def rigorous_bound(losses, samples, distance, s, grid, delta=0.025, delta_draws=0.025, loss_max=1.0, looks=1):
    """Return B·klinv(L̂⁺, (‖W−W₀‖²/(2s²) + log(2J√n/δ))/n), L̂⁺ the Monte Carlo limit of ``monte_carlo_upper``.

    With probability at least 1 − δ − δ′ it is above E_{U~N(0,s²I)} of the risk at W + U. W₀ and the grid of J noise
    levels must be fixed before the sample is seen. It bounds the randomised predictor, never the point W.

    Parameters
    ----------
    losses : array_like, shape (m,)
        Training loss of each of m draws W + U, in [0, B].
    samples : int
        Number n of training samples.
    distance : float
        ‖W − W₀‖.
    s : float
        Noise level, one of ``grid``.
    grid : array_like, shape (J,)
        Noise levels fixed in advance.
    delta, delta_draws : float
        δ and δ′, with δ + δ′ below 1.
    loss_max : float
        B.
    looks : int
        Number of levels whose draws were looked at before ``s`` was chosen, 1 to J.

    Returns
    -------
    float
        The bound, in [0, B].

    Raises
    ------
    ValueError
        If a loss is outside [0, B], ``s`` is not in ``grid`` or another argument is out of range.

    Notes
    -----
    Source: RECALLED, Langford and Seeger; Maurer (2004); proved in paper_checks/zhang2024/README.md, "Rigorous bound".
    """
    n = _checks.whole("samples", samples, 1)
    grid = np.unique(_checks.vector("grid", grid))
    s = _checks.positive("s", s)
    if grid[0] <= 0 or s not in grid:
        raise ValueError(f"s must be one of the positive values of grid, fixed before the sample, got {s:g}")
    delta = _checks.between("delta", delta, 0, 1)
    delta_draws = _checks.between("delta_draws", delta_draws, 0, 1)
    if delta + delta_draws >= 1:
        raise ValueError(f"delta must be below 1 - delta_draws = {1 - delta_draws:g}, got {delta:g}")
    empirical = monte_carlo_upper(losses, delta_draws, loss_max, looks)
    if looks > grid.size:
        raise ValueError(f"looks must be at most the {grid.size} values of grid, got {looks}")
    budget = (gaussian_kl(distance, s) + math.log(2 * grid.size * math.sqrt(n) / delta)) / n
    return float(loss_max) * invert_binary_kl(empirical, budget)


@_checks.formula
def maurer_constant(samples):
    """Return ξ(n) = Σ C(n,j) (j/n)ʲ (1 − j/n)ⁿ⁻ʲ, the moment that the proof bounds by 2√n.

    Parameters
    ----------
    samples : int
        n, 1 or above.

    Returns
    -------
    float
        ξ(n).

    Raises
    ------
    ValueError
        If ``samples`` is below 1.

    Notes
    -----
    Source: RECALLED, Maurer (2004); the bound is proved in paper_checks/zhang2024/README.md, "Rigorous bound".
    """
    n = _checks.whole("samples", samples, 1)
    _checks.memory("samples", n + 1)
    j = np.arange(n + 1)
    log_binomial = gammaln(n + 1) - gammaln(j + 1) - gammaln(n - j + 1)
    return float(np.sum(np.exp(log_binomial + xlogy(j, j / n) + xlogy(n - j, 1 - j / n))))


def linear_bound(empirical, kl, samples, beta, delta, loss_max=1.0):
    """Return E_Q L̂/β + B(KL + log(1/δ))/(2β(1−β)n): the bound that holds with probability 1 − δ for a fixed β.

    Parameters
    ----------
    empirical : float
        E_Q L̂, in [0, B].
    kl : float
        KL(Q‖P).
    samples : int
        n.
    beta : float
        β in (0, 1), fixed before the sample.
    delta : float
        δ in (0, 1).
    loss_max : float
        B.

    Returns
    -------
    float
        The bound on E_Q L.

    Raises
    ------
    ValueError
        If ``empirical`` is outside [0, B] or another argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Linear bound".
    """
    bound = _checks.positive("loss_max", loss_max)
    empirical = _checks.between("empirical", empirical, 0, bound, ends="[]")
    kl = _checks.nonnegative("kl", kl)
    n = _checks.whole("samples", samples, 1)
    beta = _checks.between("beta", beta, 0, 1)
    delta = _checks.between("delta", delta, 0, 1)
    return empirical / beta + bound * (kl - math.log(delta)) / (2 * beta * (1 - beta) * n)


@_checks.formula
def surrogate_noise(trace, distance, samples, epsilon, loss_max=1.0):
    """Return the s that minimises the surrogate: s⁴ = B r²/(2(1−β)²nα), β = 1/(1+ε).

    Parameters
    ----------
    trace, distance, samples, epsilon, loss_max
        As in ``trace_surrogate``; ``trace`` and ``epsilon`` above 0.

    Returns
    -------
    float
        The noise level.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Hessian-trace surrogate".
    """
    epsilon = _checks.positive("epsilon", epsilon)
    r = _checks.nonnegative("distance", distance)
    scale = 2 * (epsilon / (1 + epsilon)) ** 2 * _checks.whole("samples", samples, 1) * _checks.positive("trace", trace)
    return (_checks.positive("loss_max", loss_max) * r**2 / scale) ** 0.25


@_checks.formula
def trace_surrogate(empirical, trace, distance, samples, epsilon=0.0, loss_max=1.0):
    """Return (1+ε)L̂ + (1+ε)√(Bαr²/(2n)): not a bound, lower-order terms are dropped.

    Parameters
    ----------
    empirical : float
        Training loss L̂ at the point, in [0, B].
    trace : float
        α, at least every Hessian trace met, 0 or above.
    distance : float
        r, at least ‖W − W₀‖.
    samples : int
        n.
    epsilon : float
        ε, 0 or above.
    loss_max : float
        B.

    Returns
    -------
    float
        The surrogate.

    Raises
    ------
    ValueError
        If ``empirical`` is outside [0, B] or another argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Hessian-trace surrogate". RECONSTRUCTED: the authors' theorem is
    of this shape; its constants are not known to us.
    """
    bound = _checks.positive("loss_max", loss_max)
    empirical = _checks.between("empirical", empirical, 0, bound, ends="[]")
    alpha = _checks.nonnegative("trace", trace)
    r = _checks.nonnegative("distance", distance)
    n = _checks.whole("samples", samples, 1)
    return (1 + _checks.nonnegative("epsilon", epsilon)) * (empirical + math.sqrt(bound * alpha * r**2 / (2 * n)))


def _kl(q, p):
    return max(0.0, float(rel_entr(q, p) + rel_entr(1 - q, 1 - p)))


def _root(function, low, high):
    return brentq(function, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=500)
