"""Relatives of SAM on a quadratic: without normalisation, with momentum, and SAM's edge of stability."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields

__all__ = ["MomentumSAM", "USAMOnQuadratic", "sam_edge"]


@_fields.setting
class USAMOnQuadratic(NamedTuple):
    """Unnormalised SAM: the ascent step is rho times the gradient.

    eigenvalues : (d,), above 0, from the largest down.
    rho : multiple of the gradient in the ascent step, 0 or above.

    README, "USAM threshold".

    >>> float(round(USAMOnQuadratic([3.0, 1.0], rho=0.1).threshold, 4))
    0.5128
    """

    eigenvalues: checks.Array
    rho: float

    def clean_fields(self) -> tuple:
        """Return the fields with the eigenvalues as an array."""
        return _fields.descending("eigenvalues", self.eigenvalues), _fields.nonnegative("rho", self.rho)

    def factors(self, eta: float) -> np.ndarray:
        """Factors of one step, ``1 - eta (l_i + rho l_i^2)``, (d,)."""
        return 1 - _fields.positive("eta", eta) * (self.eigenvalues + self.rho * self.eigenvalues**2)

    @property
    def threshold(self) -> float:
        """Step size ``2 / (l_1 (1 + rho l_1))``: below it the iterates go to 0, above it they diverge."""
        top = self.eigenvalues[0]
        return 2 / (top * (1 + self.rho * top))


@checks.formula
def sam_edge(gradient_norm: ArrayLike, eta: float, rho: float) -> float | np.ndarray:
    """Curvature where a step with frozen gradient norm s turns expanding, the root of ``eta (l + rho l^2 / s) = 2``.

    It is ``(s / (2 rho)) (sqrt(1 + 8 rho / (eta s)) - 1)``, taken as ``(4 / eta) / (1 + sqrt(1 + 8 rho / (eta s)))``,
    which loses no digits and gives ``2 / eta`` at rho = 0. gradient_norm: above 0, a number or an array; eta: above 0;
    rho: 0 or above.  README, "SAM edge".

    >>> round(float(sam_edge(gradient_norm=0.2454, eta=0.3, rho=0.1)), 3)
    3.0
    """
    eta, rho = _fields.positive("eta", eta), _fields.nonnegative("rho", rho)
    s = _fields.entries("gradient_norm", gradient_norm, above=0)
    return (4 / eta) / (1 + np.sqrt(1 + 8 * rho / (eta * s)))


@_fields.setting
class MomentumSAM(NamedTuple):
    """Scalar SAM with averaged gradients, ``m <- beta m + (1 - beta) g(ascent point)``, ``w <- w - eta m``.

    eigenvalue : curvature l, above 0.
    rho : radius of the ascent step, 0 or above.
    beta : momentum in [0, 1).

    README, "Momentum amplitude".

    >>> round(MomentumSAM(eigenvalue=3.0, rho=0.1, beta=0.5).radius(eta=0.3), 4)
    0.0176
    """

    eigenvalue: float
    rho: float
    beta: float

    def clean_fields(self) -> tuple:
        """Return the fields."""
        beta = _fields.between("beta", self.beta, 0, 1, ends="[)")
        return _fields.positive("eigenvalue", self.eigenvalue), _fields.nonnegative("rho", self.rho), beta

    @property
    def threshold(self) -> float:
        """Step size ``2 (1 + beta) / ((1 - beta) l)`` below which the two-cycle exists and is locally stable."""
        return 2 * (1 + self.beta) / ((1 - self.beta) * self.eigenvalue)

    def radius(self, eta: float) -> float:
        """Radius of the two-cycle, ``s rho / (2 (1 + beta) - s)`` with ``s = eta l (1 - beta) < 2 (1 + beta)``."""
        eta = _fields.positive("eta", eta)
        scaled = eta * self.eigenvalue * (1 - self.beta)
        if not scaled < 2 * (1 + self.beta):
            limit, given = _fields.text(self.threshold), _fields.text(eta)
            raise ValueError(f"eta must be below 2 (1 + beta) / ((1 - beta) eigenvalue) = {limit}, got {given}")
        return scaled * self.rho / (2 * (1 + self.beta) - scaled)
