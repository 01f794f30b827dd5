"""Matrix sensing problems: random measurements, a low-rank truth, and how far a factor is from it."""

import os
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.objectives import MatrixSensing, TraceForm, packed_square, sensing_residuals, trace_form
from flatlab.objectives.sensing._packed import CHUNK_NUMBERS, pack, rows_of, twice_off_diagonal

__all__ = [
    "Recovery",
    "SensingProblem",
    "gaussian_measurements",
    "pack_measurements",
    "recovery",
    "sensing_problem",
    "sensing_start",
]


class SensingProblem(NamedTuple):
    """One problem.

    train, test : the loss that is minimised, and the same with fresh measurements
    truth : (d, r), U*, with X* = U* U*^T

    >>> sensing_problem(d=3, rank=1, n=6, rng=np.random.default_rng(1)).truth.shape
    (3, 1)
    """

    train: MatrixSensing
    test: MatrixSensing
    truth: np.ndarray

    @property
    def spectrum(self) -> np.ndarray:
        """The r positive eigenvalues of X*, the largest first."""
        return np.linalg.svd(self.truth, compute_uv=False) ** 2


class Recovery(NamedTuple):
    """Recovery metrics at one or several points; each field is a number, or has shape (m,) for m points.

    train, test : float or ndarray; sum e_i^2 / sum y_i^2 on the measurements of the loss and on fresh ones
    error : float or ndarray; (|W W^T - X*|_F / |X*|_F)^2, the authors' "normalized distance"
    trace : float or ndarray; the exact Hessian trace of the training loss
    nuclear : float or ndarray; the nuclear norm of W W^T, which is |W|_F^2

    >>> problem = sensing_problem(d=3, rank=1, n=6, rng=np.random.default_rng(1), columns=1)
    >>> recovery(problem, problem.truth.ravel()).error
    0.0
    """

    train: checks.Entries
    test: checks.Entries
    error: checks.Entries
    trace: checks.Entries
    nuclear: checks.Entries


def sensing_problem(
    d: int,
    rank: int,
    n: int,
    *,
    rng: np.random.Generator,
    columns: int | None = None,
    n_test: int | None = None,
    symmetrised: bool = True,
    single: bool = False,
) -> SensingProblem:
    """Draw U* with N(0, 1) entries and Gaussian measurements of X* = U* U*^T, for training and for testing.

    d, rank, n : size of X*, its rank r in 1..d, and the number of measurements
    rng : draws U*, then the training measurements, then the test measurements
    columns : width p of W; d if left out
    n_test : number of test measurements; n if left out
    symmetrised, single : as for :func:`gaussian_measurements`

    Source: QUOTED setting of the authors' code for arXiv 2306.08553 (d = 100, r = 5, n = n_test = 2500, p = d).
    """
    d, n = checks.integer("d", d, at_least=1), checks.integer("n", n, at_least=1)
    columns = d if columns is None else checks.integer("columns", columns, at_least=1)
    n_test = n if n_test is None else checks.integer("n_test", n_test, at_least=1)
    if checks.integer("rank", rank, at_least=1) > d:
        raise ValueError(f"rank must be at most d = {d}, got {rank}")
    checks.generator("rng", rng)
    checks.flag("symmetrised", symmetrised)
    _refuse_too_large(d, n + n_test, single)
    truth = rng.standard_normal((d, rank))
    halves = []
    for count in (n, n_test):
        measurements = gaussian_measurements(d, count, rng=rng, symmetrised=symmetrised, single=single)
        halves.append(MatrixSensing(measurements, _exact_targets(measurements, truth), columns))
    train, test = halves
    return SensingProblem(train, test, truth)


