"""Convergence of noise stability optimisation: the upper bound with its constants, and the exact quadratic recursion.

C is the Lipschitz constant of ∇f, D² = F(W₀) − min F, T the number of steps, k the number of pairs, σ² the bound on
the oracle's variance, H(P) = E‖U‖² the second moment of the weight noise.
"""

import numpy as np

from .. import _checks


@_checks.formula
def one_step_variance(
    sigma, smoothness, second_moment, pairs=1, *, shared_sample=False, hessian_lipschitz=None, fourth_moment=None
):
    """Return the bound v on the variance of one step's gradient.

    v = (σ² + C²H)/k with k independent samples, σ² + C²H/k with one sample shared by all 2k evaluations. Where ρ and
    E‖U‖⁴ are given, C²H is replaced by min(C²H, ρ²E‖U‖⁴/4).

    Parameters
    ----------
    sigma : float
        Standard deviation bound of the gradient oracle.
    smoothness : float
        Lipschitz constant C of ∇f.
    second_moment : float
        H(P) = E‖U‖².
    pairs : int
        Number k of independent pairs.
    shared_sample : bool
        Whether all pairs of a step use one sample.
    hessian_lipschitz, fourth_moment : float, optional
        ρ and E‖U‖⁴, given together.

    Returns
    -------
    float
        The bound v.

    Raises
    ------
    ValueError
        If an argument is negative, or only one of ρ and E‖U‖⁴ is given.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Upper bound".
    """
    sigma = _checks.nonnegative("sigma", sigma)
    weight = _checks.positive("smoothness", smoothness) ** 2 * _checks.nonnegative("second_moment", second_moment)
    k = _checks.whole("pairs", pairs, 1)
    if (hessian_lipschitz is None) != (fourth_moment is None):
        raise ValueError("hessian_lipschitz and fourth_moment must be given together, got only one of them")
    if hessian_lipschitz is not None:
        rho = _checks.nonnegative("hessian_lipschitz", hessian_lipschitz)
        weight = min(weight, rho**2 * _checks.nonnegative("fourth_moment", fourth_moment) / 4)
    return sigma**2 + weight / k if _checks.flag("shared_sample", shared_sample) else (sigma**2 + weight) / k


def step_size(smoothness, gap, variance, steps):
    """Return the step size of the upper bound, η = min(1/C, √(2D²/(CvT))).

    Parameters
    ----------
    smoothness : float
        Lipschitz constant C of ∇f.
    gap : float
        D² = F(W₀) − min F.
    variance : float
        Bound v on the variance of one step's gradient, see ``one_step_variance``.
    steps : int
        Number T of steps.

    Returns
    -------
    float
        The step size.

    Raises
    ------
    ValueError
        If ``smoothness`` or ``gap`` is not above 0, ``variance`` is negative or ``steps`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Upper bound".
    """
    c, gap, v, t = _setting(smoothness, gap, variance, steps)
    return 1 / c if v == 0 else min(1 / c, float(np.sqrt(2 * gap / (c * v * t))))


def upper_bound(smoothness, gap, variance, steps):
    """Return √(8CD²v/T) + 2CD²/T, the bound on E‖∇F(W_t)‖² for a uniform t at the step size ``step_size``.

    It holds for t uniform on 0..T−1 and on 1..T. With k independent samples v = V/k, V = σ² + C²H(P).

    Parameters
    ----------
    smoothness : float
        Lipschitz constant C of ∇f.
    gap : float
        D² = F(W₀) − min F.
    variance : float
        Bound v on the variance of one step's gradient.
    steps : int
        Number T of steps.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If ``smoothness`` or ``gap`` is not above 0, ``variance`` is negative or ``steps`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Upper bound". The authors' own constants are not known to us.
    """
    c, gap, v, t = _setting(smoothness, gap, variance, steps)
    return float(np.sqrt(8 * c * gap * v / t) + 2 * c * gap / t)


