"""Stochastic gradient descent w ← (1 − ηλ)w − ηξ on a quadratic: its second moments at any step, in closed form."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.noise._vectors import nonnegative

__all__ = ["NoisyQuadratic", "step_variances"]


@checks.formula
def step_variances(
    eigenvalues: ArrayLike, oracle_variances: ArrayLike, s: float, pairs: int = 1, estimator: str = "pair"
) -> np.ndarray:
    """Variance of the step's gradient along each eigendirection: σᵢ²/k for k pairs, where the weight noise cancels.

    For ``estimator`` "one_point", k one-sided points, (σᵢ² + λᵢ²s²)/k. eigenvalues, oracle_variances : λᵢ and σᵢ²,
    shape (d,); s : deviation of the weight noise.  README, "Quadratic recursion".

    >>> step_variances([3.0, 1.0], [1.0, 1.0], s=0.1, pairs=2).round(4)
    array([0.5, 0.5])
    """
    lam = _fields.vector("eigenvalues", eigenvalues)
    v = nonnegative("oracle_variances", oracle_variances, lam.size)
    s = _fields.nonnegative("s", s)
    k = checks.integer("pairs", pairs, 1)
    if checks.one_of("estimator", estimator, ("pair", "one_point")) == "one_point":
        v = v + lam**2 * s**2
    return v / k


@_fields.setting
class NoisyQuadratic(NamedTuple):
    """SGD on Σ λᵢwᵢ²/2; eta : η, above 0; eigenvalues : λᵢ in [0, 2/η); variances : vᵢ = E ξᵢ², both of shape (d,).

    ``start`` is m₀, the second moments at t = 0, shape (d,).

    >>> NoisyQuadratic(eta=0.1, eigenvalues=[3.0, 1.0], variances=[1.0, 1.0]).second_moments(10, [1.0, 1.0]).round(4)
    array([0.0204, 0.1678])
    """

    eta: float
    eigenvalues: checks.Array
    variances: checks.Array

    def clean_fields(self) -> tuple:
        eta = _fields.positive("eta", self.eta)
        lam = nonnegative("eigenvalues", self.eigenvalues)
        if eta * lam.max() >= 2:
            raise ValueError(
                f"eta must be below 2/max(eigenvalues) = {_fields.text(2 / lam.max())}, got {_fields.text(eta)}"
            )
        return eta, lam, nonnegative("variances", self.variances, lam.size)

    def second_moments(self, steps: ArrayLike, start: ArrayLike) -> np.ndarray:
        """E wᵢ(t)² = a²ᵗ m₀ + η²v (1 − a²ᵗ)/(1 − a²), a = 1 − ηλ, at the step or steps t, shape (d,) or (n, d).

        README, "Quadratic recursion".
        """
        m0 = nonnegative("start", start, self.eigenvalues.size)
        t = checks.integers("steps", steps)
        if t.ndim > 1:
            checks.refuse("steps", steps, "a whole number or a vector of them, 0 or above")
        kept, single = _decay(t[..., None].astype(np.float64), self.eta * self.eigenvalues)
        return kept * m0 + self.eta**2 * self.variances * single

    def mean_squared_gradient(self, steps: ArrayLike, start: ArrayLike, first: int = 0) -> float | Any:
        """Mean of E‖∇F(W_t)‖² over t = first..first+T−1, by geometric sums; T = ``steps`` costs nothing.

        README, "Quadratic recursion".
        """
        t = checks.integer("steps", steps, 1)
        m0 = self.second_moments(checks.integer("first", first), start)
        x = self.eta * self.eigenvalues
        _, single = _decay(float(t), x)
        y = x * (2 - x)
        # Σ_{t<T} Σ_{i<t} (1 − y)^i = (T − single)/y, which cancels where Ty is small: there its series is summed
        series, term = np.zeros_like(y), np.full_like(y, t * (t - 1) / 2)
        for j in range(3, 16):
            series += term
            term = -term * y * (t - j + 1) / j
        with np.errstate(divide="ignore", invalid="ignore"):
            double = np.where((t * y < 0.1) | (t == 1), series, (t - single) / y)
        return self.eigenvalues**2 @ (single * m0 + self.eta**2 * self.variances * double) / t


def _decay(t, x):
    """Return a²ᵗ and (1 − a²ᵗ)/(1 − a²) for a = 1 − x, without cancellation."""
    near = np.minimum(x, 2 - x)  # |a| = 1 − near
    y = x * (2 - x)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(t == 0, 0.0, 2 * t * np.log1p(-near))
        single = np.where(y == 0, t, -np.expm1(exponent) / y)
    return np.exp(exponent), single
