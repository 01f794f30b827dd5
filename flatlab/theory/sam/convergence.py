"""Global convergence of SAM on a quadratic: the trapping ball, Theorem G and its hand-over to Theorem L."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.theory import _fields
from flatlab.theory.sam.hidden_objective import HiddenObjective
from flatlab.theory.sam.local_convergence import LocalTube
from flatlab.theory.sam.quadratic import SAMOnQuadratic

__all__ = ["GlobalBound", "HandOver", "PromisedTube", "TrappingBall", "certified_tube", "global_bound", "hand_over"]


@_fields.setting
class TrappingBall(NamedTuple):
    """The ball of gradients that traps an orbit with initial gradient norm ``s_0 = |Lam w_0|``.

    sam : with ``h = eta l_1 < 2``.
    gradient_norm : s_0, above 0.

    For h < 1 a start above s* shrinks by ``1 - h_d`` a step until ``s <= s*``; one more step enters the ball for good.
    Every other start is trapped at once.  README, "Trapping ball".

    >>> float(round(TrappingBall(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), gradient_norm=1.0).radius, 4))
    1.89
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

        For h >= 1 ``max(s_0, eta rho l_1^2 / (1 - q))``, where ``1 - q = min(h_d, 2 - h)``.
        """
        h, (eigenvalues, eta, rho) = self.sam.h, self.sam
        if not h[0] < 1:
            return max(self.gradient_norm, eta * rho * eigenvalues[0] ** 2 / min(h[-1], self.sam.cycle().below_two))
        inner = (1 - h[-1]) * self.sam.critical_norm
        return inner if self._far else max(self.gradient_norm, inner)

    @property
    def growth_floor(self) -> float:
        """Least growth factor of coordinate 1 in the ball, ``alpha = A_1(radius) > 0``."""
        h, last = self.sam.h[0], self.sam.h[-1]
        if not h < 1:
            return self.sam.growth_factors(self.radius)[0]
        critical = self.sam.critical_norm
        inner = self._far or self.gradient_norm <= (1 - last) * critical  # there s* - s_max is h_d s*
        return (1 - h) * (last / (1 - last) if inner else (critical - self.gradient_norm) / self.gradient_norm)


@_fields.setting
class PromisedTube(NamedTuple):
    """The tube of iterates with ``|grad J| <= epsilon`` and ``|u| > b_1 (1 - theta)`` that Theorem G leads to.

    sam : with ``h = eta l_1 < 2`` and l_1 simple.
    epsilon : in (0, gamma).

    README, "Theorem G: iterations to a certified tube".

    >>> float(round(PromisedTube(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), epsilon=0.1).gamma, 4))
    6.4545
    """

    sam: SAMOnQuadratic
    epsilon: float

    def clean_fields(self) -> tuple:
        """Return the fields, refused where the theorem does not apply."""
        sam = _fields.instance("sam", self.sam, SAMOnQuadratic)
        return sam, _fields.between("epsilon", self.epsilon, 0, _largest_epsilon(sam))

    @property
    def theta(self) -> float:
        """``theta = (1 - b_2 / b_1) / 2``."""
        return self.gamma / (1 + 2 * self.gamma)

    @property
    def gamma(self) -> float:
        """``gamma = (b_1 - b_2) / (2 b_2) = (1 - r) (2 (1 + r) - h r) / (2 r^2 (2 - h))`` with ``r = l_2 / l_1``."""
        return _largest_epsilon(self.sam)

    @property
    def sine(self) -> float:
        """Bound ``epsilon / gamma`` on the sine of the angle to e_1."""
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

    @property
    def local(self) -> LocalTube:
        """The tube of Theorem L with these errors, ``d_0 = radial_error`` and ``r_0 = tangent``."""
        return LocalTube(self.sam, self.radial_error, self.tangent)


def _largest_epsilon(sam: SAMOnQuadratic) -> float:
    """Return ``gamma = (b_1 - b_2) / (2 b_2)``, in a form in which no digits cancel."""
    spectrum, top = sam.eigenvalues, sam.cycle()
    if spectrum.size == 1 or not spectrum[1] < spectrum[0]:
        raise ValueError("eigenvalues must have at least two entries and a simple largest one, got a top gap of 0")
    ratio, gap = spectrum[1] / spectrum[0], (spectrum[0] - spectrum[1]) / spectrum[0]
    return gap * (2 * (1 + ratio) - top.h * ratio) / (2 * ratio**2 * top.below_two)


@_fields.setting
class GlobalBound(NamedTuple):
    """Theorem G: within ``floor(N_A + N_B)`` steps some iterate lies in the promised tube of epsilon.

    sam : with ``h = eta l_1 < 2`` and l_1 simple.
    summability : S or a bound above it, 0 or above.
    gradient_norm : ``|u| = |Lam w|`` of the iterate to count from or a bound above it; for h < 1 below s*: take the
        iterate at step ``TrappingBall.entry``.
    leading : ``|u_1|`` of that iterate or a bound below it, above 0.
    epsilon : in (0, gamma).

    README, "Theorem G: iterations to a certified tube".

    >>> GlobalBound(SAMOnQuadratic([3, 1], 0.3, 0.1), summability=5, gradient_norm=1, leading=1, epsilon=1).iterations
    44
    """

    sam: SAMOnQuadratic
    summability: float | np.floating
    gradient_norm: float | np.floating
    leading: float
    epsilon: float

    def clean_fields(self) -> tuple:
        """Return the fields, refused where the theorem does not apply."""
        sam, epsilon = PromisedTube(self.sam, self.epsilon)
        norm = _fields.positive("gradient_norm", self.gradient_norm)
        if entry := TrappingBall(sam, norm).entry:
            raise ValueError(
                f"gradient_norm must be below the critical norm {_fields.text(sam.critical_norm)}, got "
                f"{_fields.text(norm)}; take the iterate after TrappingBall.entry = {entry} steps"
            )
        leading = _fields.positive("leading", self.leading)
        return sam, _fields.nonnegative("summability", self.summability), norm, leading, epsilon

    @property
    def tube(self) -> PromisedTube:
        """The tube that is reached, of ``|grad J| <= epsilon``."""
        return PromisedTube(self.sam, self.epsilon)

    @property
    def ball(self) -> TrappingBall:
        """The trapping ball, of radius ``s_max`` and growth floor ``alpha``.  README, "Trapping ball"."""
        return TrappingBall(self.sam, self.gradient_norm)

    @property
    def gradient_steps(self) -> float:
        """``N_A = S / (l_d^3 epsilon^2)``."""
        return self.summability / (self.sam.eigenvalues[-1] ** 3 * self.epsilon**2)

    @property
    def delay(self) -> float:
        """``N_A max(0, -ln alpha)``: by how much ``ln |u_1|`` may fall in the steps that N_A counts."""
        return self.gradient_steps * max(0.0, -np.log(self.ball.growth_floor))

    @property
    def growth_steps(self) -> float:
        """``N_B = [ln(s_max / |u_1|) + N_A max(0, -ln alpha)] / ln(1 + (2 - h) theta)``."""
        growth = np.log1p(self.sam.cycle().below_two * self.tube.theta)
        return (np.log(self.ball.radius / self.leading) + self.delay) / growth

    @property
    def iterations(self) -> int:
        """``floor(N_A + N_B)``."""
        steps = self.gradient_steps + self.growth_steps
        if not np.isfinite(steps):
            raise ValueError(
                f"epsilon must be large enough for a finite iteration bound, got {_fields.text(self.epsilon)}"
            )
        return int(np.floor(steps))


def global_bound(sam: SAMOnQuadratic, gradient: ArrayLike, epsilon: float) -> GlobalBound:
    """Return Theorem G counted from an iterate with gradient ``u = Lam w``, (d,), the first entry not 0.

    README, "Theorem G: iterations to a certified tube".

    >>> global_bound(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), [0.5, 0.2], epsilon=0.5).iterations
    9422
    """
    gradient = _fields.vector("gradient", gradient, _fields.instance("sam", sam, SAMOnQuadratic).eigenvalues.size)
    if gradient[0] == 0:
        raise ValueError("gradient must have a first entry other than 0, got 0")
    summability = HiddenObjective(sam).summability_bound(gradient)
    return GlobalBound(sam, summability, np.linalg.norm(gradient), abs(gradient[0]), epsilon)


class HandOver(NamedTuple):
    """Theorem G followed by Theorem L: ``iterations = to_tube.iterations + in_tube`` steps reach the tolerance.

    README, "Hand-over from Theorem G to Theorem L".

    >>> found = hand_over(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), [0.5, 0.2], tolerance=1e-6)
    >>> found.iterations == found.to_tube.iterations + found.in_tube
    True
    """

    to_tube: GlobalBound
    tube: LocalTube
    in_tube: int
    iterations: int


def certified_tube(sam: SAMOnQuadratic) -> PromisedTube:
    """Return the promised tube with the largest epsilon of ``gamma / 2, gamma / 4, ...`` that Theorem L certifies.

    There is one, because K tends to ``max_{i>1} |m_i| < 1``.  README, "Hand-over from Theorem G to Theorem L".

    >>> round(certified_tube(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1)).epsilon, 4)
    0.4034
    """
    epsilon = _largest_epsilon(_fields.instance("sam", sam, SAMOnQuadratic)) / 2
    while epsilon > 1e-150:
        tube = PromisedTube(sam, epsilon)
        if tube.local.certified:
            return tube
        epsilon /= 2
    first, second = sam.eigenvalues[:2]
    raise ValueError(f"eigenvalues must have a larger top gap to certify a tube, got {first!r}, {second!r}")


def hand_over(sam: SAMOnQuadratic, gradient: ArrayLike, tolerance: float) -> HandOver:
    """Return Theorem G then L: a bound on the first step with ``| |u_1| / b_1 - 1 |`` and tangent <= tolerance.

    Arguments as in ``global_bound``.  README, "Hand-over from Theorem G to Theorem L".

    >>> hand_over(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1), [0.5, 0.2], tolerance=1e-6).in_tube
    106
    """
    promised = certified_tube(sam)
    bound, tube = global_bound(sam, gradient, promised.epsilon), promised.local
    in_tube = tube.bound.hitting_time(tolerance)
    return HandOver(bound, tube, in_tube, bound.iterations + in_tube)
