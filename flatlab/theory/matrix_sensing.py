"""Matrix sensing L(W) = (1/(2n)) Σ (⟨Sᵢ, WWᵀ⟩ − yᵢ)²: what the weight noise adds, and what it does to the spectrum.

Sᵢ = (Aᵢ + Aᵢᵀ)/2 with i.i.d. N(0, 1) entries in Aᵢ, W of shape (d, p), yᵢ = ⟨Sᵢ, X*⟩, eᵢ = ⟨Sᵢ, WWᵀ⟩ − yᵢ.
"""

import numpy as np

from .. import _checks


def hessian_trace(samples, columns, sum_product_squares, sum_error_traces=0.0):
    """Return tr ∇²L = (4/n) Σ‖SᵢW‖_F² + (2p/n) Σ eᵢ tr Sᵢ from the two sums; the second is 0 at interpolation.

    Parameters
    ----------
    samples : int
        n.
    columns : int
        p, the number of columns of W.
    sum_product_squares : float
        Σ‖SᵢW‖_F².
    sum_error_traces : float
        Σ eᵢ tr Sᵢ.

    Returns
    -------
    float
        The trace.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Hessian trace of matrix sensing".
    """
    n, p = _checks.whole("samples", samples, 1), _checks.whole("columns", columns, 1)
    squares = _checks.nonnegative("sum_product_squares", sum_product_squares)
    return (4 * squares + 2 * p * _checks.number("sum_error_traces", sum_error_traces)) / n


def expected_hessian_trace(d, nuclear_norm, columns=None, truth_trace=None):
    """Return E tr ∇²L = 2(d+1)‖WWᵀ‖_* + 2p tr(WWᵀ − X*) over the measurements.

    At interpolation, or with ``truth_trace`` left out, the first term alone; ‖WWᵀ‖_* = ‖W‖_F².

    Parameters
    ----------
    d : int
        Number of rows of W.
    nuclear_norm : float
        ‖WWᵀ‖_* = tr WWᵀ.
    columns : int, optional
        p; d if left out.
    truth_trace : float, optional
        tr X*; ``nuclear_norm`` if left out.

    Returns
    -------
    float
        The expected trace.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Hessian trace of matrix sensing".
    """
    d, p = _shape(d, columns)
    nuclear = _checks.nonnegative("nuclear_norm", nuclear_norm)
    truth = nuclear if truth_trace is None else _checks.nonnegative("truth_trace", truth_trace)
    return 2 * (d + 1) * nuclear + 2 * p * (nuclear - truth)


@_checks.formula
def smoothing_gap(s, samples, columns, trace, sum_squares, sum_trace_squares):
    """Return F − L = (s²/2) tr H + (s⁴/n) Σ[p‖Sᵢ‖_F² + p²(tr Sᵢ)²/2], exactly.

    Parameters
    ----------
    s : float
        Standard deviation of the Gaussian weight noise.
    samples, columns : int
        n and p.
    trace : float
        Hessian trace tr H of L at W.
    sum_squares : float
        Σ‖Sᵢ‖_F².
    sum_trace_squares : float
        Σ(tr Sᵢ)².

    Returns
    -------
    float
        The gap.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Smoothed loss of matrix sensing".
    """
    s = _checks.nonnegative("s", s)
    n, p = _checks.whole("samples", samples, 1), _checks.whole("columns", columns, 1)
    squares = _checks.nonnegative("sum_squares", sum_squares)
    traces = _checks.nonnegative("sum_trace_squares", sum_trace_squares)
    return s**2 / 2 * _checks.number("trace", trace) + s**4 / n * (p * squares + p**2 * traces / 2)


@_checks.formula
def expected_fourth_order(s, d, columns=None):
    """Return the mean over the measurements of the s⁴ term: s⁴ p d (d + 1 + p)/2. It does not depend on W.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    d : int
        Number of rows of W.
    columns : int, optional
        p; d if left out.

    Returns
    -------
    float
        The expected term.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Smoothed loss of matrix sensing".
    """
    d, p = _shape(d, columns)
    return _checks.nonnegative("s", s) ** 4 * p * d * (d + 1 + p) / 2


@_checks.formula
def soft_threshold(s, d, columns=None):
    """Return λ = s²(d + 1 + p): the population F is ‖X − X*‖_F²/2 + λ tr X plus a constant, X = WWᵀ.

    Parameters
    ----------
    s : float
        Standard deviation of the weight noise.
    d : int
        Number of rows of W.
    columns : int, optional
        p; d if left out.

    Returns
    -------
    float
        The threshold; also weight decay on W with gradient 2λW.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Soft threshold".
    """
    d, p = _shape(d, columns)
    return _checks.nonnegative("s", s) ** 2 * (d + 1 + p)