def upper_bound_at(eta, smoothness, gap, variance, steps):
    """Return 2D²/(ηT) + Cηv, the bound on the uniform mean of E‖∇F(W_t)‖² for a fixed step η ≤ 1/C.

    Parameters
    ----------
    eta : float
        Step size in (0, 1/C].
    smoothness : float
        Lipschitz constant C of ∇f.
    gap : float
        D² = F(W₀) − min F.
    variance : float
        Bound v on the variance of one step's gradient.
    steps : int
        Number T of steps.

    Returns
    -------
    float
        The bound.

    Raises
    ------
    ValueError
        If ``eta`` is outside (0, 1/C] or another argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Upper bound".
    """
    c, gap, v, t = _setting(smoothness, gap, variance, steps)
    eta = _checks.between("eta", eta, 0, 1 / c, ends="(]")
    return 2 * gap / (eta * t) + c * eta * v


def quadratic_step_variances(eigenvalues, oracle_variances, s, pairs=1, estimator="pair"):
    """Return the variance of the step's gradient in each eigendirection of a quadratic.

    The pair: σᵢ²/k, because the weight noise cancels. One-sided, k points: (σᵢ² + λᵢ²s²)/k.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Eigenvalues λᵢ.
    oracle_variances : array_like, shape (d,)
        Variance σᵢ² of one sample's gradient along each eigendirection.
    s : float
        Standard deviation of the weight noise.
    pairs : int
        Number k of independent samples.
    estimator : {"pair", "one_point"}
        Which estimator.

    Returns
    -------
    ndarray, shape (d,)
        The variances.

    Raises
    ------
    ValueError
        If a variance or ``s`` is negative, lengths differ or the estimator is unknown.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    lam = _checks.vector("eigenvalues", eigenvalues)
    v = _nonnegative_vector("oracle_variances", oracle_variances, lam.size)
    s = _checks.nonnegative("s", s)
    k = _checks.whole("pairs", pairs, 1)
    if _checks.one_of("estimator", estimator, ("pair", "one_point")) == "one_point":
        v = v + lam**2 * s**2
    return v / k


def stationary_second_moments(eta, eigenvalues, variances):
    """Return the stationary E wᵢ² = ηvᵢ/(λᵢ(2 − ηλᵢ)) of SGD on a quadratic: the warm start.

    Parameters
    ----------
    eta : float
        Step size.
    eigenvalues : array_like, shape (d,)
        Eigenvalues λᵢ in (0, 2/η).
    variances : array_like, shape (d,)
        Variance vᵢ of the step's gradient in each eigendirection.

    Returns
    -------
    ndarray, shape (d,)
        The second moments.

    Raises
    ------
    ValueError
        If an eigenvalue is outside (0, 2/η) or a variance is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    eta, lam, v, _ = _recursion(eta, eigenvalues, variances, None)
    if lam.min() == 0:
        raise ValueError("eigenvalues must be above 0 for a stationary law to exist, got 0")
    return eta * v / (lam * (2 - eta * lam))


