"""The instances behind L1 to L3, built against one fixed step size, with their paths in closed form."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.noise.lower_bounds import NoisyDescent
from flatlab.theory.noise.quadratic import NoisyQuadratic

__all__ = ["BestStep", "HuberInstance", "QuadraticInstance", "best_step"]


@_fields.setting
class QuadraticInstance(NamedTuple):
    """The instance f = κ w₁²/2 + C w₂²/2 of L1 and L2 with noise on w₂ only.

    eta : step size η in (0, 2/C) that it is built against; descent : a ``NoisyDescent``; start : "warm", w₂(0) has
    its stationary law (in L2 its stationary length), or "cold", w₂(0) = 0.

    >>> float(round(QuadraticInstance(0.1, NoisyDescent(smoothness=1.0, gap=1.0, sigma=1.0, steps=100)).minimum, 4))
    0.0884
    """

    eta: float
    descent: NoisyDescent
    start: str = "warm"

    def clean_fields(self) -> tuple:
        return *_against(self.eta, self.descent), checks.one_of("start", self.start, ("warm", "cold"))

    @property
    def kappa(self) -> float:
        """κ = min(C, 1/(2ηT)), the curvature of the slow direction.  README, "L1"."""
        return min(self.descent.smoothness, 1 / (2 * self.eta * self.descent.steps))

    @property
    def slow(self) -> float:
        """|w₁(0)|: κ w₁(0)² = 2D² − x, x = C E w₂(0)².  README, "L1"."""
        return np.sqrt((2 * self.descent.gap - self._noisy[0]) / self.kappa)

    @property
    def fast(self) -> float:
        """Root mean square of w₂(0): C E w₂(0)² = x, warm x = min(ησ²/(k(2 − ηC)), 2D²).  README, "L1"."""
        return np.sqrt(self._noisy[0] / self.descent.smoothness)

    @property
    def sigma(self) -> float:
        """The noise in use: σ, or less where x = 2D², beyond which the gap would not suffice.  README, "L1"."""
        return self._noisy[1]

    @property
    def _noisy(self):
        return (0.0, self.descent.sigma) if self.start == "cold" else _stationary(self.eta, self.descent)

    @property
    def _level(self):
        """C² E w₂² of the stationary law, Cησ²/(k(2 − ηC))."""
        c = self.descent.smoothness
        return c * self.eta * self.sigma**2 / (self.descent.pairs * (2 - self.eta * c))

    def path(self, t: ArrayLike) -> Any:
        """‖∇f(W_t)‖² = κ²w₁(0)²(1−ηκ)²ᵗ + C²w₂(0)²a²ᵗ + (Cησ²/(k(2−ηC)))(1 − a²ᵗ), a = 1 − ηC, at the steps t.

        An expectation for L1; on every path of L2, where each sample's noise ±σ has its own coordinate.  README, "L2".
        """
        c, kappa, t = self.descent.smoothness, self.kappa, checks.integers("t", t)
        kept = np.abs(1 - self.eta * c) ** (2.0 * t)
        falling = (kappa * self.slow) ** 2 * (1 - self.eta * kappa) ** (2.0 * t)
        return falling + (c * self.fast) ** 2 * kept + self._level * (1 - kept)

    @property
    def minimum(self) -> float:
        """Minimum of ``path`` over 1 ≤ t ≤ T: warm at T; cold at an end or beside the one turning point.

        README, "L2" and "Warm and cold starts".
        """
        steps, c, kappa = self.descent.steps, self.descent.smoothness, self.kappa
        candidates = {1, steps}
        fall = -2 * np.log1p(-self.eta * kappa)
        a = abs(1 - self.eta * c)
        rise = -2 * np.log(a) if a > 0 else np.inf
        high = self._level - (c * self.fast) ** 2
        if high > 0 and self.slow > 0 and np.isfinite(rise) and rise != fall:
            turn = np.log(high * rise / ((kappa * self.slow) ** 2 * fall)) / (rise - fall)
            candidates |= {int(np.clip(np.floor(turn), 1, steps)), int(np.clip(np.ceil(turn), 1, steps))}
        return min(self.path(t) for t in candidates)

    @property
    def mean(self) -> float:
        """Mean of ``path`` over 1 ≤ t ≤ T.  README, "Warm and cold starts"."""
        variances: Any = (0.0, self.sigma**2 / self.descent.pairs)
        eigenvalues: Any = (self.kappa, self.descent.smoothness)
        quadratic = NoisyQuadratic(self.eta, eigenvalues, variances)
        return quadratic.mean_squared_gradient(self.descent.steps, (self.slow**2, self.fast**2), first=1)


class BestStep(NamedTuple):
    """The step size ``eta``, in units of 1/C, that does best on the instance built against it, and its value there.

    ``constant`` : the value over D √(Cσ²/(kT)).

    >>> round(best_step(nu=0.1, steps=1000).eta, 4)
    0.0027
    """

    constant: float
    eta: float


def best_step(nu: float, steps: int, start: str = "warm", measure: str = "minimum") -> BestStep:
    """Least value over all η in (0, 2/C) of ``QuadraticInstance``'s "minimum" or "mean" over 1 ≤ t ≤ T.

    By scaling it depends on T = ``steps`` and ν = σ²/(kTCD²) = ``nu`` alone. A search on 400 logarithmic points,
    refined around the best.  README, "Warm and cold starts".

    >>> round(best_step(nu=0.1, steps=1000).constant, 3)
    0.829
    """
    nu = checks.positive("nu", nu)
    steps = checks.integer("steps", steps, 1)
    checks.one_of("measure", measure, ("minimum", "mean"))
    descent = NoisyDescent(1.0, 1.0, np.sqrt(nu * steps), steps)

    def value(log_eta):
        return getattr(QuadraticInstance(np.exp(log_eta), descent, start), measure) / np.sqrt(nu)

    low, high = np.log(min(0.1, 0.01 / (steps * np.sqrt(nu)), 0.1 / steps)), np.log(2) - 1e-9
    grid = np.linspace(low, high, 400)
    values = [value(point) for point in grid]
    best = int(np.argmin(values))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    refined: Any = minimize_scalar(value, bounds=bounds, method="bounded", options={"xatol": 1e-10})
    if refined.fun < values[best]:
        return BestStep(float(refined.fun), float(np.exp(refined.x)))
    return BestStep(float(values[best]), float(np.exp(grid[best])))


@_fields.setting
class HuberInstance(NamedTuple):
    """The instance h(w₁) + C w₂²/2 of L3, h the Huber function of slope e, with noise on w₂ only.

    eta : step size η in (0, 2/C) that it is built against; descent : a ``NoisyDescent``.

    >>> float(round(HuberInstance(0.1, NoisyDescent(smoothness=1.0, gap=1.0, sigma=1.0, steps=100)).value, 4))
    0.1454
    """

    eta: float
    descent: NoisyDescent

    def clean_fields(self) -> tuple:
        return _against(self.eta, self.descent)

    @property
    def slope(self) -> float:
        """e² = (D² − x/2)/(ηT + 1/(2C)), x = C w₂(0)².  README, "L3"."""
        c, gap, _, t, _ = self.descent
        return np.sqrt((gap - _stationary(self.eta, self.descent)[0] / 2) / (self.eta * t + 1 / (2 * c)))

    @property
    def ramp(self) -> float:
        """w₁(0) = e/C + ηTe: the slope lasts T steps.  README, "L3"."""
        return self.slope / self.descent.smoothness + self.eta * self.descent.steps * self.slope

    @property
    def fast(self) -> float:
        """|w₂(0)|: C w₂(0)² = x, warm as in ``QuadraticInstance``.  README, "L3"."""
        return np.sqrt(_stationary(self.eta, self.descent)[0] / self.descent.smoothness)

    @property
    def sigma(self) -> float:
        """The noise in use, as for ``QuadraticInstance``.  README, "L3"."""
        return _stationary(self.eta, self.descent)[1]

    @property
    def value(self) -> float:
        """‖∇f(W_t)‖² = e² + Cησ²/(k(2 − ηC)), for every 0 ≤ t ≤ T and every path.  README, "L3"."""
        return self.slope**2 + (self.descent.smoothness * self.fast) ** 2


def _against(eta, descent):
    _fields.instance("descent", descent, NoisyDescent)
    return _fields.between("eta", eta, 0, 2 / descent.smoothness), descent


def _stationary(eta, descent):
    """Return C E w₂² of the stationary law, and the noise in use: less than σ where D² would not suffice."""
    c, gap, sigma, _, k = descent
    x = eta * sigma**2 / (k * (2 - eta * c))
    return (x, sigma) if x <= 2 * gap else (2 * gap, np.sqrt(2 * gap * k * (2 - eta * c) / eta))
