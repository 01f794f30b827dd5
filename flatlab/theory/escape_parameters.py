"""Step sizes, radius, gate and step count of the escape theorems, and what the gate and the perturbation cost.

Both algorithms take x ← x − η(∇f(x) + v) where |∇f(x)| ≤ ε₀, the gate, with the perturbation v projected orthogonally
to ∇f(x), and x ← x − η′∇f(x) elsewhere. The constants hidden in O(·) are unknown: they are arguments, 1 unless given.
"""

import math
from typing import NamedTuple

from .. import _checks
from .flatness import branch_factor


class EscapeParameters(NamedTuple):
    """Parameters of one escape theorem.

    Attributes
    ----------
    eta : float
        Step size η of a perturbed step.
    eta_prime : float
        Step size η′ of a plain gradient step, outside the gate.
    rho : float
        Perturbation radius ρ.
    gate : float
        ε₀: the step is perturbed where |∇f| ≤ ε₀.
    steps : int
        Number T of steps.
    """

    eta: float
    eta_prime: float
    rho: float
    gate: float
    steps: int


@_checks.formula
def randomly_smoothed_parameters(epsilon, delta, *, c_eta=1.0, c_eta_prime=1.0, c_rho=1.0, c_gate=1.0, c_steps=1.0):
    """Return η = c δε, η′ = c, ρ = c δ√ε, ε₀ = c √η ρ (= δ^{3/2}ε at unit constants), T = ⌈c ε⁻³δ⁻⁴⌉.

    Parameters
    ----------
    epsilon, delta : float
        Tolerance ε and failure probability δ, in (0, 1].
    c_eta, c_eta_prime, c_rho, c_steps : float
        Constants of η, η′ (meant: at most one over the Lipschitz constant of ∇f), ρ and T.
    c_gate : float
        ε₀ over √η ρ. It must exceed ``stationary_gradient_randomly_smoothed`` over √η ρ, or most steps go unperturbed.

    Returns
    -------
    EscapeParameters
        The parameters.

    Raises
    ------
    ValueError
        If ``epsilon`` or ``delta`` is outside (0, 1] or a constant is not positive.

    Notes
    -----
    Source: T QUOTED; η, ρ, ε₀ RECONSTRUCTED, paper_checks/ahn2024/README.md, "Parameters of the smoothed perturbation".
    """
    return _parameters(epsilon, delta, 1.0, 1.0, c_eta, c_eta_prime, c_rho, c_gate, c_steps)


@_checks.formula
def sharpness_aware_parameters(epsilon, delta, d, *, c_eta=1.0, c_eta_prime=1.0, c_rho=1.0, c_gate=1.0, c_steps=1.0):
    """Return η = c νδε, η′ = c, ρ = c νδ√ε, ε₀ = c √η ρ, T = ⌈c d⁻¹ε⁻² max{1, 1/(d³ε)} δ⁻⁴⌉, ν = min{d, ε^{−1/3}}.

    At unit constants ε₀ = (νδ)^{3/2} ε, which exceeds ε where νδ > 1: the loop then ends with ``closing_steps`` of
    gradient descent.

    Parameters
    ----------
    epsilon, delta : float
        Tolerance ε and failure probability δ, in (0, 1].
    d : int
        Dimension.
    c_eta, c_eta_prime, c_rho, c_gate, c_steps : float
        Constants, as in ``randomly_smoothed_parameters``.

    Returns
    -------
    EscapeParameters
        The parameters.

    Raises
    ------
    ValueError
        If ``epsilon`` or ``delta`` is outside (0, 1], ``d`` is below 1 or a constant is not positive.

    Notes
    -----
    Source: T QUOTED (its δ second-hand); η, ρ, ε₀ RECONSTRUCTED, paper_checks/ahn2024/README.md, "Parameters of the
    sharpness-aware perturbation".
    """
    d = _checks.whole("d", d, 1)
    epsilon = _checks.between("epsilon", epsilon, 0, 1, ends="(]")
    nu = branch_factor(epsilon, d)
    return _parameters(epsilon, delta, nu, d * nu**3, c_eta, c_eta_prime, c_rho, c_gate, c_steps)