def gaussian_measurements(
    d: int, n: int, *, rng: np.random.Generator, symmetrised: bool = True, single: bool = False
) -> np.ndarray:
    """Draw the symmetric parts S_i = (A_i + A_i^T)/2 of matrices A_i with independent N(0, 1) entries, packed.

    Only the d(d+1)/2 entries are kept: N(0, 1) on the diagonal, N(0, 1/2) off it. The loss sees no more of A_i.

    symmetrised : draw the entries of S_i; with False draw all d^2 entries of A_i and fold them. Same law, other
        numbers.
    single : keep them in single precision; the draws are the same

    The result has shape (n, d(d+1)/2).

    Source: QUOTED setting of the authors' code for arXiv 2306.08553.
    """
    d, n = checks.integer("d", d, at_least=1), checks.integer("n", n, at_least=1)
    checks.generator("rng", rng)
    checks.flag("symmetrised", symmetrised)
    _refuse_too_large(d, n, single)
    length = d * (d + 1) // 2
    result = np.empty((n, length), np.float32 if single else np.float64)
    scale = np.full(length, np.sqrt(0.5))
    scale[np.cumsum(np.arange(1, d + 1)) - 1] = 1.0
    step = max(1, CHUNK_NUMBERS // d**2)
    for first in range(0, n, step):
        rows = min(step, n - first)
        if symmetrised:
            result[first : first + rows] = rng.standard_normal((rows, length)) * scale
        else:
            result[first : first + rows] = pack(rng.standard_normal((rows, d, d)))
    return result


def pack_measurements(matrices: ArrayLike) -> np.ndarray:
    """Return the symmetric parts of given measurement matrices, packed for :class:`MatrixSensing`.

    ``<A, W W^T> = <(A + A^T)/2, W W^T>``, so nothing of the loss is lost.

    matrices : (n, d, d), symmetric or not

    The result has shape (n, d(d+1)/2).

    Source: definition.
    """
    matrices = checks.array("matrices", matrices, 3)
    if matrices.shape[1] != matrices.shape[2]:
        raise ValueError(f"matrices must be square, got an array of shape {matrices.shape}")
    return pack(matrices)


def sensing_start(problem: SensingProblem, *, rng: np.random.Generator, scale: float = 1.0) -> np.ndarray:
    """Return a start W_0 with independent N(0, scale^2) entries, flat.

    scale : 1 is the authors' start; 0.01 is the small initialisation

    The result has shape (d p,).

    Source: QUOTED setting of the authors' code for arXiv 2306.08553 (scale 1).
    """
    checks.generator("rng", rng)
    if not isinstance(problem, SensingProblem):
        checks.refuse("problem", problem, "a SensingProblem")
    return checks.positive("scale", scale) * rng.standard_normal(problem.train.rows * problem.train.columns)


def recovery(problem: SensingProblem, w: np.ndarray, form: TraceForm | None = None) -> Recovery:
    """Return losses, recovery error, Hessian trace and nuclear norm at one or several points.

    w : (d p,) or (m, d p), several points share one pass over the measurements
    form : ``trace_form(problem.train)``, where it is at hand already

    Source: QUOTED metrics of the authors' code for arXiv 2306.08553; the trace DERIVED,
    paper_checks/zhang2024/README.md.
    """
    alone = np.ndim(w) == 1
    points = checks.matrix("w", np.atleast_2d(w), problem.train.rows * problem.train.columns)
    known = trace_form(problem.train) if form is None else form
    train, test = (
        np.sum(sensing_residuals(part, points) ** 2, axis=1) / np.sum(part.targets.astype(float) ** 2)
        for part in (problem.train, problem.test)
    )
    wanted = _packed_truth(problem.truth)
    off = packed_square(problem.train, points) - wanted
    error = np.sum(off**2 * _weights(wanted.size), axis=1) / np.sum(wanted**2 * _weights(wanted.size))
    traces = np.array([known.at(point) for point in points])
    measures = train, test, error, traces, np.sum(points**2, axis=1)
    return Recovery(*(float(measure[0]) for measure in measures)) if alone else Recovery(*measures)


def _packed_truth(truth):
    return twice_off_diagonal(pack(truth @ truth.T))


def _weights(length):
    """Frobenius weights of packed entries: 1 on the diagonal, 1/2 off it."""
    weights = np.full(length, 0.5)
    weights[np.cumsum(np.arange(1, rows_of(length) + 1)) - 1] = 1.0
    return weights


def _exact_targets(measurements, truth):
    wanted, step = _packed_truth(truth), max(1, CHUNK_NUMBERS // measurements.shape[1])
    starts = range(0, len(measurements), step)
    return np.concatenate([measurements[first : first + step].astype(float) @ wanted for first in starts])


def _refuse_too_large(d, n, single):
    wanted, free = n * (d * (d + 1) // 2) * (4 if checks.flag("single", single) else 8), free_memory()
    if free is not None and wanted > free:
        raise ValueError(
            f"n must leave measurements that fit in memory, got {n} of size d = {d}, which need {wanted / 1e9:.3g} GB "
            f"where {free / 1e9:.3g} GB are free: lower n or d{'' if single else ', or set single=True for half'}"
        )


def free_memory() -> int | None:
    """Return the bytes of memory that are free for use, or None where the system does not say."""
    try:
        with open("/proc/meminfo") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
