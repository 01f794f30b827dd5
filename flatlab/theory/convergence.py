"""Global convergence of SAM on a quadratic: the trapping ball, Theorem G, its hand-over to Theorem L, random starts.

All of it is about the gradient ``Lam w`` in the eigenbasis of the Hessian (either sign: the bounce does not matter).
Index 0 is the largest eigenvalue.
"""

import math
from typing import NamedTuple

import numpy as np

from flatlab import _checks
from flatlab.theory.cycle import cycle_gradient_norm, descending_eigenvalues, sharpness
from flatlab.theory.hidden_objective import summability_bound
from flatlab.theory.local_convergence import LocalTube, local_hitting_time, local_tube

__all__ = [
    "GlobalBound",
    "HandOver",
    "TrappingBall",
    "critical_norm",
    "gaussian_start_bound",
    "global_bound",
    "hand_over",
    "sphere_start_bound",
    "trapping_ball",
]


class TrappingBall(NamedTuple):
    """The ball of gradients that traps an orbit.

    ``critical_norm`` is s* (infinite for h >= 1); ``far_steps`` is T_far; from step ``entry`` on the gradient norm is
    at most ``radius`` and the top coordinate's growth factor at least ``growth_floor`` (alpha), above 0.
    """

    critical_norm: float
    far_steps: int
    entry: int
    radius: float
    growth_floor: float


class GlobalBound(NamedTuple):
    """Theorem G: within ``iterations`` steps some iterate lies in the tube of the last four fields.

    ``theta``, ``gamma``, ``epsilon``: the margins; ``radius`` s_max and ``growth_floor`` alpha of the trapping ball;
    ``summability`` S; ``gradient_steps`` N_A; ``growth_steps`` N_B. At the promised iterate the sine and tangent of the
    angle to e_1 are at most ``sine`` and ``tangent``, ``|s / b_1 - 1| <= norm_error`` and
    ``| |u_1| / b_1 - 1 | <= radial_error``.
    """

    theta: float
    gamma: float
    epsilon: float
    radius: float
    growth_floor: float
    summability: float
    gradient_steps: float
    growth_steps: float
    iterations: int
    sine: float
    tangent: float
    norm_error: float
    radial_error: float


class HandOver(NamedTuple):
    """Theorem G followed by Theorem L: the global bound, the tube it certifies, the steps in it and in all."""

    to_tube: GlobalBound
    tube: LocalTube
    in_tube: int
    iterations: int


def critical_norm(eigenvalues, eta, rho):
    """Return ``s* = eta rho l_1^2 / (1 - h)``, the gradient norm at which one step zeroes the top coordinate.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, above 0.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    float
        Infinite when h = eta l_1 >= 1: no step can zero the top coordinate.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem A: which starts converge").
    """
    top = float(descending_eigenvalues(eigenvalues)[0])
    eta, rho = _checks.positive("eta", eta), _checks.positive("rho", rho)
    return eta * rho * top**2 / (1 - eta * top) if eta * top < 1 else math.inf


