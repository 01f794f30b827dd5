"""Sparse recovery by a diagonal network, with its linear-programming reference.

The flattest minima of :class:`flatlab.objectives.DiagonalNetwork` with features of ±1 have the trace
4 min { |x|_1 : A x = b }.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from flatlab import trajectory
from flatlab.base import checks
from flatlab.geometry.limit_map import limit_map
from flatlab.methods import GD, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork, hessian_trace
from flatlab.objectives.wrappers._minibatch import check_batch

__all__ = [
    "CLEAR",
    "LeastNorm",
    "Recovery",
    "SparseInstance",
    "dual_excess",
    "last_excess",
    "least_l1",
    "sparse_instance",
]

ETA, RHO, RECORDS = 0.01, 0.1, 60
METHODS = {
    "sharpness-aware": SharpnessAwarePerturbation(ETA, ETA, RHO, np.inf),
    "smoothed": RandomlySmoothed(ETA, ETA, RHO, np.inf),
    "descent": GD(ETA),
}


class SparseInstance(NamedTuple):
    """A network, the sparse coefficients x* behind its labels, and a minimum of the risk with no entry zero."""

    objective: DiagonalNetwork
    coefficients: np.ndarray
    start: np.ndarray


class LeastNorm(NamedTuple):
    """The linear program's answer: min |x|_1 over A x = b, a minimiser, and multipliers with |A^T lambda|_inf <= 1."""

    value: float
    coefficients: np.ndarray
    multipliers: np.ndarray


def sparse_instance(rng, samples, coefficients, nonzero, *, spread=1.0, batch=1):
    """Draw a sparse-recovery problem with features of ±1, and a spread-out minimum to start from.

    A is ``samples`` by ``coefficients``, more columns than rows; ``nonzero`` entries of x* are +1 or -1 over the root
    of their number. The start has coefficients x* + spread * z, z random in the kernel of A with |z| = |x*|, and
    u_j v_j = 0.1. README, "Test problems".
    """
    n = checks.integer("samples", samples, at_least=1)
    k = checks.integer("coefficients", coefficients, at_least=n + 1)
    nonzero = checks.integer("nonzero", nonzero, at_least=1)
    if nonzero > k:
        raise ValueError(f"nonzero must be at most the number of coefficients {k}, got {nonzero}")
    spread = checks.nonnegative("spread", spread)
    features = rng.choice([-1.0, 1.0], size=(n, k))
    truth = np.zeros(k)
    truth[rng.choice(k, nonzero, replace=False)] = rng.choice([-1.0, 1.0], nonzero) / np.sqrt(nonzero)
    away = rng.standard_normal(k)
    away -= np.linalg.pinv(features) @ (features @ away)
    x = truth + spread * np.linalg.norm(truth) * away / np.linalg.norm(away)
    # u^2 - v^2 = x with u v = 0.1
    root = np.sqrt(x**2 + 4 * 0.01)
    start = np.concatenate([np.sqrt((root + x) / 2), np.sqrt((root - x) / 2)])
    objective = DiagonalNetwork(features, features @ truth, check_batch(batch, n))
    return SparseInstance(objective, truth, start)


def least_l1(features, labels):
    """Return min |x|_1 over A x = b by linear programming, as a :class:`LeastNorm`; ValueError if nothing solves it."""
    a = checks.matrix("features", features)
    b = checks.vector("labels", labels, len(a))
    program = linprog(np.ones(2 * a.shape[1]), A_eq=np.hstack([a, -a]), b_eq=b, bounds=(0, None), method="highs")
    if program.status != 0:
        raise ValueError(f"labels must be met by some coefficients, got {program.message!r}")
    plus, minus = np.split(program.x, 2)
    return LeastNorm(float(program.fun), plus - minus, np.asarray(program.eqlin.marginals))


def dual_excess(objective, w):
    """Return max_j |(A^T lambda)_j| - 1 at a minimum w, lambda the multiplier of the trace: 0 if flattest.

    A point of X* where the trace is stationary has sign(x_j) = (A^T lambda)_j wherever x_j is not 0; it has the least
    l1-norm only if the other entries do not exceed 1 either. README, "Test problems".
    """
    w = checks.vector("w", w, 2 * objective.features.shape[1])
    x = objective.coefficients(w)
    support = np.abs(x) > 1e-6 * np.abs(x).max()
    multiplier = np.linalg.lstsq(objective.features[:, support].T, np.sign(x[support]), rcond=None)[0]
    return float(np.abs(objective.features.T @ multiplier).max() - 1)


class Recovery(NamedTuple):
    """A run of a number of steps on 10 samples and 20 coefficients, 2 of them not 0, drawn with a seed."""

    seed: int
    steps: int

    @property
    def instance(self):
        """The :class:`SparseInstance`."""
        return sparse_instance(np.random.default_rng(self.seed), 10, 20, 2, spread=1.0)

    @property
    def least(self):
        """The least l1-norm: the least trace over 4."""
        objective = self.instance.objective
        return least_l1(objective.features, objective.labels).value

    def run(self, method, rng):
        """Return the trace over 4 and the distance from the sparse coefficients, at the limits of a run's records."""
        return _run(self, method, int(rng.integers(2**31)))

    @property
    def clear(self):
        """Whether the sparse coefficients alone have the least l1-norm, clearly.

        The features on the support are independent (two that are equal share their coefficients in any way), and there
        is a multiplier below 0.9 off the support.
        """
        instance = self.instance
        a, support = instance.objective.features, instance.coefficients != 0
        multiplier, *_, rank, _ = np.linalg.lstsq(a[:, support].T, np.sign(instance.coefficients[support]), rcond=None)
        return bool(rank == support.sum() and np.abs(a[:, ~support].T @ multiplier).max() < 0.9)


@lru_cache(maxsize=64)  # a control that exchanges two methods looks at the same runs
def _run(recovery, name, draws):
    instance, every = recovery.instance, recovery.steps // RECORDS
    objective = instance.objective._replace(batch=10) if name == "descent" else instance.objective
    rng = np.random.default_rng(draws)
    path = trajectory(METHODS[name], objective, instance.start, steps=recovery.steps, record_every=every, rng=rng)
    limits = np.array([limit_map(objective, w) for w in path])
    traces = np.array([hessian_trace(objective, w) for w in limits]) / 4
    return traces, np.linalg.norm(objective.coefficients(limits) - instance.coefficients, axis=1)


def last_excess(recovery, rng, name, **sizes):
    """Return the excess trace over 4 at the limit of a run's end, of a method with other ``sizes`` where given."""
    network, start = recovery.instance.objective, recovery.instance.start
    objective = network._replace(batch=len(network.labels)) if name == "descent" else network
    method, steps = METHODS[name]._replace(**sizes), recovery.steps
    end = trajectory(method, objective, start, steps=steps, record_every=steps, rng=rng)[-1]
    return hessian_trace(network, limit_map(network, end)) / 4 - recovery.least


CLEAR = {"the sparse coefficients alone have the least l1-norm, clearly": lambda s: Recovery(**s).clear}
