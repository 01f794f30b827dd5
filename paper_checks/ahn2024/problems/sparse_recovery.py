"""Sparse recovery by a diagonal network, with its linear-programming reference.

The flattest minima of :class:`flatlab.objectives.DiagonalNetwork` with features of ±1 have the trace
4 min { |x|_1 : A x = b }.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from flatlab.base import checks
from flatlab.objectives import DiagonalNetwork
from flatlab.objectives.wrappers._minibatch import check_batch

__all__ = ["LeastNorm", "SparseInstance", "dual_excess", "least_l1", "sparse_instance"]


class SparseInstance(NamedTuple):
    """A network, the sparse coefficients behind its labels, and a minimum that is not sparse.

    Attributes
    ----------
    objective : DiagonalNetwork
    coefficients : ndarray, shape (k,)
        x*, with A x* = b.
    start : ndarray, shape (2k,)
        A minimum of the risk, with no entry zero.
    """

    objective: DiagonalNetwork
    coefficients: np.ndarray
    start: np.ndarray


class LeastNorm(NamedTuple):
    """The linear program's answer.

    Attributes
    ----------
    value : float
        min |x|_1 over A x = b.
    coefficients : ndarray, shape (k,)
        A minimiser.
    multipliers : ndarray, shape (n,)
        lambda with |A^T lambda|_inf <= 1 and b . lambda = value.
    """

    value: float
    coefficients: np.ndarray
    multipliers: np.ndarray


def sparse_instance(rng, samples, coefficients, nonzero, *, spread=1.0, batch=1):
    """Draw a sparse-recovery problem with features of ±1, and a spread-out minimum to start from.

    The start has coefficients x* + spread * z, z random in the kernel of A with |z| = |x*|, and u_j v_j = 0.1.

    Parameters
    ----------
    rng : numpy.random.Generator
    samples : int
        n, the number of rows of A.
    coefficients : int
        k > n, the number of columns.
    nonzero : int
        Number of entries of x* that are +1 or -1 over the root of that number.
    spread : float
        0 or above.
    batch : int
        Mini-batch size of the objective.

    Returns
    -------
    SparseInstance

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Source: definition; paper_checks/ahn2024/README.md, "Test problems".
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
    """Return min |x|_1 over A x = b by linear programming, with a minimiser and the multipliers.

    Parameters
    ----------
    features : array_like, shape (n, k)
        A.
    labels : array_like, shape (n,)
        b.

    Returns
    -------
    LeastNorm

    Raises
    ------
    ValueError
        If A x = b has no solution.

    Notes
    -----
    Source: standard; scipy.optimize.linprog (HiGHS).
    """
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
    l1-norm only if the other entries do not exceed 1 either. A zero certificate alone says less.

    Parameters
    ----------
    objective : DiagonalNetwork
    w : array_like, shape (2k,)
        A stationary point of the trace on the minima.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If w has the wrong length.

    Notes
    -----
    Source: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    w = checks.vector("w", w, 2 * objective.features.shape[1])
    x = objective.coefficients(w)
    support = np.abs(x) > 1e-6 * np.abs(x).max()
    multiplier = np.linalg.lstsq(objective.features[:, support].T, np.sign(x[support]), rcond=None)[0]
    return float(np.abs(objective.features.T @ multiplier).max() - 1)