def trapping_ball(gradient_norm, eigenvalues, eta, rho):
    """Return the ball that traps an orbit with the given initial gradient norm.

    For h < 1: above s* every step shrinks the norm by ``1 - h_d``, so ``T_far <= ceil(ln(s_0 / s*) / -ln(1 - h_d))``
    steps reach ``s <= s*``, and one more reaches ``(1 - h_d) s*`` for good. A start below s* is trapped at once, in
    ``max(s_0, (1 - h_d) s*)``. For h >= 1 the radius is ``max(s_0, eta rho l_1^2 / (1 - q))``, ``q = max_i |1 - h_i|``,
    at once. The growth floor is ``alpha = eta rho l_1^2 / radius + h - 1``.

    Parameters
    ----------
    gradient_norm : float
        s_0 = |Lam w_0|, above 0.
    eigenvalues : array_like, shape (d,)
        Positive spectrum, largest first.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, above 0.

    Returns
    -------
    TrappingBall

    Raises
    ------
    ValueError
        If an argument is out of range or eta * l_1 >= 2.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Trapping ball").
    """
    s = _checks.positive("gradient_norm", gradient_norm)
    spectrum = descending_eigenvalues(eigenvalues)
    h = sharpness(spectrum, eta)
    barrier = critical_norm(spectrum, eta, rho)
    push = eta * rho * spectrum[0] ** 2
    if math.isinf(barrier):
        radius = max(s, push / (1 - np.abs(1 - h).max()))
        return TrappingBall(barrier, 0, 0, float(radius), float(push / radius + h[0] - 1))
    far = s >= barrier
    far_steps = max(0, math.ceil(math.log(s / barrier) / -math.log1p(-h[-1]))) if far else 0
    radius = (1 - h[-1]) * barrier if far else max(s, (1 - h[-1]) * barrier)
    return TrappingBall(
        barrier, far_steps, far_steps + 1 if far else 0, float(radius), float((1 - h[0]) * (barrier / radius - 1))
    )


def _margins(spectrum, eta, rho):
    norms = cycle_gradient_norm(spectrum, eta, rho)
    if spectrum.size == 1 or norms[1] == norms[0]:
        raise ValueError("eigenvalues must have at least two entries and a simple largest one, got a top gap of 0")
    ratio = norms[1] / norms[0]
    return float(norms[0]), float((1 - ratio) / 2), float((1 / ratio - 1) / 2)