def closing_steps(gate, epsilon, eta, smoothness, pl_constant):
    """Return the gradient steps after which |x − Φ(x)| ≤ ε is certain: ⌈2 log(ε₀/(με)) / −log(1 − ημ)⌉.

    Under |∇f|² ≥ 2μ(f − min f), a start with |∇f| ≤ ε₀ has f − min f ≤ ε₀²/(2μ); a step η ≤ 1/β contracts it by 1 − ημ;
    and |x − Φ(x)| ≤ √(2(f − min f)/μ).

    Parameters
    ----------
    gate : float
        ε₀, a bound on |∇f| at the start.
    epsilon : float
        Distance ε wanted.
    eta : float
        Step size in (0, 1/β].
    smoothness : float
        Lipschitz constant β of ∇f.
    pl_constant : float
        Polyak–Łojasiewicz constant μ ≤ β.

    Returns
    -------
    int
        A sufficient number of steps, 0 where the start is near enough.

    Raises
    ------
    ValueError
        If an argument is not positive, η > 1/β or μ > β.

    Notes
    -----
    Source: the phase second-hand, its length DERIVED, paper_checks/ahn2024/README.md, "Closing gradient descent".
    """
    gate = _checks.positive("gate", gate)
    beta = _checks.positive("smoothness", smoothness)
    mu = _checks.between("pl_constant", pl_constant, 0, beta, ends="(]")
    eta = _checks.between("eta", eta, 0, 1 / beta, ends="(]")
    excess = math.log(gate / (mu * _checks.positive("epsilon", epsilon)))
    if excess <= 0:
        return 0
    if eta * mu >= 1:
        return 1
    return math.ceil(2 * excess / -math.log1p(-eta * mu))


def stationary_gradient_randomly_smoothed(eta, rho, curvature, transverse, d, *, projected=True):
    """Return √E|∇f|² at rest for f = a|z|²/2 on Rᵈ, z ∈ Rⁿ, every step perturbed: what the gate must cover.

    E|∇f|² = ηa³ρ²(n−1)/(d(2−ηa)) with projection, ηa³ρ²n/(4d(1−ηa)) without. For small ηa the roots are
    √((n−1)η/(2d)) ρa^{3/2} and √(nη/(4d)) ρa^{3/2}.

    Parameters
    ----------
    eta : float
        Step size η, ηa < 2 with projection, ηa < 1 without.
    rho : float
        Radius ρ.
    curvature : float
        Curvature a.
    transverse : int
        Number n of coordinates z.
    d : int
        Dimension, n or above.
    projected : bool
        Whether the perturbation is projected.

    Returns
    -------
    float
        Root mean square of |∇f|; 0 where n = 1 and the perturbation is projected.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "What the gate must cover".
    """
    rho = _checks.nonnegative("rho", rho)
    a = _checks.positive("curvature", curvature)
    n = _checks.whole("transverse", transverse, 1)
    d = _checks.whole("d", d, n)
    projected = _checks.flag("projected", projected)
    eta = _checks.between("eta", eta, 0, (2 if projected else 1) / a)
    share = (n - 1) / (2 - eta * a) if projected else n / (4 * (1 - eta * a))
    return rho * math.sqrt(eta * a**3 * share / d)


def stationary_gradient_sharpness_aware(eta, rho, curvature, samples):
    """Return a bound on √E|∇f|² at rest for fᵢ = a zᵢ²/2, i = 1…n, f their mean, one sample a step, projected.

    E|∇f|² ≤ ηa³ρ²(n−1)/(n²(2−ηa)), and at least the same with 2 − ηa/n below. For small ηa the root is
    √((n−1)η/(2n²)) ρa^{3/2}.

    Parameters
    ----------
    eta : float
        Step size η, ηa < 2.
    rho : float
        Radius ρ.
    curvature : float
        Curvature a of one fᵢ.
    samples : int
        Number n of samples, each with its own coordinate.

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
    Source: DERIVED, paper_checks/ahn2024/README.md, "What the gate must cover".
    """
    rho = _checks.nonnegative("rho", rho)
    a = _checks.positive("curvature", curvature)
    n = _checks.whole("samples", samples, 1)
    eta = _checks.between("eta", eta, 0, 2 / a)
    return rho / n * math.sqrt(eta * a**3 * (n - 1) / (2 - eta * a))


