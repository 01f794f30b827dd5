"""Average over a sphere E f(x + ρg), g uniform on the unit sphere of Rᵈ: drift, bias, and the law for waves."""

from typing import NamedTuple, cast

import numpy as np
from scipy.optimize import brentq
from scipy.special import ai_zeros, gammaln, jv

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["SphereAverage", "WavyValley"]


@_fields.setting
class SphereAverage(NamedTuple):
    """The mean over the points x + ρg, g uniform on the unit sphere of Rᵈ.

    rho : radius ρ, 0 or above; d : dimension, 1 or above.

    >>> round(SphereAverage(rho=0.1, d=3).drift, 6)
    0.005
    """

    rho: float
    d: int

    def clean_fields(self) -> tuple:
        return _fields.nonnegative("rho", self.rho), checks.integer("d", self.d, 1)

    @property
    def drift(self) -> float:
        """E ∇f(x + ρg) − ∇f(x) = (ρ²/2) ∇(tr ∇²f/d) + …: the factor ρ²/2.  README, "Sphere average"."""
        return self.rho**2 / 2

    @property
    def bias(self) -> float:
        """E ∇f(x + ρg) = … + ρ⁴/(8d(d+2)) ∇Δ²f + …: the factor of the next term.  README, "Sphere average"."""
        return self.rho**2 / (2 * self.d) * (self.rho**2 / (4 * (self.d + 2)))

    @property
    def cusp_bias(self) -> float:
        """E ∂₁f(ρg) = ρ³Γ(d/2)/(√π Γ((d+3)/2)) for f = |x₁|x₁³/4, of order ρ³.  README, "Bias of the estimator"."""
        gammas = np.exp(gammaln(self.d / 2) - gammaln((self.d + 3) / 2))
        return self.rho**3 * gammas / np.sqrt(np.pi)

    def wave_factor(self, wavenumber: float) -> float:
        """W_d = E cos(kρg₁) = Γ(d/2)(2/s)^{d/2−1} J_{d/2−1}(s), s = kρ: E φ(x + ρg)/φ(x) where Δφ = −k²φ.

        README, "Bessel law".
        """
        s = _fields.nonnegative("wavenumber", wavenumber) * self.rho
        if self.d == 1 or s == 0:
            return np.cos(s)
        order = self.d / 2 - 1
        if s <= order:
            return _small_argument_factor(order, s)
        return np.exp(gammaln(order + 1) + order * np.log(2 / s)) * jv(order, s)


def _small_argument_factor(order, s):
    """Γ(ν+1)(2/s)^ν J_ν(s) for 0 < s ≤ ν, where J_ν itself may underflow.

    Neumann's series (s/2)^ν = Σ_k (ν+2k) Γ(ν+k)/k! J_{ν+2k}(s) has positive terms here; its ratios come from the
    continued fraction J_{m}/J_{m−1} = 1/(2m/s − J_{m+1}/J_m), which is stable downwards.
    """
    total, ratio = 1.0, 0.0
    for k in range(int(40 + s), -1, -1):
        upper = 1 / (2 * (order + 2 * k + 2) / s - ratio)
        ratio = 1 / (2 * (order + 2 * k + 1) / s - upper)
        weight = (order + 2 * k + 2) * (order + k) / ((order + 2 * k) * (k + 1))
        total = 1 + weight * ratio * upper * total
    return 1 / total


@_fields.setting
class WavyValley(NamedTuple):
    """Random smoothing on f = a(y)|z|²/2, a(y) = m + b cos(ky + c), z ∈ Rⁿ, in Rᵈ.

    wavenumber : k, above 0; transverse : n, from 1 to d − 1; d : dimension, 2 or above, that of z, of y and of any
    coordinates on which f does not depend.

    >>> round(WavyValley(wavenumber=2.0, transverse=1, d=2).sign_flip_radius, 4)
    1.9159
    """

    wavenumber: float
    transverse: int
    d: int

    def clean_fields(self) -> tuple:
        d = checks.integer("d", self.d, 2)
        transverse = checks.integer("transverse", self.transverse, 1)
        if transverse >= d:
            raise ValueError(f"transverse must be at most d - 1 = {d - 1}, got {transverse}")
        return _fields.positive("wavenumber", self.wavenumber), transverse, d

    def drift_factor(self, rho: float) -> float:
        """W_{d+2} = Γ(d/2+1)(2/s)^{d/2} J_{d/2}(s), s = kρ: the drift on the valley over its small-radius value.

        In the plane 2J₁(s)/s.  README, "Bessel law".
        """
        return SphereAverage(rho, self.d + 2).wave_factor(self.wavenumber)

    def slope(self, rho: float, profile_slope: float, distance: float = 0.0) -> float:
        """E ∂_y f(x + ρg) = a′(y)[(|z|²/2) W_d + (ρ²/2)(n/d) W_{d+2}], a′(y) = profile_slope, |z| = distance.

        At every radius, before any projection.  README, "Bessel law".
        """
        sphere = SphereAverage(rho, self.d)
        off = _fields.nonnegative("distance", distance) ** 2 / 2 * sphere.wave_factor(self.wavenumber)
        on = sphere.drift * self.transverse / self.d * self.drift_factor(rho)
        return _fields.number("profile_slope", profile_slope) * (off + on)

    @property
    def sign_flip_radius(self) -> float:
        """ρ = j/k, j the first zero of J_{d/2} (3.8317 in the plane), past which the drift climbs.

        README, "Bessel law".
        """
        order = self.d / 2
        # Qu and Wong's bracket for the first zero holds for every order above 0 and leaves out the second zero.
        airy = -float(ai_zeros(1)[0][0])
        low = order + airy * (order / 2) ** (1 / 3)
        high = low + 3 / 20 * airy**2 * (2 / order) ** (1 / 3)
        return (
            cast("float", brentq(lambda s: jv(order, s), low, high, xtol=1e-14, rtol=np.float64(1e-14)))
            / self.wavenumber
        )
