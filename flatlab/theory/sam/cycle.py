"""The two-cycle of SAM along an eigenvector, and the drift of that bounce along a manifold of minima."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory._digits import two_minus_product

__all__ = ["TwoCycle"]


@_fields.setting
class TwoCycle(NamedTuple):
    """The points ``+a`` and ``-a`` between which SAM bounces along an eigenvector of the Hessian.

    eigenvalue : curvature l along it, above 0: a number, or an array of any shape, for one cycle an entry.
    eta : step size, above 0, with ``h = eta l < 2``.
    rho : radius of the ascent step, 0 or above; where it is left out, lengths come in its units.

    README, "Setting and two-cycle".

    >>> round(TwoCycle(eigenvalue=3.0, eta=0.3, rho=0.1).radius, 6)
    0.081818
    """

    eigenvalue: checks.Entries
    eta: float
    rho: float = 1.0

    def clean_fields(self) -> tuple:
        """Return the fields, refused unless ``eta l < 2``."""
        eta, rho = _fields.positive("eta", self.eta), _fields.nonnegative("rho", self.rho)
        eigenvalue = _fields.entries("eigenvalue", self.eigenvalue, above=0)
        top = np.max(eigenvalue)
        if not eta * top < 2:
            limit = _fields.text(2 / top)
            raise ValueError(f"eta must be below 2 / eigenvalue = {limit} for a two-cycle, got {_fields.text(eta)}")
        return eigenvalue, eta, rho

    @property
    def h(self) -> checks.Entries:
        """Normalised curvature ``h = eta l``."""
        return self.eta * self.eigenvalue

    @property
    def below_two(self) -> checks.Entries:
        """``2 - h``, to the last digit also where h is close to 2."""
        return two_minus_product(self.eta, self.eigenvalue)

    @property
    def radius(self) -> checks.Entries:
        """Distance from the minimum, ``a = rho h / (2 - h)``."""
        return self.rho * self.h / self.below_two

    @property
    def gradient_norm(self) -> checks.Entries:
        """Size of the gradient, ``b = l a``; it rises with l, which is what makes the top eigenvector special."""
        return self.eigenvalue * self.radius

    @property
    def ascent_distance(self) -> checks.Entries:
        """Distance of the ascent points from the minimum, ``a + rho = 2 rho / (2 - h)``."""
        return 2 * self.rho / self.below_two

    @property
    def amplitude_correction(self) -> checks.Entries:
        """``((a + rho) / rho)^2 = (2 / (2 - h))^2``, the drift over its value as h -> 0.  README, "Drift law"."""
        return (2 / self.below_two) ** 2

    @property
    def effective_step(self) -> checks.Entries:
        """Step of SAM on lambda_max, ``eta_eff = (eta / 2) (a + rho)^2``.  README, "Drift law"."""
        return self.eta / 2 * self.ascent_distance**2

    @property
    def sam_to_gd_drift_ratio(self) -> checks.Entries:
        """``((a + rho) / a)^2 = (2 / h)^2``: gradient descent drifts by ``eta a^2 / 2``.  README, "Drift law"."""
        return (2 / self.h) ** 2

    def drift(self, tangential_gradient: ArrayLike) -> checks.Entries:
        """Drift of one step, ``-eta_eff P grad lambda_max + O(eta rho^3)``; P projects on the kernel of the Hessian.

        README, "Drift law".
        """
        return -self.effective_step * _fields.entries("tangential_gradient", tangential_gradient)

    def drift_lag(self, tangential_gradient_norm: float) -> checks.Entries:
        """Relative gain of the drift as the amplitude lags, ``4 eta^2 rho^2 |P tau|^2 / (2 - h)^4`` to leading order.

        Valid for rho far below ``(2 - h)^2 / (2 eta |P tau|)``.  README, "Drift law".
        """
        size = _fields.nonnegative("tangential_gradient_norm", tangential_gradient_norm)
        return 4 * (self.eta * self.rho * size) ** 2 / self.below_two**4

    def drift_remainder(self, third_bound: float, fourth_bound: float) -> checks.Entries:
        """Bound on ``|P (w_1 - w_0) + eta_eff P tau|`` for a start on the cycle, with ``nu = (M3 a + M4 a^2 / 3) / l``.

        ``eta [M3 (a + rho / 2) rho nu + M4 (a + rho + rho nu)^3 / 6]``: M3 bounds the third derivative at the minimum,
        M4 is its Lipschitz constant on the ball of radius a + rho + rho nu about it.
        README, "Theorem D: explicit one-step remainder".
        """
        third = _fields.nonnegative("third_bound", third_bound)
        fourth = _fields.nonnegative("fourth_bound", fourth_bound)
        reach, rho = self.ascent_distance, self.rho
        nu = (third * self.radius + fourth * self.radius**2 / 3) / self.eigenvalue
        turned = third * (self.radius + rho / 2) * rho * nu
        return self.eta * (turned + fourth * (reach + rho * nu) ** 3 / 6)
