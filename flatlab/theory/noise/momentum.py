"""Stationary fluctuation of stochastic gradient descent with momentum on a quadratic."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_discrete_lyapunov

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["HeavyBallOnQuadratic"]


@_fields.setting
class HeavyBallOnQuadratic(NamedTuple):
    """M ← μM − ηG, W ← W + M, G = Cw + ξ, on one eigendirection.

    eta : step size η with ηC < 2(1 + μ), above 0; curvature : C, above 0; variance : v = E ξ², 0 or above; mu :
    momentum μ in [0, 1).

    >>> round(HeavyBallOnQuadratic(eta=0.1, curvature=1.0, variance=1.0, mu=0.9).second_moment, 4)
    0.5135
    """

    eta: float
    curvature: float
    variance: float
    mu: float = 0.0

    def clean_fields(self) -> tuple:
        eta = _fields.positive("eta", self.eta)
        c = _fields.positive("curvature", self.curvature)
        mu = _fields.between("mu", self.mu, 0, 1, ends="[)")
        if eta * c >= 2 * (1 + mu):
            raise ValueError(
                f"eta must be below 2(1 + mu)/curvature = {_fields.text(2 * (1 + mu) / c)}, got {_fields.text(eta)}"
            )
        return eta, c, _fields.nonnegative("variance", self.variance), mu

    @property
    def second_moment(self) -> float:
        """Stationary E w² = ηv(1+μ)/(C(1−μ)(2(1+μ) − ηC)).  README, "Momentum"."""
        eta, c, v, mu = self
        return eta * v * (1 + mu) / (c * (1 - mu) * (2 * (1 + mu) - eta * c))

    @property
    def squared_gradient(self) -> float:
        """Stationary C² E w² = Cηv(1+μ)/((1−μ)(2(1+μ) − ηC)).  README, "Momentum"."""
        return self.curvature**2 * self.second_moment

    @property
    def covariance(self) -> np.ndarray:
        """Stationary covariance of (w, M): E w² times [[1, r], [r, 2r]], r = ηC/(1+μ).  README, "Momentum"."""
        r = self.eta * self.curvature / (1 + self.mu)
        return self.second_moment * np.array([[1, r], [r, 2 * r]])

    @property
    def transition(self) -> np.ndarray:
        """A = [[1 − ηC, μ], [−ηC, μ]] takes (w, M) one step on; the noise enters as −ηξ (1, 1).  README, "Momentum"."""
        eta, c, _, mu = self
        return np.array([[1 - eta * c, mu], [-eta * c, mu]])

    @property
    def lyapunov_covariance(self) -> np.ndarray:
        """The covariance from S = A S Aᵀ + η²v 11ᵀ, solved by SciPy: the second witness.  README, "Momentum"."""
        return solve_discrete_lyapunov(self.transition, self.eta**2 * self.variance * np.ones((2, 2)))

    def covariance_after(self, steps: int, start: ArrayLike) -> np.ndarray:
        """E (w, M)(w, M)ᵀ = S + Aᵗ(S₀ − S)(Aᵗ)ᵀ after t = ``steps`` steps from S₀ = ``start``.  README, "Momentum"."""
        power = np.linalg.matrix_power(self.transition, checks.integer("steps", steps))
        stationary = self.covariance
        return stationary + power @ (checks.matrix("start", start, 2) - stationary) @ power.T

    @property
    def effective_step(self) -> float:
        """η′ = η/(1−μ): plain SGD with step η′ has the same E w² to first order in η.  README, "Momentum"."""
        return self.eta / (1 - self.mu)
