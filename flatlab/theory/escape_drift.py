"""Drift along the valley of minima: smoothed and sharpness-aware perturbations, and noise in the iterate.

h = tr ∇²f ∘ Φ / d is the normalised trace seen through the limit Φ of the gradient flow. At a minimum ∇h is the part
of ∇(tr ∇²f)/d along the valley.
"""

from .. import _checks
from .sphere_smoothing import drift_coefficient


@_checks.formula
def randomly_smoothed_drift(rho, gradient):
    """Return the mean perturbation (ρ²/2) ∇h of random smoothing, at a minimum and along the valley.

    Parameters
    ----------
    rho : float
        Radius ρ.
    gradient : array_like, shape (d,)
        ∇h, the gradient of the trace divided by d, along the valley.

    Returns
    -------
    ndarray, shape (d,)
        The leading term of E v; the remainder is the bias of the sphere average.

    Raises
    ------
    ValueError
        If ``rho`` is negative or ``gradient`` is not a finite vector.

    Notes
    -----
    Source: announced in words by the paper, formula DERIVED, paper_checks/ahn2024/README.md, "Drift of the smoothed
    perturbation".
    """
    return drift_coefficient(rho) * _checks.vector("gradient", gradient)


@_checks.formula
def sharpness_aware_drift(rho, gradient):
    """Return the mean perturbation d (ρ²/2) ∇h of one-sample sharpness-aware steps, at a minimum and along the valley.

    Each fᵢ has a rank-one Hessian at the minimum; the direction is its eigenvector, the sign random. The gain over
    random smoothing at equal ρ is d.

    Parameters
    ----------
    rho : float
        Radius ρ.
    gradient : array_like, shape (d,)
        ∇h, the gradient of the trace divided by d, along the valley.

    Returns
    -------
    ndarray, shape (d,)
        The leading term of the part of E v along the valley.

    Raises
    ------
    ValueError
        If ``rho`` is negative or ``gradient`` is not a finite vector.

    Notes
    -----
    Source: announced in words by the paper, formula DERIVED, paper_checks/ahn2024/README.md, "Drift of the
    sharpness-aware perturbation".
    """
    gradient = _checks.vector("gradient", gradient)
    return gradient.size * drift_coefficient(rho) * gradient


@_checks.formula
def flow_step(eta, rho, gain=1.0):
    """Return κ = gain · ηρ²/2, the time of the gradient flow of h that one perturbed step is worth.

    Parameters
    ----------
    eta : float
        Step size η.
    rho : float
        Radius ρ.
    gain : float
        1 for random smoothing, d for one-sample sharpness-aware steps, d × ``batch_factor`` for mini-batches where
        that law (``sam/mini_batch.py``) holds.

    Returns
    -------
    float
        The flow time of one step.

    Raises
    ------
    ValueError
        If an argument is not positive (``rho`` may be 0).

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Decrease per step".
    """
    return _checks.positive("gain", gain) * _checks.positive("eta", eta) * drift_coefficient(rho)


@_checks.formula
def predicted_decrease(eta, rho, certificate, gain=1.0):
    """Return κ|∇h|², the leading decrease of h in the mean over one perturbed step (Lemmas 2 and 4).

    Parameters
    ----------
    eta : float
        Step size η.
    rho : float
        Radius ρ.
    certificate : float
        |∇h(Φ(x))|.
    gain : float
        As in ``flow_step``.

    Returns
    -------
    float
        The decrease, with relative corrections O(η) and O(ρ).

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Decrease per step".
    """
    return flow_step(eta, rho, gain) * _checks.nonnegative("certificate", certificate) ** 2


def randomly_smoothed_decrease_order(epsilon, delta, constant=1.0):
    """Return c δ³ε³, the stated order of the decrease of h per step while not flat (Lemma 2).

    Parameters
    ----------
    epsilon, delta : float
        Tolerance ε and failure probability δ, in (0, 1].
    constant : float
        The unknown constant c.

    Returns
    -------
    float
        The order.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: QUOTED order (Lemma 2), constant unknown; paper_checks/ahn2024/README.md, "What the paper states".
    """
    return sharpness_aware_decrease_order(epsilon, delta, 1, constant)


def sharpness_aware_decrease_order(epsilon, delta, d, constant=1.0):
    """Return c d min{1, εd³} δ³ε², the stated order of the decrease of h per step while not flat (Lemma 4).

    Parameters
    ----------
    epsilon, delta : float
        Tolerance ε and failure probability δ, in (0, 1].
    d : int
        Dimension.
    constant : float
        The unknown constant c.

    Returns
    -------
    float
        The order.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: QUOTED order (Lemma 4), constant unknown; paper_checks/ahn2024/README.md, "What the paper states".
    """
    epsilon = _checks.between("epsilon", epsilon, 0, 1, ends="(]")
    delta = _checks.between("delta", delta, 0, 1, ends="(]")
    d = _checks.whole("d", d, 1)
    return _checks.positive("constant", constant) * d * min(1.0, epsilon * d**3) * delta**3 * epsilon**2


def iterate_noise_fraction(eta, curvature):
    """Return η/(a(2−ηa)): drift of x ← x − η(∇f(x) + ρg) over that of random smoothing, at equal η and ρ.

    On f = a(y)|z|²/2 the noise rests at E|z|² = ηρ²(n/d)/(a(2−ηa)) and ∂_y f = a′|z|²/2 drifts by it: noise that does
    not perturb the gradient's argument escapes too, slower by a factor of order η.

    Parameters
    ----------
    eta : float
        Step size η, ηa < 2.
    curvature : float
        Curvature a.

    Returns
    -------
    float
        The fraction, to leading order in a′.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Noise in the iterate".
    """
    a = _checks.positive("curvature", curvature)
    eta = _checks.between("eta", eta, 0, 2 / a)
    return eta / (a * (2 - eta * a))


def normal_noise_fraction(eta, curvature, transverse, *, projected=True):
    """Return the drift that the first-order noise of random smoothing adds, over its leading drift.

    ηa(n−1)/(n(2−ηa)) with the projection, ηa/(2(1−ηa)) without, on f = a(y)|z|²/2 with z ∈ Rⁿ at rest.

    Parameters
    ----------
    eta : float
        Step size η, ηa < 2 with projection, ηa < 1 without.
    curvature : float
        Curvature a.
    transverse : int
        Number n of coordinates z.
    projected : bool
        Whether the perturbation is projected.

    Returns
    -------
    float
        The fraction, to leading order in a′.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Noise in the iterate".
    """
    a = _checks.positive("curvature", curvature)
    n = _checks.whole("transverse", transverse, 1)
    projected = _checks.flag("projected", projected)
    eta = _checks.between("eta", eta, 0, (2 if projected else 1) / a)
    return eta * a * (n - 1) / (n * (2 - eta * a)) if projected else eta * a / (2 * (1 - eta * a))
