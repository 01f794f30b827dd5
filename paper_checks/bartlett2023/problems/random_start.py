"""A quadratic with starts on a sphere, and when an orbit has come to the top cycle for good."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.theory.sam import SphereStart
from paper_checks.bartlett2023.problems.convergence import LONGEST, errors
from paper_checks.bartlett2023.problems.quadratic import OVERHEAD, Problem, quadratic

ON_SPHERE = {
    "d": Whole(2, 10),
    "h": Uniform(0.1, 1.95),
    "rho": LogUniform(1e-6, 1e6),
    "gap": LogUniform(0.05, 0.99),
    "flat": LogUniform(0.03, 0.9),
    "top": LogUniform(1e-3, 1e3),
    "norm": LogUniform(1e-2, 30.0),
    "tolerance": LogUniform(1e-10, 1e-2),
    "seed": SEED,
}


class Sphere(NamedTuple):
    """A quadratic, its random start, the error that is allowed at the cycle, and a number of starts."""

    p: Problem
    start: SphereStart
    tolerance: float
    count: int

    @property
    def bound(self):
        """The stated number of steps."""
        return self.start.steps(self.tolerance)

    def settling_times(self, points, method=None):
        """Return for each point the first step from which on both errors are allowed, or more than the bound."""
        most = self.bound
        return [settling_time(self.p, point, self.tolerance, method, most) for point in points]


def sphere(*, failure, norm, tolerance, starts=1, **setting):
    """Return a :class:`Sphere`; for h < 1 its radius keeps l_1 R below s*."""
    p = quadratic(scale=1.0, **setting)
    size = p.theory.cycle().gradient_norm * norm if p.h >= 1 else p.theory.critical_norm * norm / (1 + norm)
    return Sphere(p, SphereStart(p.theory, size / p.eigenvalues[0], failure), tolerance, starts)


def settling_time(p, start, tolerance, method=None, most=np.inf):
    """Return the first step from which on both errors are at most ``tolerance``, or more than ``most``."""
    point, done, last = start, 0, 0
    most = min(most, LONGEST / (start.size + OVERHEAD))
    while done < most:
        path = trajectory(p.sam if method is None else method, p.objective, point, steps=256)
        largest = np.max(errors(p, path), axis=0)
        far = np.flatnonzero(largest > tolerance)
        last = done + int(far[-1]) + 1 if far.size else last
        if largest[-1] <= tolerance / 100:  # from here Theorem L keeps it
            return last
        point, done = path[-1], done + 256
    return max(done, last) + 1
