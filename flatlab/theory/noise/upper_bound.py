"""The upper bound on E‖∇F(W_t)‖² of noise stability optimisation, with its constants."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["OneStep", "UpperBound"]


@_fields.setting
class OneStep(NamedTuple):
    """The gradient estimate of one step.

    sigma : σ, standard deviation bound of the oracle, 0 or above; smoothness : C, Lipschitz constant of ∇f, above 0;
    second_moment : H = E‖U‖², 0 or above; pairs : k, number of independent pairs; shared_sample : whether all 2k
    evaluations use one sample; hessian_lipschitz, fourth_moment : ρ and E‖U‖⁴, 0 or above, given together or not at
    all.

    >>> OneStep(sigma=1.0, smoothness=1.0, second_moment=0.5, pairs=3).variance
    0.5
    """

    sigma: float
    smoothness: float
    second_moment: float
    pairs: int = 1
    shared_sample: bool = False
    hessian_lipschitz: float | None = None
    fourth_moment: float | None = None

    def clean_fields(self) -> tuple:
        rho, fourth = self.hessian_lipschitz, self.fourth_moment
        if (rho is None) != (fourth is None):
            raise ValueError("hessian_lipschitz and fourth_moment must be given together, got only one of them")
        return (
            _fields.nonnegative("sigma", self.sigma),
            _fields.positive("smoothness", self.smoothness),
            _fields.nonnegative("second_moment", self.second_moment),
            checks.integer("pairs", self.pairs, 1),
            checks.flag("shared_sample", self.shared_sample),
            None if rho is None else _fields.nonnegative("hessian_lipschitz", rho),
            None if fourth is None else _fields.nonnegative("fourth_moment", fourth),
        )

    @property
    def weight_noise(self) -> float:
        """Variance that the weight noise leaves ≤ C²H; with ρ, the pair's ≤ min(C²H, ρ²E‖U‖⁴/4).

        README, "Variance of the gradient estimators".
        """
        plain = self.smoothness**2 * self.second_moment
        if self.hessian_lipschitz is None or self.fourth_moment is None:
            return plain
        return min(plain, self.hessian_lipschitz**2 * self.fourth_moment / 4)

    @property
    def variance(self) -> float:
        """Bound v = (σ² + C²H)/k, or σ² + C²H/k with one sample; C²H as in ``weight_noise``.  README, "Upper bound"."""
        if self.shared_sample:
            return self.sigma**2 + self.weight_noise / self.pairs
        return (self.sigma**2 + self.weight_noise) / self.pairs

    def upper_bound(self, gap: float, steps: int) -> "UpperBound":
        """Upper bound A + √(A² + 2Av), A = CD²/T, with this v, from the gap D² in T steps.  README, "Upper bound"."""
        return UpperBound(self.smoothness, gap, self.variance, steps)


@_fields.setting
class UpperBound(NamedTuple):
    """Descent in T steps whose gradient has a variance of at most v.

    smoothness : C, above 0; gap : D² = F(W₀) − min F, above 0; variance : v, 0 or above, see ``OneStep``; steps : T.
    The authors' own constants are not known to us.

    >>> float(round(UpperBound(smoothness=1.0, gap=1.0, variance=1.0, steps=200).value, 4))
    0.1051
    """

    smoothness: float
    gap: float
    variance: float
    steps: int

    def clean_fields(self) -> tuple:
        return (
            _fields.positive("smoothness", self.smoothness),
            _fields.positive("gap", self.gap),
            _fields.nonnegative("variance", self.variance),
            checks.integer("steps", self.steps, 1),
        )

    @property
    def step_size(self) -> float:
        """The best η of the descent: 1/η = C/2 + √(C²/4 + CvT/(2D²)), at most 1/C.  README, "Upper bound"."""
        c, gap, v, t = self
        return 1 / (c / 2 + np.sqrt(c**2 / 4 + c * v * t / (2 * gap)))

    @property
    def value(self) -> float:
        """E‖∇F(W_t)‖² ≤ CD²/T + √((CD²/T)² + 2CD²v/T) at ``step_size``, for t uniform on 0..T−1 and on 1..T.

        README, "Upper bound".
        """
        c, gap, v, t = self
        first = c * gap / t
        return first + np.sqrt(first**2 + 2 * first * v)

    @property
    def without_noise(self) -> float:
        """‖∇F(W_t)‖² ≤ 4CD²/(3T) without noise at η = 1/C, for t uniform on 1..T.  README, "Without noise"."""
        return 4 * self.smoothness * self.gap / (3 * self.steps)

    @property
    def least_without_noise(self) -> float:
        """Min over t ≤ T of ‖∇F(W_t)‖² ≤ 4CD²/(3T + 2) without noise at η = 1/C.  README, "Without noise"."""
        return 4 * self.smoothness * self.gap / (3 * self.steps + 2)
