"""Matrix sensing with many measurements: where NSO settles, and what its penalty does on the tangent space."""

from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.methods import NSO
from flatlab.objectives import trace_form
from flatlab.objectives.sensing._packed import unpack
from flatlab.objectives.sensing.problem import sensing_problem, sensing_start
from flatlab.theory.noise import SensingMean


class Threshold(NamedTuple):
    """Sensing of a d times d matrix of rank ``rank`` with p = d and n = share d(d+1)/2, and a run of NSO."""

    d: int
    rank: int
    share: float
    s: float
    steps: int
    seed: int

    @property
    def value(self):
        """The threshold lambda of the population."""
        return SensingMean(self.d).soft_threshold(self.s)

    @property
    def drawn(self):
        """The generator, the problem and the start."""
        rng = np.random.default_rng(self.seed)
        problem = sensing_problem(self.d, self.rank, int(self.share * self.d * (self.d + 1) / 2), rng=rng, n_test=1)
        return rng, problem, sensing_start(problem, rng=rng)


def shifts(p, rng, times=1.0):
    """Return u_j'(X* - E WW')u_j in thresholds along a run from N(0, 1/4) entries, and the mean of E WW' off the u_j.

    From N(0, 1) entries a run in some hundreds diverges at this step.
    """
    rng, problem, start = p.drawn
    eta = 1 / (8 * max(p.d, problem.spectrum[0] / 2))  # half of the largest stable step: beyond it the noise grows
    path = trajectory(NSO(eta, times * p.s), problem.train, start / 2, steps=p.steps, record_every=10, rng=rng)
    factors = path[len(path) // 2 :].reshape(-1, p.d, p.d)
    vectors, found = np.linalg.svd(problem.truth)[0], (factors @ factors.transpose(0, 2, 1)).mean(axis=0)
    seen = np.diag(vectors.T @ found @ vectors)
    return np.append(problem.spectrum - seen[: p.rank], np.mean(seen[p.rank :])) / p.value


def _linearised(p):
    """Return the eigenvectors of X*, the minimiser of <D, M D>/2 + s^2/2 <C, D> on the tangent space, its gradient."""
    _, problem, _ = p.drawn
    vectors = np.linalg.svd(problem.truth)[0]
    moves = np.einsum("ar,bc->rcab", vectors[:, : p.rank], np.eye(p.d)).reshape(-1, p.d, p.d)
    tangent = np.linalg.svd((moves + moves.transpose(0, 2, 1)).reshape(-1, p.d**2))[2]
    tangent = tangent[: p.rank * p.d - p.rank * (p.rank - 1) // 2]
    measurements = unpack(problem.train.measurements).reshape(-1, p.d**2)
    pull = p.s**2 / 2 * trace_form(problem.train).matrix.ravel()
    seen = measurements @ tangent.T
    move = tangent.T @ np.linalg.solve(seen.T @ seen / len(seen), -tangent @ pull)
    slope = measurements.T @ (measurements @ move) / len(seen) + pull
    return vectors, move.reshape(p.d, p.d), slope.reshape(p.d, p.d)


def stated(p):
    """Return the shifts that minimise <D, M D>/2 + s^2/2 <C, D> over the tangent space at X*, and 0."""
    vectors, move, _ = _linearised(p)
    return np.append(-np.diag(vectors.T @ move @ vectors)[: p.rank] / p.value, 0.0)


def least_eigenvalue(p):
    """Return the least of the r eigenvalues of X* in thresholds."""
    return p.drawn[1].spectrum[-1] / p.value


def least_slope(p):
    """Return the least eigenvalue in thresholds of the gradient off the u_j: above 0, X* + D is the minimiser."""
    vectors, _, slope = _linearised(p)
    return np.linalg.eigvalsh(vectors[:, p.rank :].T @ slope @ vectors[:, p.rank :])[0] / p.value
