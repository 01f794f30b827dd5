"""Flow times along valleys y′ = −h′(y), h = tr ∇²f ∘ Φ / d, until |∇h| ≤ √ε, and the exponents that follow.

On f = a(y)|z|²/2 with z ∈ Rⁿ, h = (n/d) a(y); on its risk form fᵢ = a(y)zᵢ²/2, f their mean, h = a(y)/d.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.integrate import quad

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = [
    "ExponentialValley",
    "HyperbolaPoint",
    "PowerValley",
    "QuadraticValley",
    "RampValley",
    "flat_fraction",
    "flow_time_bound",
    "valley_time",
]


@_fields.setting
class QuadraticValley(NamedTuple):
    """h = my²/2 from y₀.

    curvature : m, above 0; start : y₀.

    >>> float(round(QuadraticValley(curvature=1.0, start=1.0).flow_time(epsilon=0.01), 4))
    2.3026
    """

    curvature: float
    start: float

    def clean_fields(self) -> tuple:
        return _fields.positive("curvature", self.curvature), _fields.number("start", self.start)

    def flow_time(self, epsilon: float) -> float:
        """τ = log(m|y₀|/√ε)/m, 0 if flat at the start.  README, "Flow times of four valleys"."""
        stop = np.sqrt(_fields.positive("epsilon", epsilon))
        slope = self.curvature * abs(self.start)
        return np.log(slope / stop) / self.curvature if slope > stop else 0.0


@_fields.setting
class ExponentialValley(NamedTuple):
    """h = A e^{−cy} from y₀.

    scale : A, above 0; start : y₀; rate : c, above 0.

    >>> float(round(ExponentialValley(scale=1.0, start=0.0).flow_time(epsilon=0.01), 4))
    9.0
    """

    scale: float
    start: float
    rate: float = 1.0

    def clean_fields(self) -> tuple:
        scale, rate = _fields.positive("scale", self.scale), _fields.positive("rate", self.rate)
        return scale, _fields.number("start", self.start), rate

    def flow_time(self, epsilon: float) -> float:
        """τ = ε^{−1/2}/c − e^{cy₀}/(Ac²), 0 if flat at the start.  README, "Flow times of four valleys"."""
        stop = np.sqrt(_fields.positive("epsilon", epsilon))
        slope = self.scale * self.rate * np.exp(-self.rate * self.start)
        return (1 / stop - 1 / slope) / self.rate if slope > stop else 0.0


@_fields.setting
class PowerValley(NamedTuple):
    """h = A y^{−p} from y₀.

    scale : A; start : y₀; power : p; all above 0.

    >>> float(round(PowerValley(scale=1.0, start=1.0, power=1.0).flow_time(epsilon=0.01), 4))
    10.2076
    """

    scale: float
    start: float
    power: float

    def clean_fields(self) -> tuple:
        return tuple(_fields.positive(name, value) for name, value in zip(self._fields, self))

    def flow_time(self, epsilon: float) -> float:
        """τ = [(Ap/√ε)^{(p+2)/(p+1)} − y₀^{p+2}]/(Ap(p+2)), 0 if flat.  README, "Flow times of four valleys"."""
        p, y, slope = self.power, self.start, self.scale * self.power
        end = (slope / np.sqrt(_fields.positive("epsilon", epsilon))) ** (1 / (p + 1))
        return (end ** (p + 2) - y ** (p + 2)) / (slope * (p + 2)) if end > y else 0.0


@_fields.setting
class RampValley(NamedTuple):
    """A ramp of slope c√ε and height Δ, flat at its foot.

    It changes with ε: its length is Δ/(c√ε).

    drop : Δ, 0 or above; steepness : c, above 1, else the ramp itself is flat.

    >>> round(RampValley(drop=1.0, steepness=2.0).flow_time(epsilon=0.01), 4)
    25.0
    """

    drop: float
    steepness: float

    def clean_fields(self) -> tuple:
        steepness = _fields.between("steepness", self.steepness, 1, np.inf)
        return _fields.nonnegative("drop", self.drop), steepness

    def flow_time(self, epsilon: float) -> float:
        """τ = Δ/(c²ε).  README, "Flow times of four valleys"."""
        return self.drop / (self.steepness**2 * _fields.positive("epsilon", epsilon))


@_fields.setting
class HyperbolaPoint(NamedTuple):
    """The point of the minima xy = 1 of f = (xy − 1)²/2 with x² − y² = c, which the gradient flow of f conserves.

    invariant : c.

    >>> float(round(HyperbolaPoint(invariant=3.0).trace, 4))
    3.6056
    """

    invariant: float

    def clean_fields(self) -> tuple:
        return (_fields.number("invariant", self.invariant),)

    @property
    def trace(self) -> float:
        """Tr ∇²f = √(4 + c²), twice h.  README, "The hyperbola"."""
        return np.sqrt(4 + self.invariant**2)

    def after(self, flow_time: float) -> "HyperbolaPoint":
        """c(τ) = c e^{−2τ} along the flow of h, and in the mean under smoothing.  README, "The hyperbola"."""
        return self._replace(invariant=self.invariant * np.exp(-2 * _fields.nonnegative("flow_time", flow_time)))

    def flow_time(self, epsilon: float) -> float:
        """τ = log(|c|/c_ε)/2, c_ε² = (ε² + √(ε⁴ + 16ε²))/2, 0 if flat at the start.  README, "The hyperbola"."""
        epsilon, c = _fields.positive("epsilon", epsilon), abs(self.invariant)
        end = np.sqrt(epsilon * (epsilon + np.sqrt(epsilon**2 + 16)) / 2)
        return np.log(c / end) / 2 if c > end else 0.0


def valley_time(slope: Callable, start: float, end: float) -> float:
    """τ = ∫ dy/|h′(y)|, the flow time from ``start`` to ``end`` on any valley; slope is y ↦ h′(y).

    README, "Flow times of four valleys".

    >>> round(valley_time(lambda y: y, start=1.0, end=0.1), 4)
    2.3026
    """
    start, end = checks.number("start", start), checks.number("end", end)
    checks.function("slope", slope)

    def inverse_speed(y):
        speed = -slope(y)
        if speed * (end - start) <= 0:
            raise ValueError(f"slope must drive the flow from start to end, got h' = {-speed!r} at y = {y!r}")
        return 1 / speed

    return quad(inverse_speed, start, end, epsabs=0, epsrel=1e-11, limit=500)[0] if start != end else 0.0


@checks.formula
def flow_time_bound(drop: float, epsilon: float) -> float:
    """τ = Δ/ε, the longest flow time with |∇h| > √ε where h can fall by Δ = drop.  README, "Exponents".

    >>> flow_time_bound(drop=1.0, epsilon=0.25)
    4.0
    """
    return _fields.nonnegative("drop", drop) / _fields.positive("epsilon", epsilon)


@checks.formula
def flat_fraction(hitting_time: float, steps: float) -> float:
    """P = 1 − T_hit/T, the share of flat iterates when none leaves after the first; 0 where T < T_hit.

    README, "Random iterate".

    >>> flat_fraction(hitting_time=100, steps=400)
    0.75
    """
    share = 1 - _fields.nonnegative("hitting_time", hitting_time) / _fields.positive("steps", steps)
    return max(0.0, share)
