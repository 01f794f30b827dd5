"""Lower bounds on E‖∇F(W_t)‖² for noise stability optimisation, and the instances that prove L4 and L5.

The names L1 to L5 are those of paper_checks/zhang2024/README.md; the instances of L1 to L3, each built against one
step size, stand in ``instances``. Those of L4 and L5 are built against a whole schedule. Both use fresh-coordinate
noise: sample j of step t pushes its own coordinate by ±σ, so that it moves by ηₜσ/k and no other sample touches it.
"""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["NoisyDescent", "NoisySchedule"]


@_fields.setting
class NoisyDescent(NamedTuple):
    """T steps with k independent samples each, of an oracle with deviation σ, down a gap D².

    smoothness : C, Lipschitz constant of ∇f; gap : D² = F(W₀) − min F; sigma : σ, all above 0; steps, pairs : T, k.

    >>> float(round(NoisyDescent(smoothness=1.0, gap=1.0, sigma=1.0, steps=100).huber, 4))
    0.1364
    """

    smoothness: float
    gap: float
    sigma: float
    steps: int
    pairs: int = 1

    def clean_fields(self) -> tuple:
        return (
            _fields.positive("smoothness", self.smoothness),
            _fields.positive("gap", self.gap),
            _fields.positive("sigma", self.sigma),
            checks.integer("steps", self.steps, 1),
            checks.integer("pairs", self.pairs, 1),
        )

    @property
    def unit(self) -> float:
        """D√(Cσ²/(kT)), the unit of every rate here.  README, "Lower bounds"."""
        return np.sqrt(self.gap * self.smoothness * self.sigma**2 / (self.pairs * self.steps))

    @property
    def warm_quadratic(self) -> float:
        """L1 = L2 = min{2qCD², [√(2q) − q√ν/4] D√(Cσ²/(kT))}, q = (1 − 1/(2T))²ᵀ, ν = σ²/(kTCD²); empty for ν > 32/q.

        For every fixed η in (0, 2/C) there is a quadratic on which min over 1 ≤ t ≤ T is at least this.  README, "L1".
        """
        c, gap, sigma, t, k = self
        q = np.exp(2 * t * np.log1p(-1 / (2 * t)))
        nu = sigma**2 / (k * t * c * gap)
        return min(2 * q * c * gap, (np.sqrt(2 * q) - q * np.sqrt(nu) / 4) * self.unit)

    @property
    def huber(self) -> float:
        """L3 = √2 D√(Cσ²/(kT)) − σ²/(2kT), empty for ν > 8.

        For every fixed η in (0, 2/C) there is a convex instance on which every iterate of every path has at least
        this.  README, "L3".
        """
        return np.sqrt(2) * self.unit - self.sigma**2 / (2 * self.pairs * self.steps)

    @property
    def nonconvex(self) -> float:
        """L5 = min{CD²/4, D√(Cσ²/(128kT))}, for every schedule with ηₜ ≤ 1/C and Σηₜ² ≤ 2kD²/(Cσ²).  README, "L5"."""
        return min(self.smoothness * self.gap / 4, self.unit / np.sqrt(128))

    def constant_gap(self, second_moment: float) -> float:
        """√(1 + C²H/σ²), H = E‖U‖²: the limit of the upper bound over L3 as T grows.

        README, "Distance between the bounds".
        """
        second_moment = _fields.nonnegative("second_moment", second_moment)
        return np.sqrt(1 + self.smoothness**2 * second_moment / self.sigma**2)