def global_bound(gradient, eigenvalues, eta, rho, epsilon):
    """Return Theorem G: a bound on the steps from the given iterate to a certified tube about the top cycle.

    With ``theta = (1 - b_2 / b_1) / 2``, ``gamma = (b_1 (1 - theta) - b_2) / b_2`` and ``0 < epsilon < gamma``, some
    iterate within ``floor(N_A + N_B)`` steps has ``|grad J| <= epsilon`` and ``|u| > b_1 (1 - theta)``, where

        N_A = S / (l_d^3 epsilon^2),   N_B = [ln(s_max / |u_1|) + N_A max(0, -ln alpha)] / ln(1 + (2 - h) theta).

    Parameters
    ----------
    gradient : array_like, shape (d,)
        The gradient Lam w of the iterate to count from, first entry not zero. For eta l_1 < 1 its norm must be below
        the critical norm: take the iterate at step ``trapping_ball(...).entry``.
    eigenvalues : array_like, shape (d,), d >= 2
        Positive spectrum, largest first, the first one simple.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, above 0.
    epsilon : float
        Accuracy in (0, gamma).

    Returns
    -------
    GlobalBound
        In the promised tube ``sine = epsilon / gamma``, ``norm_error = epsilon / cos`` and
        ``radial_error = 1 - cos + epsilon``.

    Raises
    ------
    ValueError
        If an argument is out of range, eta * l_1 >= 2, l_1 is repeated, or the gradient lies outside the ball.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Theorem G: iterations to a certified tube").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    u = _checks.vector("gradient", gradient, spectrum.size)
    _, theta, gamma = _margins(spectrum, eta, _checks.positive("rho", rho))
    epsilon = _checks.between("epsilon", epsilon, 0, gamma)
    if u[0] == 0:
        raise ValueError("gradient must have a first entry other than 0, got 0")
    ball = trapping_ball(float(np.linalg.norm(u)), spectrum, eta, rho)
    if ball.entry:
        raise ValueError(
            f"gradient must have a norm below the critical norm {ball.critical_norm:g}, got {np.linalg.norm(u):g}; "
            f"take the iterate after trapping_ball(...).entry = {ball.entry} steps"
        )
    total = summability_bound(u, spectrum, eta, rho)
    gradient_steps = total / (spectrum[-1] ** 3 * epsilon**2)
    delay = gradient_steps * max(0.0, -math.log(ball.growth_floor))
    pace = math.log1p((2 - eta * spectrum[0]) * theta)
    growth_steps = (math.log(ball.radius / abs(u[0])) + delay) / pace
    steps = float(gradient_steps + growth_steps)
    if not math.isfinite(steps):
        raise ValueError(f"epsilon must be large enough for a finite iteration bound, got {epsilon:g}")
    sine = epsilon / gamma
    cosine = math.sqrt((1 - sine) * (1 + sine))
    radial_error = sine**2 / (1 + cosine) + epsilon
    return GlobalBound(
        theta, gamma, epsilon, ball.radius, ball.growth_floor, total, float(gradient_steps), float(growth_steps),
        math.floor(steps), sine, sine / cosine, epsilon / cosine, radial_error,
    )  # fmt: skip


def hand_over(gradient, eigenvalues, eta, rho, tolerance):
    """Return a bound on the steps to within ``tolerance`` of the top cycle: Theorem G, then Theorem L.

    Epsilon is halved from gamma / 2 until the tube Theorem G promises is certified by Theorem L; this ends because
    K tends to ``max_{i>1} |m_i| < 1``.

    Parameters
    ----------
    gradient : array_like, shape (d,)
        The gradient Lam w of the iterate to count from, as for ``global_bound``.
    eigenvalues : array_like, shape (d,), d >= 2
        Positive spectrum, largest first, the first one simple.
    eta : float
        Step size, with eta * l_1 < 2.
    rho : float
        Radius of the ascent step, above 0.
    tolerance : float
        Wanted radial error and tangent, above 0.

    Returns
    -------
    HandOver
        ``iterations`` bounds the first step with ``| |u_1| / b_1 - 1 | <= tolerance`` and tangent ``<= tolerance``.

    Raises
    ------
    ValueError
        As ``global_bound``; or if the gap is so small that no tube can be certified in floating point.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Hand-over from Theorem G to Theorem L").
    """
    spectrum = descending_eigenvalues(eigenvalues)
    epsilon = _margins(spectrum, eta, _checks.positive("rho", rho))[2] / 2
    while epsilon > 1e-150:
        bound = global_bound(gradient, spectrum, eta, rho, epsilon)
        tube = local_tube(bound.radial_error, bound.tangent, spectrum, eta)
        if tube.certified:
            in_tube = local_hitting_time(tube, tolerance)
            return HandOver(bound, tube, in_tube, bound.iterations + in_tube)
        epsilon /= 2
    raise ValueError(f"eigenvalues must have a larger top gap to certify a tube, got {spectrum[0]!r}, {spectrum[1]!r}")


def gaussian_start_bound(sigma, failure_probability):
    """Return the size that ``|w_{0,1}|`` reaches with probability at least ``1 - p`` for a start N(0, sigma^2 I).

    It is ``sigma p sqrt(pi / 2)``, because the density of |Z| is at most ``sqrt(2 / pi)``; d does not enter.

    Parameters
    ----------
    sigma : float
        Standard deviation of every coordinate, above 0.
    failure_probability : float
        p in (0, 1).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Random starts").
    """
    p = _checks.between("failure_probability", failure_probability, 0, 1)
    return _checks.positive("sigma", sigma) * p * math.sqrt(math.pi / 2)


def sphere_start_bound(radius, dimension, failure_probability):
    """Return the size that ``|w_{0,1}|`` reaches with probability at least ``1 - p`` for a uniform start on a sphere.

    It is ``R p sqrt(pi / (2 d))``.

    Parameters
    ----------
    radius : float
        R, above 0.
    dimension : int
        d, 2 or above.
    failure_probability : float
        p in (0, 1).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: DERIVED (paper_checks/bartlett2023, "Random starts").
    """
    p = _checks.between("failure_probability", failure_probability, 0, 1)
    d = _checks.whole("dimension", dimension, at_least=2)
    return _checks.positive("radius", radius) * p * math.sqrt(math.pi / (2 * d))
