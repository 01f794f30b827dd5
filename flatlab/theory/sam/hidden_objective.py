"""The hidden objective J that SAM descends on a quadratic, for every step size."""

from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.theory import _fields
from flatlab.theory._digits import two_minus_product
from flatlab.theory.sam.cycle import TwoCycle
from flatlab.theory.sam.quadratic import SAMOnQuadratic

__all__ = ["HiddenObjective", "StationaryPoint"]


class StationaryPoint(NamedTuple):
    """A stationary sphere of J: all u with norm ``radius = b`` in the eigenspace of ``eigenvalue``.

    For a simple eigenvalue the sphere is the two points ``+-b e``.  README, "Stationary points of J".

    >>> [point.morse_index for point in HiddenObjective(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1)).stationary_points]
    [0, 1]
    """

    eigenvalue: float
    multiplicity: int
    radius: float
    value: float
    morse_index: int


@_fields.setting
class HiddenObjective(NamedTuple):
    """``J(u) = (1/2) u^T C u - |u|`` with ``C = (2 I - eta Lam) / (eta rho Lam^2)``, of ``u_t = (-1)^t Lam w_t``.

    sam : the quadratic, step size (not limited) and radius. Every u has shape (d,) and is not 0.

    README, "The hidden objective J".

    >>> float(round(HiddenObjective(SAMOnQuadratic([3.0, 1.0], eta=0.3, rho=0.1)).value([0.2, 0.0]), 4))
    -0.1185
    """

    sam: SAMOnQuadratic

    def clean_fields(self) -> tuple:
        """Return the field."""
        return (_fields.instance("sam", self.sam, SAMOnQuadratic),)

    def _vector(self, name, value):
        return _fields.vector(name, value, self.sam.eigenvalues.size)

    def _direction(self, u):
        u = self._vector("u", u)
        length = np.linalg.norm(u)
        if length == 0:
            raise ValueError("u must not be the zero vector, where J has no gradient and SAM no ascent direction")
        return u, length

    def variable(self, w: ArrayLike, t: int) -> np.ndarray:
        """``u_t = (-1)^t Lam w_t`` of iterate number t: the gradient with the bounce taken out."""
        return (-1) ** checks.integer("t", t) * self.sam.eigenvalues * self._vector("w", w)

    @property
    def curvature(self) -> np.ndarray:
        """Diagonal of ``C = (2 I - eta Lam) / (eta rho Lam^2)``, (d,); entry i is ``1 / b_i`` where h_i < 2."""
        _, eta, rho = self.sam
        return two_minus_product(eta, self.sam.eigenvalues) / (eta * rho * self.sam.eigenvalues**2)

    def value(self, u: ArrayLike) -> float:
        """``J(u) = (1/2) u^T C u - |u|``."""
        u = self._vector("u", u)
        return np.sum(self.curvature * u * u) / 2 - np.linalg.norm(u)

    def gradient(self, u: ArrayLike) -> np.ndarray:
        """``grad J(u) = C u - u / |u|``."""
        u, length = self._direction(u)
        return self.curvature * u - u / length

    def hessian(self, u: ArrayLike) -> np.ndarray:
        """``C - (I - n n^T) / |u|`` with ``n = u / |u|``, (d, d).  README, "Stationary points of J"."""
        u, length = self._direction(u)
        n = u / length
        return np.diag(self.curvature) - (np.eye(u.size) - np.outer(n, n)) / length

    def step(self, u: ArrayLike) -> np.ndarray:
        """One step of SAM, ``u - eta rho Lam^2 grad J(u)``."""
        u = self._vector("u", u)
        return u - self.sam.eta * self.sam.rho * self.sam.eigenvalues**2 * self.gradient(u)

    def weighted_gradient_norm(self, u: ArrayLike) -> float | np.floating:
        """``|Lam^{3/2} grad J(u)|``, whose squares are summable.  README, "Descent of J"."""
        return np.linalg.norm(self.sam.eigenvalues**1.5 * self.gradient(u))

    def guaranteed_decrease(self, u: ArrayLike) -> float | np.floating:
        """Least drop of J in a step, ``(eta^2 rho / 2) |Lam^{3/2} grad J(u)|^2``, with no condition on eta or rho.

        Attained where u is along one eigenvector and the step does not pass 0.  README, "Descent of J".
        """
        return self.sam.eta**2 * self.sam.rho / 2 * self.weighted_gradient_norm(u) ** 2

    def summability_bound(self, u: ArrayLike) -> float | np.floating:
        """``S = 2 (J(u) + b_1 / 2) / (eta^2 rho) >= sum_t |Lam^{3/2} grad J(u_t)|^2`` from u on, for h < 2.

        Attained on the top axis as long as no step passes 0.  README, "Summability".
        """
        return 2 * self.height(u) / (self.sam.eta**2 * self.sam.rho)

    def height(self, u: ArrayLike) -> float | np.floating:
        """``J(u) + b_1 / 2``, the height above the minimum for h < 2, as a sum of squares in which no digits cancel.

        ``(|u| - b_1)^2 / (2 b_1) + sum_i (C_ii - C_11) u_i^2 / 2`` with ``C_ii - C_11 = (l_1 - l_i) (2 (l_1 + l_i) -
        eta l_1 l_i) / (eta rho l_1^2 l_i^2)``.  README, "Summability".
        """
        (u, length), (spectrum, eta, rho) = self._direction(u), self.sam
        b: Any = self.sam.cycle().gradient_norm
        top, others = spectrum[0], u[1:]
        radial = (abs(u[0]) - b) + others @ others / (length + abs(u[0]))
        rise = (top - spectrum) * (2 * (top + spectrum) - eta * top * spectrum) / (eta * rho * (top * spectrum) ** 2)
        return (radial**2 / b + np.sum(rise * u * u)) / 2

    @property
    def stationary_points(self) -> list:
        """Stationary spheres, one for every distinct l with eta l < 2: radius b, value ``-b / 2``, index #{l_i > l}.

        The Hessian has eigenvalue ``1 / b`` along u, 0 along the sphere and ``C_ii - 1 / b`` along every other e_i.
        README, "Stationary points of J".
        """
        points, above, (_, eta, rho) = [], 0, self.sam
        for eigenvalue, copies in groupby(self.sam.eigenvalues):
            count = len(list(copies))
            if eta * eigenvalue < 2:
                b: Any = TwoCycle(eigenvalue, eta, rho).gradient_norm
                points.append(StationaryPoint(eigenvalue, count, b, -b / 2, above))
            above += count
        return points
