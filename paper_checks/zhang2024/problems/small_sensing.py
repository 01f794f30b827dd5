"""Matrix sensing problems that are small enough for exact means, dense Hessians and runs from a minimum."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.objectives import MatrixSensing, gradient
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import gaussian_measurements, sensing_problem, sensing_start

TINY = {
    "d": Whole(1, 4),
    "rank": Whole(1, 4),
    "p": Whole(1, 4),
    "n": Whole(1, 20),
    "s": Uniform(0.1, 1.5),
    "seed": SEED,
}
RANK = {"the rank of the truth is at most d": lambda s: s.rank <= s.d}


class Noisy(NamedTuple):
    """An objective, a point as one vector, and the weight noise."""

    objective: MatrixSensing
    w: np.ndarray
    s: float = 0.0

    @property
    def symmetric(self):
        """The symmetric measurements S_i, shape (n, d, d)."""
        return unpack(self.objective.measurements)

    @property
    def traces(self):
        """Their traces, shape (n,)."""
        return np.trace(self.symmetric, axis1=1, axis2=2)


def tiny(*, d, rank, p, n, seed, s=0.0):
    """Return a problem with a planted truth, at a unit start."""
    rng = np.random.default_rng(seed)
    problem = sensing_problem(d, rank, n, rng=rng, columns=p, n_test=1)
    return Noisy(problem.train, sensing_start(problem, rng=rng), s)


def off_minimum(*, d, p, n, off, seed):
    """Return a problem without a truth, targets of size ``off``, at a unit point."""
    rng = np.random.default_rng(seed)
    measurements = gaussian_measurements(d, n, rng=rng)
    return Noisy(MatrixSensing(measurements, off * rng.standard_normal(n), p), rng.standard_normal(d * p))


def at_minimum(*, d, rank, n, seed):
    """Return a problem with p = d at its planted truth."""
    problem = sensing_problem(d, rank, n, rng=np.random.default_rng(seed), n_test=1)
    start = np.zeros((d, d))
    start[:, :rank] = problem.truth
    return Noisy(problem.train, start.ravel())


def gradient_at(objective, point):
    """Return the gradient of an objective."""
    out = np.empty(point.size)
    gradient(objective, point, out)
    return out