@_fields.setting
class NoisySchedule(NamedTuple):
    """One step for each of etas : ηₜ in (0, 1/C], shape (T,), fixed in advance; the others as in ``NoisyDescent``.

    S = Σηₜ. What concerns L5 needs Σηₜ² ≤ 2kD²/(Cσ²).

    >>> float(round(NoisySchedule([0.1] * 100, smoothness=1.0, gap=1.0, sigma=1.0).bound, 4))
    0.1402
    """

    etas: checks.Array
    smoothness: float
    gap: float
    sigma: float
    pairs: int = 1

    def clean_fields(self) -> tuple:
        etas = _fields.vector("etas", self.etas)
        c, gap, sigma, _, k = NoisyDescent(self.smoothness, self.gap, self.sigma, etas.size, self.pairs)
        if etas.min() <= 0 or etas.max() > 1 / c:
            low, high = _fields.text(etas.min()), _fields.text(etas.max())
            raise ValueError(f"etas must lie in (0, 1/smoothness], got values from {low} to {high}")
        return etas, c, gap, sigma, k

    @property
    def bound(self) -> float:
        """L4 = D²/(S + 1/(2C)) + (Cσ²/(2kS)) (Σηₜ² − max ηₜ/C).

        A convex instance with a cold start has E‖∇F(W_t)‖² at least this, t = i with probability ηᵢ/S.  README, "L4".
        """
        etas, c, gap, sigma, k = self
        total = np.sum(etas)
        return gap / (total + 1 / (2 * c)) + c * sigma**2 / (2 * k * total) * (np.sum(etas**2) - etas.max() / c)

    @property
    def upper_bound(self) -> float:
        """(2D² + (Cσ²/k) Σηₜ²)/((2 − C max ηₜ)S).

        Without weight noise every C-smooth objective has E‖∇F(W_t)‖² at most this, t = i with probability ηᵢ/S.
        README, "Upper bound".
        """
        etas, c, gap, sigma, k = self
        return (2 * gap + c * sigma**2 / k * np.sum(etas**2)) / ((2 - c * etas.max()) * np.sum(etas))

    @property
    def slope(self) -> float:
        """Slope e of L4's ramp: e² = D²/(S + 1/(2C)); it starts at w₁(0) = e/C + Se.  README, "L4"."""
        return np.sqrt(self.gap / (np.sum(self.etas) + 1 / (2 * self.smoothness)))

    @property
    def ramp_path(self) -> np.ndarray:
        """‖∇f(W_t)‖² = e² + C²mₜ on L4's instance, t = 0..T−1: m₀ = 0, mₜ₊₁ = (1 − ηₜC)²mₜ + ηₜ²σ²/k.  README, "L4"."""
        moments = np.zeros_like(self.etas)
        for t, eta in enumerate(self.etas[:-1]):
            moments[t + 1] = (1 - eta * self.smoothness) ** 2 * moments[t] + eta**2 * self.sigma**2 / self.pairs
        return self.slope**2 + self.smoothness**2 * moments

    @property
    def stretch(self) -> float:
        """G = max(1/C, 2S), the inverse curvature of L5's bowl.  README, "L5"."""
        squares, allowed = np.sum(self.etas**2), 2 * self.pairs * self.gap / (self.smoothness * self.sigma**2)
        if squares > allowed * (1 + 1e-12):  # a schedule set to the limit may exceed it by rounding
            raise ValueError(
                f"etas must have a sum of squares of at most {_fields.text(allowed)}, got {_fields.text(squares)}"
            )
        return max(1 / self.smoothness, 2 * np.sum(self.etas))

    @property
    def nonconvex_bound(self) -> float:
        """L5 = D²/(4G), on every iterate of every path.  README, "L5"."""
        return self.gap / (4 * self.stretch)

    @property
    def bowl_start(self) -> float:
        """w₀(0) of L5: w₀(0)²/(2G) = D² − (Cσ²/(4k)) Σηₜ².  README, "L5"."""
        rest = self.gap - self.smoothness * self.sigma**2 / (4 * self.pairs) * np.sum(self.etas**2)
        return np.sqrt(2 * self.stretch * rest)

    @property
    def bowl_path(self) -> np.ndarray:
        """‖∇f(W_t)‖² = (w₀(0)/G)² Π_{i<t} (1 − ηᵢ/G)² on L5's instance, t = 0..T, on every path.  README, "L5"."""
        factors = np.cumprod(1 - self.etas / self.stretch)
        return (self.bowl_start / self.stretch * np.concatenate(([1.0], factors))) ** 2
