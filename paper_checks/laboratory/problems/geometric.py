"""Runs in one dimension whose iterates are known in closed form."""

from typing import NamedTuple

from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic


class Geometric(NamedTuple):
    """Gradient descent on a quadratic: w_t = q^t w_0 with q = 1 - h."""

    h: float
    start: float
    curvature: float

    @property
    def q(self):
        return 1 - self.h

    @property
    def objective(self):
        return Quadratic([self.curvature])

    @property
    def method(self):
        return GD(self.h / self.curvature)

    @property
    def sam(self):
        """Another method with the same step size; its radius is half the start."""
        return SAM(self.h / self.curvature, self.start / 2)