def thresholded_eigenvalues(truth_eigenvalues, threshold):
    """Return max(λⱼ − λ, 0), the eigenvalues of the minimiser of ‖X − X*‖_F²/2 + λ tr X over X ⪰ 0.

    Parameters
    ----------
    truth_eigenvalues : array_like, shape (r,)
        Eigenvalues λⱼ of X*, 0 or above.
    threshold : float
        λ.

    Returns
    -------
    ndarray, shape (r,)
        The eigenvalues of WWᵀ, for p at least the number of positive ones.

    Raises
    ------
    ValueError
        If an argument is negative.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Soft threshold".
    """
    lam = _spectrum("truth_eigenvalues", truth_eigenvalues)
    return np.maximum(lam - _checks.nonnegative("threshold", threshold), 0)


def bias_floor(truth_eigenvalues, threshold):
    """Return Σ min(λⱼ, λ)²/Σλⱼ², the population value of (‖WWᵀ − X*‖_F/‖X*‖_F)² that the noise leaves.

    Parameters
    ----------
    truth_eigenvalues : array_like, shape (r,)
        Eigenvalues λⱼ of X*, not all 0.
    threshold : float
        λ.

    Returns
    -------
    float
        The floor. Finitely many measurements multiply it; the factor is not derived.

    Raises
    ------
    ValueError
        If an argument is negative or every eigenvalue is 0.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Soft threshold".
    """
    lam = _spectrum("truth_eigenvalues", truth_eigenvalues)
    total = float(np.sum(lam**2))
    if total == 0:
        raise ValueError("truth_eigenvalues must hold one value above 0, got zeros")
    return float(np.sum(np.minimum(lam, _checks.nonnegative("threshold", threshold)) ** 2)) / total


@_checks.formula
def naive_noise_floor(eta, s, eigenvalues, points=1):
    """Return Σ ηs²hⱼ²/(2m(2 − ηhⱼ)), the stationary extra training loss of naive noise near a minimum.

    The mean of m one-sided gradients; of second order in s where the pair's is of fourth.

    Parameters
    ----------
    eta : float
        Step size.
    s : float
        Standard deviation of the weight noise.
    eigenvalues : array_like
        Hessian eigenvalues hⱼ in [0, 2/η).
    points : int
        Number m of one-sided evaluations per step.

    Returns
    -------
    float
        The extra loss.

    Raises
    ------
    ValueError
        If an eigenvalue is outside [0, 2/η) or another argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Floor of naive noise".
    """
    eta, s = _checks.positive("eta", eta), _checks.nonnegative("s", s)
    h = _spectrum("eigenvalues", eigenvalues)
    if eta * h.max() >= 2:
        raise ValueError(f"eta must be below 2/max(eigenvalues) = {2 / h.max():g}, got {eta:g}")
    return float(np.sum(eta * s**2 * h**2 / (2 * (2 - eta * h)))) / _checks.whole("points", points, 1)


def step_from_authors(eta):
    """Return the step size for the loss (1/(2n)) Σe² that makes the authors' step on (1/(4n)) Σe²: η/2.

    Parameters
    ----------
    eta : float
        Step size in the authors' convention, the factor of (1/n) Σ eᵢSᵢW.

    Returns
    -------
    float
        Step size in flatlab's convention.

    Raises
    ------
    ValueError
        If ``eta`` is not above 0.

    Notes
    -----
    Source: DERIVED from the convention of the authors' notebooks; paper_checks/zhang2024/README.md, "Loss conventions".
    """
    return _checks.positive("eta", eta) / 2


def loss_from_authors(value):
    """Return a loss, gradient or Hessian quantity of (1/(4n)) Σe² in flatlab's (1/(2n)) Σe²: twice the value.

    Parameters
    ----------
    value : float
        Any quantity linear in the loss: value, Hessian trace, eigenvalue.

    Returns
    -------
    float
        The same quantity in flatlab's convention.

    Raises
    ------
    ValueError
        If ``value`` is not finite.

    Notes
    -----
    Source: DERIVED from the convention of the authors' notebooks; paper_checks/zhang2024/README.md, "Loss conventions".
    """
    return 2 * _checks.number("value", value)


def _shape(d, columns):
    d = _checks.whole("d", d, 1)
    return d, d if columns is None else _checks.whole("columns", columns, 1)


def _spectrum(name, value):
    result = _checks.vector(name, value)
    if result.min() < 0:
        raise ValueError(f"{name} must be 0 or above, got {result.min():g} at index {int(result.argmin())}")
    return result
