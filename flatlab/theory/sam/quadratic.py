"""SAM on a convex quadratic: its cycles, their exact local rates, and what happens where no cycle exists."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.sam.cycle import TwoCycle

__all__ = ["DivergenceLaw", "SAMOnQuadratic"]


class DivergenceLaw(NamedTuple):
    """How ``|w_1|`` grows without a top cycle: ``|w_1|_{t+1}`` tends to ``ratio * |w_1|_t + increment``.

    README, "Outside h < 2".

    >>> float(SAMOnQuadratic([3.0, 1.0], eta=1.0, rho=0.1).divergence.ratio)
    2.0
    """

    kind: str
    ratio: float
    increment: float


@_fields.setting
class SAMOnQuadratic(NamedTuple):
    """SAM on ``(1/2) sum l_i w_i^2``, whose Hessian is diagonal with the eigenvalues l_i.

    eigenvalues : (d,), above 0, from the largest down; equal neighbours are allowed. Index 0 is l_1.
    eta : step size, above 0. What belongs to a cycle along e_j asks for ``eta l_j < 2``.
    rho : radius of the ascent step, above 0; where it is left out, lengths come in its units.

    README, "Multipliers of a two-cycle".

    >>> SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1).multipliers().round(4)
    array([0.1   , 0.5778])
    """

    eigenvalues: checks.Array
    eta: float
    rho: float = 1.0

    def clean_fields(self) -> tuple:
        """Return the fields with the eigenvalues as an array."""
        eigenvalues = _fields.descending("eigenvalues", self.eigenvalues)
        return eigenvalues, _fields.positive("eta", self.eta), _fields.positive("rho", self.rho)

    @property
    def h(self) -> np.ndarray:
        """Normalised curvatures ``h_i = eta l_i``, shape (d,).  README, "Setting and two-cycle"."""
        return self.eta * self.eigenvalues

    @property
    def cycles(self) -> TwoCycle:
        """The cycles along all axes, ``a_i = rho h_i / (2 - h_i)``.  README, "Setting and two-cycle"."""
        return TwoCycle(self.eigenvalues, self.eta, self.rho)

    def cycle(self, index: int = 0) -> TwoCycle:
        """Cycle along e_index, ``a = rho h / (2 - h)``; 0 is the top one.  README, "Setting and two-cycle"."""
        return TwoCycle(self.eigenvalues[self._index("index", index)], self.eta, self.rho)

    def _index(self, name, value):
        value = checks.integer(name, value)
        if value >= self.eigenvalues.size:
            raise ValueError(f"{name} must be below the number of eigenvalues {self.eigenvalues.size}, got {value}")
        return value

    def multipliers(self, index: int = 0) -> np.ndarray:
        """Factors of a small deviation from the cycle along e_j, ``m_i = 1 - h_i - (2 - h_j) (l_i / l_j)^2``, (d,).

        Along the cycle itself ``m_j = 1 - h_j``. Another copy of l_j has exactly -1.
        """
        cycle = self.cycle(index)
        multipliers = 1 - self.h - cycle.below_two * (self.eigenvalues / self.eigenvalues[index]) ** 2
        multipliers[index] = 1 - cycle.h
        return multipliers

    def escape_factor(self, index: int, along: int = 0) -> float:
        """Growth per step along e_i off the cycle of e_j, ``h_i + (2 - h_j) (l_i / l_j)^2 - 1 > 1`` for l_i > l_j."""
        multipliers, along = self.multipliers(index), self._index("along", along)
        if not self.eigenvalues[along] > self.eigenvalues[index]:
            raise ValueError(f"along must point to an eigenvalue above the one at index {index}, got along = {along}")
        return -multipliers[along]

    @property
    def asymptotic_rate(self) -> float:
        """Factor per step of the distance to the top cycle, ``max(|1 - h|, max_{i>1} |m_i|)``; 1 if l_1 is repeated."""
        return np.abs(self.multipliers()).max()

    @property
    def leading_coordinate_rate(self) -> float:
        """Factor of coordinate 1 alone, ``max(|1 - h|, max_{i>1} m_i^2)``: the others force it only quadratically."""
        multipliers = self.multipliers()
        return max(abs(multipliers[0]), *(multipliers[1:] ** 2), 0.0)

    def growth_factors(self, gradient_norm: float) -> np.ndarray:
        """``A_i(s) = eta rho l_i^2 / s + eta l_i - 1``, (d,): one step turns w_i into ``-A_i(|Lam w|) w_i``.

        README, "Growth factors".
        """
        s = _fields.positive("gradient_norm", gradient_norm)
        return self.eta * self.rho * self.eigenvalues**2 / s + self.h - 1

    @property
    def critical_norm(self) -> float:
        """``s* = eta rho l_1^2 / (1 - h)``, where a step zeroes coordinate 1; infinite for h >= 1.

        README, "Theorem A: which starts converge".
        """
        top, h = self.eigenvalues[0], self.h[0]
        return self.eta * self.rho * top**2 / (1 - h) if h < 1 else np.inf

    @property
    def divergence(self) -> DivergenceLaw:
        """Law of ``|w_1|`` for h >= 2: geometric with ratio ``h - 1``, or linear by ``2 rho`` a step at ``h = 2``.

        With l_1 repeated it holds for the projection on its eigenspace.  README, "Outside h < 2".
        """
        h = self.h[0]
        if h < 2:
            limit, eta = _fields.text(2 / self.eigenvalues[0]), _fields.text(self.eta)
            raise ValueError(f"eta must be at least 2 / (largest eigenvalue) = {limit} for divergence, got {eta}")
        return DivergenceLaw("geometric", h - 1, 0.0) if h > 2 else DivergenceLaw("linear", 1.0, 2 * self.rho)