def second_moments(steps, eta, eigenvalues, variances, start):
    """Return E wᵢ(t)² of w ← (1 − ηλ)w − ηξ: a²ᵗ m₀ + η²v (1 − a²ᵗ)/(1 − a²), a = 1 − ηλ.

    Parameters
    ----------
    steps : int or array_like of int, shape (n,)
        The step or steps t, 0 or above.
    eta : float
        Step size.
    eigenvalues : array_like, shape (d,)
        Eigenvalues λᵢ in [0, 2/η).
    variances : array_like, shape (d,)
        Variance vᵢ of the step's gradient.
    start : array_like, shape (d,)
        Second moments m₀ at t = 0: wᵢ(0)² (cold: 0) or the stationary ones (warm).

    Returns
    -------
    ndarray, shape (d,) or (n, d)
        The second moments.

    Raises
    ------
    ValueError
        If an eigenvalue is outside [0, 2/η), a moment is negative or a step is no whole number.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    eta, lam, v, m0 = _recursion(eta, eigenvalues, variances, _checks.vector("start", start))
    t = _checks.wholes("steps", steps)
    if t.ndim > 1:
        _checks.refuse("steps", steps, "a whole number or a vector of them, 0 or above")
    kept, single = _decay(t[..., None].astype(np.float64), eta * lam)
    return kept * m0 + eta**2 * v * single


def squared_gradient(steps, eta, eigenvalues, variances, start):
    """Return E‖∇F(W_t)‖² = Σ λᵢ² E wᵢ(t)² on a quadratic.

    Parameters
    ----------
    steps, eta, eigenvalues, variances, start
        As in ``second_moments``.

    Returns
    -------
    float or ndarray, shape (n,)
        The expected squared gradient norm at each step.

    Raises
    ------
    ValueError
        As ``second_moments``.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    result = second_moments(steps, eta, eigenvalues, variances, start) @ np.asarray(eigenvalues, dtype=np.float64) ** 2
    return result if np.ndim(steps) else float(result)


def mean_squared_gradient(steps, eta, eigenvalues, variances, start, first=0):
    """Return the mean of E‖∇F(W_t)‖² over t = first..first+T−1 on a quadratic, by geometric sums.

    Parameters
    ----------
    steps : int
        Number T of iterates in the mean, 1 or above; the cost does not depend on it.
    eta, eigenvalues, variances, start
        As in ``second_moments``.
    first : int
        First iterate: 0 for t uniform on 0..T−1, 1 for 1..T.

    Returns
    -------
    float
        The mean.

    Raises
    ------
    ValueError
        As ``second_moments``, or if ``steps`` is below 1.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    t = _checks.whole("steps", steps, 1)
    m0 = second_moments(_checks.whole("first", first), eta, eigenvalues, variances, start)
    eta, lam, v, m0 = _recursion(eta, eigenvalues, variances, m0)
    _, single = _decay(float(t), eta * lam)
    y = eta * lam * (2 - eta * lam)
    # Σ_{t<T} Σ_{i<t} (1 − y)^i = (T − single)/y, which cancels where Ty is small: there its series is summed
    series, term = np.zeros_like(y), np.full_like(y, t * (t - 1) / 2)
    for j in range(3, 16):
        series += term
        term = -term * y * (t - j + 1) / j
    with np.errstate(divide="ignore", invalid="ignore"):
        double = np.where((t * y < 0.1) | (t == 1), series, (t - single) / y)
    return float(lam**2 @ (single * m0 + eta**2 * v * double)) / t


def _decay(t, x):
    """Return a²ᵗ and (1 − a²ᵗ)/(1 − a²) for a = 1 − x, without cancellation."""
    near = np.minimum(x, 2 - x)  # |a| = 1 − near
    y = x * (2 - x)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(t == 0, 0.0, 2 * t * np.log1p(-near))
        single = np.where(y == 0, t, -np.expm1(exponent) / y)
    return np.exp(exponent), single


def _setting(smoothness, gap, variance, steps):
    return (
        _checks.positive("smoothness", smoothness),
        _checks.positive("gap", gap),
        _checks.nonnegative("variance", variance),
        _checks.whole("steps", steps, 1),
    )


def _recursion(eta, eigenvalues, variances, start):
    eta = _checks.positive("eta", eta)
    lam = _nonnegative_vector("eigenvalues", eigenvalues)
    if eta * lam.max() >= 2:
        raise ValueError(f"eta must be below 2/max(eigenvalues) = {2 / lam.max():g}, got {eta:g}")
    v = _nonnegative_vector("variances", variances, lam.size)
    return eta, lam, v, None if start is None else _nonnegative_vector("start", start, lam.size)


def _nonnegative_vector(name, value, length=None):
    result = _checks.vector(name, value, length)
    if result.min() < 0:
        raise ValueError(f"{name} must be 0 or above, got {result.min():g} at index {int(result.argmin())}")
    return result