@_checks.formula
def projected_rise(eta, smoothness, perturbation_norm, gradient_norm=0.0):
    """Return the largest f(x − η(∇f + v)) − f(x) for v orthogonal to ∇f: −η(1 − βη/2)|∇f|² + βη²|v|²/2.

    It is at most βη²|v|²/2 ≤ β³η²ρ²/2 where ηβ ≤ 2, since |v| ≤ βρ. Attained by f = β|x|²/2.

    Parameters
    ----------
    eta : float
        Step size η.
    smoothness : float
        Lipschitz constant β of ∇f.
    perturbation_norm : float
        |v| after the projection.
    gradient_norm : float
        |∇f(x)|; 0 gives the worst case where ηβ ≤ 2.

    Returns
    -------
    float
        The bound on the rise, negative where f is sure to fall.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: statement QUOTED in words (Lemma 1), formula DERIVED, paper_checks/ahn2024/README.md, "Cost of one step".
    """
    eta = _checks.positive("eta", eta)
    beta = _checks.positive("smoothness", smoothness)
    v = _checks.nonnegative("perturbation_norm", perturbation_norm)
    g = _checks.nonnegative("gradient_norm", gradient_norm)
    return -eta * (1 - beta * eta / 2) * g**2 + beta * eta**2 * v**2 / 2


def unprojected_rise(eta, smoothness, perturbation_norm, gradient_norm):
    """Return the largest f(x − η(∇f + v)) − f(x) over all v of a given norm: η(|v|−|∇f|)[|∇f| + (βη/2)(|v|−|∇f|)].

    Holds for ηβ ≤ 1, where the worst v points against ∇f; attained by f = β|x|²/2. For |∇f| = ε₀ well below |v| it is
    near ηε₀|v| + βη²|v|²/2.

    Parameters
    ----------
    eta : float
        Step size η in (0, 1/β].
    smoothness : float
        Lipschitz constant β of ∇f.
    perturbation_norm : float
        |v|.
    gradient_norm : float
        |∇f(x)|.

    Returns
    -------
    float
        The bound on the rise.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Cost of one step".
    """
    beta = _checks.positive("smoothness", smoothness)
    eta = _checks.between("eta", eta, 0, 1 / beta, ends="(]")
    g = _checks.nonnegative("gradient_norm", gradient_norm)
    excess = _checks.nonnegative("perturbation_norm", perturbation_norm) - g
    return eta * excess * (g + beta * eta * excess / 2)


def rise_ratio(eta, smoothness, perturbation_norm, gate):
    """Return 2ε₀/(βη|v|): the first-order cost ηε₀|v| of no projection over the projected bound βη²|v|²/2.

    With the theorem's parameters and |v| = βρ it is of order (δε)^{−1/2}.

    Parameters
    ----------
    eta : float
        Step size η.
    smoothness : float
        Lipschitz constant β of ∇f.
    perturbation_norm : float
        |v|, above 0.
    gate : float
        ε₀.

    Returns
    -------
    float
        The ratio, a leading-order number: the exact one is ``unprojected_rise`` over ``projected_rise``.

    Raises
    ------
    ValueError
        If an argument is not positive.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Cost of one step".
    """
    size = _checks.positive("smoothness", smoothness) * _checks.positive("eta", eta)
    return 2 * _checks.positive("gate", gate) / (size * _checks.positive("perturbation_norm", perturbation_norm))


def _parameters(epsilon, delta, nu, speed_up, c_eta, c_eta_prime, c_rho, c_gate, c_steps):
    epsilon = _checks.between("epsilon", epsilon, 0, 1, ends="(]")
    delta = _checks.between("delta", delta, 0, 1, ends="(]")
    eta = _checks.positive("c_eta", c_eta) * nu * delta * epsilon
    rho = _checks.positive("c_rho", c_rho) * nu * delta * math.sqrt(epsilon)
    gate = _checks.positive("c_gate", c_gate) * math.sqrt(eta) * rho
    steps = math.ceil(_checks.positive("c_steps", c_steps) / (speed_up * epsilon**3 * delta**4))
    return EscapeParameters(eta, _checks.positive("c_eta_prime", c_eta_prime), rho, gate, steps)
