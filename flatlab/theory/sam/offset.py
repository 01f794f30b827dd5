"""Where the centre of SAM's bounce lies: the offset recursion, and the offset from an isolated minimum."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.sam.cycle import TwoCycle

__all__ = ["BounceOffset"]


@_fields.setting
class BounceOffset(NamedTuple):
    """Offset e of the bounce at a minimum z, ``w_t = z + (-1)^t a v_1 + e_t``, in the eigenbasis of its Hessian.

    ``e_{t+1,i} = m_i e_{t,i} - c_i tau_i + O(rho^3)`` with ``tau = T[v_1, v_1, .]``, T the third derivative at z.

    eigenvalues : (d,), of the Hessian at z, from the largest down, the first simple; zeros are allowed.
    eta : step size, with ``h = eta l_1 < 2``.
    rho : radius of the ascent step, 0 or above.

    README, "Offset recursion".

    >>> BounceOffset([3.0, 1.0], eta=0.3, rho=0.1).settled([0.0, 1.0]).round(4)
    array([-0.    , -0.0127])
    """

    eigenvalues: checks.Array
    eta: float
    rho: float

    def clean_fields(self) -> tuple:
        """Return the fields with the eigenvalues as an array."""
        spectrum = _fields.descending("eigenvalues", self.eigenvalues, zero_allowed=True)
        if spectrum.size > 1 and not spectrum[0] > spectrum[1]:
            raise ValueError(f"eigenvalues must have a simple largest entry, got {_fields.text(spectrum[0])} twice")
        return spectrum, *TwoCycle(spectrum[0], self.eta, self.rho)[1:]

    @property
    def cycle(self) -> TwoCycle:
        """The cycle along v_1, ``a = rho h / (2 - h)``.  README, "Setting and two-cycle"."""
        return TwoCycle(self.eigenvalues[0], self.eta, self.rho)

    @property
    def multipliers(self) -> np.ndarray:
        """``m_1 = 1 - h``, ``m_i = 1 - eta l_i - (2 - h) (l_i / l_1)^2``, (d,)."""
        cycle = self.cycle
        multipliers = 1 - self.eta * self.eigenvalues - cycle.below_two * (self.eigenvalues / self.eigenvalues[0]) ** 2
        multipliers[0] = 1 - cycle.h
        return multipliers

    @property
    def pulls(self) -> np.ndarray:
        """``c_1 = eta (a + rho)^2 / 2``, ``c_i = eta (a + rho)^2 / 2 + eta rho a l_i / (2 l_1)``, (d,)."""
        a, ratio = self.cycle.radius, self.eigenvalues / self.eigenvalues[0]
        shared = self.eta * (a + self.rho) ** 2 / 2
        pulls = shared + self.eta * self.rho * a * ratio / 2
        pulls[0] = shared
        return pulls

    def after(self, steps: int, third: ArrayLike) -> np.ndarray:
        """``e_t = -c_i tau_i (1 + m_i + ... + m_i^(t-1))`` after t steps from ``e_0 = 0``; ``third`` is tau, (d,)."""
        steps, third = checks.integer("steps", steps), self._third(third)
        multipliers, pulls = self.multipliers, self.pulls
        offset = np.zeros_like(third)
        for _ in range(steps):
            before, offset = offset, multipliers * offset - pulls * third
            if offset.dtype != object and np.array_equal(before, offset):  # the remaining steps change no bit
                break
        return offset

    def settled(self, third: ArrayLike) -> np.ndarray:
        """``e_i = -c_i tau_i / (1 - m_i)``, where the centre settles up to O(rho^4) if all eigenvalues are above 0.

        ``1 - m_i = eta l_i + (2 - h) (l_i / l_1)^2``; ``third`` is tau, (d,).  README, "Isolated minimum".
        """
        self._require_isolated()
        cycle = self.cycle
        margin = self.eta * self.eigenvalues + cycle.below_two * (self.eigenvalues / self.eigenvalues[0]) ** 2
        margin[0] = cycle.h
        return -self.pulls * self._third(third) / margin

    def slow(self, third: ArrayLike) -> np.ndarray:
        """Minimiser ``-(a + rho)^2 tau_i / (2 l_i)`` of ``l + ((a + rho)^2 / 2) lambda_max`` to leading order.

        The settled offset nears it where ``l_i / l_1`` and ``(2 - h) l_i / (eta l_1^2)`` are small.
        README, "Isolated minimum".
        """
        self._require_isolated()
        return -(self.cycle.ascent_distance**2) * self._third(third) / (2 * self.eigenvalues)

    def above_edge(self, third: ArrayLike, fourth: float) -> tuple[float, float]:
        """Curvature on the settled two-cycle less SAM's edge at the mean gradient norm, up to O(rho^4).

        The first is that of the mean curvature along the step, the second that of the mean of lambda_max at its ends.
        ``third`` is tau, (d,); ``fourth`` is the fourth derivative along v_1.  README, "Edge on a two-cycle".
        """
        third, fourth = self._third(third), _fields.number("fourth", fourth)
        rho, a = self.rho, self.cycle.radius
        tilt = (self.eigenvalues * self.settled(third) + a**2 * third / 2)[1:]
        turn = a**2 * np.sum(third[1:] ** 2 / (self.eigenvalues[0] - self.eigenvalues[1:]))
        below_ascent = (
            fourth * (a**2 / 2 - (a + rho) ** 2 / 6) + turn - rho / self.cycle.gradient_norm * third[1:] @ tilt
        )
        below_step = fourth * a**2 / 3 + turn
        points = (below_ascent * (a + rho) + rho * below_step) / (a + 2 * rho)
        return points - below_step, points

    def _third(self, third):
        return _fields.vector("third", third, self.eigenvalues.size)

    def _require_isolated(self):
        _fields.descending("eigenvalues", self.eigenvalues)
