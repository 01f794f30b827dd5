"""Random starts of SAM on a quadratic, and the number of steps after which most of them stay at the top cycle."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory.sam.convergence import GlobalBound, TrappingBall, certified_tube
from flatlab.theory.sam.quadratic import SAMOnQuadratic

__all__ = ["SphereStart", "gaussian_start_bound", "sphere_start_bound"]


@checks.formula
def gaussian_start_bound(sigma: float, failure_probability: float) -> float:
    """Return ``sigma p sqrt(pi / 2)``: ``|w_{0,1}|`` reaches it with probability >= 1 - p for a start N(0, sigma^2 I).

    sigma above 0; p in (0, 1).  README, "Random starts".

    >>> float(round(gaussian_start_bound(sigma=1.0, failure_probability=0.1), 4))
    0.1253
    """
    p = _fields.between("failure_probability", failure_probability, 0, 1)
    return _fields.positive("sigma", sigma) * p * np.sqrt(np.pi / 2)


@checks.formula
def sphere_start_bound(radius: float, dimension: int, failure_probability: float) -> float:
    """Return ``R p sqrt(pi / (2 d))``: ``|w_{0,1}|`` reaches it with probability >= 1 - p, uniform on a sphere.

    R above 0; d 2 or above; p in (0, 1).  README, "Random starts".

    >>> float(round(sphere_start_bound(radius=1.0, dimension=10, failure_probability=0.1), 4))
    0.0396
    """
    p = _fields.between("failure_probability", failure_probability, 0, 1)
    d = checks.integer("dimension", dimension, at_least=2)
    return _fields.positive("radius", radius) * p * np.sqrt(np.pi / (2 * d))


@_fields.setting
class SphereStart(NamedTuple):
    """A start drawn evenly from the sphere ``|w_0| = R``, and a probability with which the promise may fail.

    sam : with ``h = eta l_1 < 2`` and l_1 simple.
    radius : R, above 0; for h < 1 with ``l_1 R < s*``.
    failure_probability : p in (0, 1).

    README, "Random starts to the cycle".

    >>> SphereStart(SAMOnQuadratic([3, 1], 0.3, 0.1), radius=0.5, failure_probability=0.1).steps(tolerance=1e-3)
    79143
    """

    sam: SAMOnQuadratic
    radius: float
    failure_probability: float

    def clean_fields(self) -> tuple:
        """Return the fields."""
        sam, radius = _fields.instance("sam", self.sam, SAMOnQuadratic), _fields.positive("radius", self.radius)
        if TrappingBall(sam, sam.eigenvalues[0] * radius).entry:
            limit = _fields.text(sam.critical_norm / sam.eigenvalues[0])
            raise ValueError(
                f"radius must be below {limit}, where l_1 R is the critical norm, got {_fields.text(radius)}"
            )
        return sam, radius, _fields.between("failure_probability", self.failure_probability, 0, 1)

    @property
    def leading(self) -> float:
        """``l_1 R p sqrt(pi / (2 d))``, which ``|u_1|`` reaches with probability >= 1 - p."""
        spectrum = self.sam.eigenvalues
        return spectrum[0] * sphere_start_bound(self.radius, spectrum.size, self.failure_probability)

    @property
    def summability(self) -> float:
        """The largest S on the sphere, ``((l_d R - b_d)^2 / b_d + b_1 - b_d) / (eta^2 rho)``, that of ``R e_d``."""
        spectrum, eta, rho = self.sam
        highest, lowest = self.sam.cycle().gradient_norm, self.sam.cycle(spectrum.size - 1).gradient_norm
        excess = spectrum[-1] * self.radius - lowest
        return (excess**2 / lowest + highest - lowest) / (eta**2 * rho)

    def to_tube(self, epsilon: float) -> GlobalBound:
        """Theorem G for every start of the sphere with ``|u_1| >= l_1 R p sqrt(pi / (2 d))``."""
        norm = self.sam.eigenvalues[0] * self.radius
        return GlobalBound(self.sam, self.summability, norm, self.leading, epsilon)

    def steps(self, tolerance: float) -> int:
        """N(p): ``floor(N_A + N_B)`` and the steps of Theorem L, after which both errors stay <= tolerance."""
        tube = certified_tube(self.sam)
        return self.to_tube(tube.epsilon).iterations + tube.local.bound.settling_time(tolerance)
