"""Global convergence of SAM on a quadratic: the trapping ball, Theorem G, its hand-over to Theorem L, random starts."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.sam.hidden_objective import HiddenObjective
from flatlab.theory.sam.local_convergence import LocalTube
from flatlab.theory.sam.quadratic import SAMOnQuadratic

__all__ = ["GlobalBound", "HandOver", "TrappingBall", "gaussian_start_bound", "hand_over", "sphere_start_bound"]


@_fields.setting
class TrappingBall(NamedTuple):
    """The ball of gradients that traps an orbit with initial gradient norm ``s_0 = |Lam w_0|``.

    sam : with ``h = eta l_1 < 2``.
    gradient_norm : s_0, above 0.

    For h < 1 a start above s* shrinks by ``1 - h_d`` a step until ``s <= s*``; one more step enters the ball for good.
    Every other start is trapped at once.  README, "Trapping ball".
    """

    sam: SAMOnQuadratic
    gradient_norm: float | np.floating

    def clean_fields(self) -> tuple:
        """Return the fields, refused unless there is a top cycle."""
        _fields.instance("sam", self.sam, SAMOnQuadratic).cycle()
        return self.sam, _fields.positive("gradient_norm", self.gradient_norm)

    @property
    def _far(self):
        return self.sam.h[0] < 1 and self.gradient_norm >= self.sam.critical_norm

    @property
    def far_steps(self) -> int:
        """``T_far = ceil(ln(s_0 / s*) / -ln(1 - h_d))`` steps reach ``s <= s*``; 0 for a start below s* or h >= 1."""
        if not self._far:
            return 0
        steps = np.log(self.gradient_norm / self.sam.critical_norm) / -np.log1p(-self.sam.h[-1])
        return max(0, int(np.ceil(steps)))

    @property
    def entry(self) -> int:
        """Step from which the norm is <= radius: ``T_far + 1``, or 0 for a start that is trapped at once."""
        return self.far_steps + 1 if self._far else 0

    @property
    def radius(self) -> float:
        """``s_max``: for h < 1 ``(1 - h_d) s*`` or, if larger but below s*, s_0.

        For h >= 1 ``max(s_0, eta rho l_1^2 / (1 - max_i |1 - h_i|))``.
        """
        h, (eigenvalues, eta, rho) = self.sam.h, self.sam
        if not h[0] < 1:
            return max(self.gradient_norm, eta * rho * eigenvalues[0] ** 2 / (1 - np.abs(1 - h).max()))
        inner = (1 - h[-1]) * self.sam.critical_norm
        return inner if self._far else max(self.gradient_norm, inner)

    @property
    def growth_floor(self) -> float:
        """Least growth factor of coordinate 1 in the ball, ``alpha = A_1(radius) > 0``."""
        h = self.sam.h[0]
        if not h < 1:
            return self.sam.growth_factors(self.radius)[0]
        return (1 - h) * (self.sam.critical_norm / self.radius - 1)


def _second_over_first(sam):
    """Return ``b_2 / b_1`` of a simple largest eigenvalue."""
    norms = sam.cycles.gradient_norm
    if norms.size == 1 or not norms[1] < norms[0]:
        raise ValueError("eigenvalues must have at least two entries and a simple largest one, got a top gap of 0")
    return norms[1] / norms[0]


def _largest_epsilon(sam):
    return (1 / _second_over_first(sam) - 1) / 2


@_fields.setting
class GlobalBound(NamedTuple):
    """Theorem G: within ``floor(N_A + N_B)`` steps some iterate has ``|grad J| <= epsilon``, ``|u| > b_1 (1 - theta)``.

    sam : with ``h = eta l_1 < 2`` and l_1 simple.
    gradient : (d,), Lam w of the iterate to count from, the first entry not 0; for h < 1 of norm below s*: take the
        iterate at step ``TrappingBall.entry``.
    epsilon : in (0, gamma).

    README, "Theorem G: iterations to a certified tube".
    """

    sam: SAMOnQuadratic
    gradient: checks.Array
    epsilon: float

    def clean_fields(self) -> tuple:
        """Return the fields, refused where the theorem does not apply."""
        sam = _fields.instance("sam", self.sam, SAMOnQuadratic)
        gradient = _fields.vector("gradient", self.gradient, sam.eigenvalues.size)
        epsilon = _fields.between("epsilon", self.epsilon, 0, _largest_epsilon(sam))
        if gradient[0] == 0:
            raise ValueError("gradient must have a first entry other than 0, got 0")
        norm = np.linalg.norm(gradient)
        if entry := TrappingBall(sam, norm).entry:
            raise ValueError(
                f"gradient must have a norm below the critical norm {_fields.text(sam.critical_norm)}, got "
                f"{_fields.text(norm)}; "
                f"take the iterate after TrappingBall.entry = {entry} steps"
            )
        return sam, gradient, epsilon

    @property
    def theta(self) -> float:
        """``theta = (1 - b_2 / b_1) / 2``."""
        return (1 - _second_over_first(self.sam)) / 2

    @property
    def gamma(self) -> float:
        """``gamma = (b_1 (1 - theta) - b_2) / b_2 = (b_1 / b_2 - 1) / 2``."""
        return _largest_epsilon(self.sam)

    @property
    def ball(self) -> TrappingBall:
        """The trapping ball, of radius ``s_max`` and growth floor ``alpha``.  README, "Trapping ball"."""
        return TrappingBall(self.sam, np.linalg.norm(self.gradient))

    @property
    def summability(self) -> float | np.ndarray:
        """``S = 2 (J(u) + b_1 / 2) / (eta^2 rho)``.  README, "Summability"."""
        return HiddenObjective(self.sam).summability_bound(self.gradient)

    @property
    def gradient_steps(self) -> float:
        """``N_A = S / (l_d^3 epsilon^2)``."""
        return self.summability / (self.sam.eigenvalues[-1] ** 3 * self.epsilon**2)

    @property
    def growth_steps(self) -> float:
        """``N_B = [ln(s_max / |u_1|) + N_A max(0, -ln alpha)] / ln(1 + (2 - h) theta)``."""
        ball = self.ball
        delay = self.gradient_steps * max(0.0, -np.log(ball.growth_floor))
        return (np.log(ball.radius / abs(self.gradient[0])) + delay) / np.log1p((2 - self.sam.h[0]) * self.theta)

    @property
    def iterations(self) -> int:
        """``floor(N_A + N_B)``."""
        steps = self.gradient_steps + self.growth_steps
        if not np.isfinite(steps):
            raise ValueError(
                f"epsilon must be large enough for a finite iteration bound, got {_fields.text(self.epsilon)}"
            )
        return int(np.floor(steps))

    @property
    def sine(self) -> float:
        """Bound ``epsilon / gamma`` on the sine of the angle to e_1 at the promised iterate."""
        return self.epsilon / self.gamma

    @property
    def _cosine(self):
        return np.sqrt((1 - self.sine) * (1 + self.sine))

    @property
    def tangent(self) -> float:
        """Bound ``sin / cos`` on the tangent of that angle."""
        return self.sine / self._cosine

    @property
    def norm_error(self) -> float:
        """Bound on ``|s / b_1 - 1|``, ``epsilon / cos``."""
        return self.epsilon / self._cosine

    @property
    def radial_error(self) -> float:
        """Bound on ``| |u_1| / b_1 - 1 |``, ``1 - cos + epsilon``, written so that no digits cancel."""
        return self.sine**2 / (1 + self._cosine) + self.epsilon


class HandOver(NamedTuple):
    """Theorem G followed by Theorem L: ``iterations = to_tube.iterations + in_tube`` steps reach the tolerance.

    README, "Hand-over from Theorem G to Theorem L".
    """

    to_tube: GlobalBound
    tube: LocalTube
    in_tube: int
    iterations: int


def hand_over(sam: SAMOnQuadratic, gradient: np.ndarray, tolerance: float) -> HandOver:
    """Return Theorem G then L: a bound on the first step with ``| |u_1| / b_1 - 1 |`` and tangent <= tolerance.

    Epsilon is halved from gamma / 2 until the tube that Theorem G promises is certified by Theorem L; this ends because
    K tends to ``max_{i>1} |m_i| < 1``. Arguments as in ``GlobalBound``.
    README, "Hand-over from Theorem G to Theorem L".
    """
    epsilon = _largest_epsilon(_fields.instance("sam", sam, SAMOnQuadratic)) / 2
    while epsilon > 1e-150:
        bound = GlobalBound(sam, gradient, epsilon)
        tube = LocalTube(sam, bound.radial_error, bound.tangent)
        if tube.certified:
            in_tube = tube.bound.hitting_time(tolerance)
            return HandOver(bound, tube, in_tube, bound.iterations + in_tube)
        epsilon /= 2
    first, second = sam.eigenvalues[:2]
    raise ValueError(f"eigenvalues must have a larger top gap to certify a tube, got {first!r}, {second!r}")


def gaussian_start_bound(sigma: float, failure_probability: float) -> float:
    """Return ``sigma p sqrt(pi / 2)``: ``|w_{0,1}|`` reaches it with probability >= 1 - p for a start N(0, sigma^2 I).

    sigma above 0; p in (0, 1).  README, "Random starts".
    """
    p = _fields.between("failure_probability", failure_probability, 0, 1)
    return _fields.positive("sigma", sigma) * p * np.sqrt(np.pi / 2)


def sphere_start_bound(radius: float, dimension: int, failure_probability: float) -> float:
    """Return ``R p sqrt(pi / (2 d))``: ``|w_{0,1}|`` reaches it with probability >= 1 - p, uniform on a sphere.

    R above 0; d 2 or above; p in (0, 1).  README, "Random starts".
    """
    p = _fields.between("failure_probability", failure_probability, 0, 1)
    d = checks.integer("dimension", dimension, at_least=2)
    return _fields.positive("radius", radius) * p * np.sqrt(np.pi / (2 * d))
