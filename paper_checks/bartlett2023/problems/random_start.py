"""A quadratic with starts on a sphere, and when an orbit has come to the top cycle for good."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.theory.sam import SphereStart
from paper_checks.bartlett2023.problems.convergence import LONGEST, errors
from paper_checks.bartlett2023.problems.quadratic import OVERHEAD, quadratic

ERROR = 1e-3
ON_SPHERE = {
    "d": Whole(2, 10),
    "h": Uniform(0.1, 1.95),
    "rho": LogUniform(1e-6, 1e6),
    "gap": LogUniform(0.05, 0.99),
    "flat": LogUniform(0.03, 0.9),
    "top": LogUniform(1e-3, 1e3),
    "norm": LogUniform(1e-2, 30.0),
    "seed": SEED,
}


def sphere(*, failure, norm, starts=1, **setting):
    """Return a quadratic, its random start and the number of starts; for h < 1 the radius keeps l_1 R below s*."""
    p = quadratic(scale=1.0, **setting)
    size = p.theory.cycle().gradient_norm * norm if p.h >= 1 else p.theory.critical_norm * norm / (1 + norm)
    return p, SphereStart(p.theory, size / p.eigenvalues[0], failure), starts


def settling_time(p, start, method=None, most=np.inf):
    """Return the first step from which on both errors are at most ``ERROR``; more than ``most`` if there is none."""
    point, done, last = start, 0, 0
    most = min(most, LONGEST / (start.size + OVERHEAD))
    while done < most:
        path = trajectory(p.sam if method is None else method, p.objective, point, steps=256)
        largest = np.max(errors(p, path), axis=0)
        far = np.flatnonzero(largest > ERROR)
        last = done + far[-1] + 1 if far.size else last
        if largest[-1] <= ERROR / 100:  # from here Theorem L keeps it
            return last
        point, done = path[-1], done + 256
    return max(done, last) + 1
