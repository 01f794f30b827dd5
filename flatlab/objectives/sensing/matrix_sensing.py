"""Matrix sensing with a factored variable: recover X* from n symmetric linear measurements."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.objectives.questions import dimension, gradient, gradients, hessian, hessian_product, hessian_trace, value
from flatlab.objectives.sensing._packed import (
    CHUNK_NUMBERS,
    backproject,
    pack_product,
    packed_rows,
    rows_of,
    sum_of_squares,
    twice_off_diagonal,
    unpack,
    unpack_times,
)

__all__ = ["MatrixSensing", "TraceForm", "packed_square", "sensing_residuals", "trace_form"]


@checks.validated
class MatrixSensing(NamedTuple):
    """The loss L(W) = (1/(2n)) sum_i e_i^2, e_i = <S_i, W W^T> - y_i, of a matrix W of shape (d, p).

    Its gradient is (2/n) sum_i e_i S_i W. The point is W flattened row by row. Each S_i is symmetric and kept as its
    d(d+1)/2 entries of the lower triangle, row by row (``flatlab.objectives.sensing.problem.pack_measurements`` makes
    them). A gradient reads each measurement once, however many points it is taken at; it allocates two packed matrices
    a point.
    The authors' notebooks move along (1/n) sum_i e_i S_i W, the gradient of half this loss: their step size is twice
    the one here (``flatlab.theory.noise.step_from_authors``).

    measurements : (n, d(d+1)/2), kept in single precision where they are given so, and then the sums over them are
        in single precision too; W and the products with W stay double. Any other type becomes double. They may be most
        of the memory and are not copied: an array of floats that is changed afterwards changes the objective.
    targets : (n,), y_i; kept in the precision of the measurements
    columns : p, 1 or above

    Source: QUOTED setting of the authors' code for arXiv 2306.08553; the normalisation 1/(2n) is flatlab's.

    >>> print(round(value(MatrixSensing([[1.0, 0.0, 1.0]], [1.0], columns=1), [1.0, 1.0]), 6))
    0.5
    """

    measurements: checks.Array
    targets: checks.Array
    columns: int

    def clean_fields(self) -> tuple:
        measurements = _clean_measurements(self.measurements)
        targets = checks.vector("targets", self.targets, len(measurements)).astype(measurements.dtype)
        return measurements, targets, checks.integer("columns", self.columns, at_least=1)

    @property
    def rows(self) -> int:
        """The number of rows d of W."""
        return rows_of(self.measurements.shape[1])


def _clean_measurements(given):
    # no copy and no mask of the size of the measurements: they may be most of the memory
    single = isinstance(given, np.ndarray) and given.dtype == np.float32
    if isinstance(given, np.ma.MaskedArray) or (isinstance(given, np.ndarray) and given.dtype.kind not in "iuf"):
        checks.refuse("measurements", given, "a matrix of finite numbers")
    try:
        clean = np.ascontiguousarray(given, dtype=np.float32 if single else np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"measurements must be a matrix of finite numbers, got {checks.shown(given)}") from None
    if clean.ndim != 2 or clean.size == 0 or np.ndim(given) != 2:
        raise ValueError(f"measurements must be a matrix of finite numbers, got an array of shape {np.shape(given)}")
    if not rows_of(clean.shape[1]):
        raise ValueError(
            "measurements must have d(d+1)/2 columns, the lower triangle of a d by d matrix, "
            f"got an array of shape {clean.shape}"
        )
    if not (np.isfinite(clean.min()) and np.isfinite(clean.max())):
        first = next(i for i, row in enumerate(clean) if not np.isfinite(row).all())
        raise ValueError(f"measurements must be finite, measurement {first} holds a nan or an infinity")
    return clean


@value.register(MatrixSensing)
def _(objective, w):
    packed, columns = objective.measurements, objective.columns
    product = packed_rows(1, packed)[0]
    pack_product(w.reshape(w.size // columns, columns), product)
    return sum_of_squares(packed, objective.targets, product) / (2 * objective.targets.size)


@gradient.register(MatrixSensing)
def _(objective, w, out):
    packed, columns = objective.measurements, objective.columns
    shape = w.size // columns, columns
    factor, product, back = w.reshape(shape), packed_rows(1, packed), packed_rows(1, packed)
    pack_product(factor, product[0])
    backproject(packed, objective.targets, product, back)
    unpack_times(back[0], 2.0 / objective.targets.size, factor, out.reshape(shape))


@gradients.register(MatrixSensing)
def _(objective, points, out):
    packed, columns = objective.measurements, objective.columns
    size, count = points.shape
    rows = size // columns
    products, back = packed_rows(count, packed), packed_rows(count, packed)
    factors, grad = np.empty((count, rows, columns)), np.empty((rows, columns))
    for b in range(count):
        flat = factors[b].reshape(size)
        for i in range(size):
            flat[i] = points[i, b]
        pack_product(factors[b], products[b])
    backproject(packed, objective.targets, products, back)
    for b in range(count):
        unpack_times(back[b], 2.0 / objective.targets.size, factors[b], grad)
        flat = grad.reshape(size)
        for i in range(size):
            out[i, b] = flat[i]


@dimension.register(MatrixSensing)
def _(objective):
    return objective.rows * objective.columns


@hessian.register(MatrixSensing)
def _(objective, w):
    factor = _factor(objective, w)
    residuals, n = sensing_residuals(objective, w), len(objective.targets)
    grads = np.concatenate([unpack(part) @ factor for part in _chunks(objective)]).reshape(n, -1)
    weighted = unpack(residuals @ objective.measurements)
    full = (4 / n) * (grads.T @ grads) + (2 / n) * np.kron(weighted, np.eye(objective.columns))
    return (full + full.T) / 2


@hessian_trace.register(MatrixSensing)
def _(objective, w):
    return trace_form(objective).at(w)


@hessian_product.register(MatrixSensing)
def _(objective, w, vectors):
    factor, n = _factor(objective, w), len(objective.targets)
    directions = np.asarray(vectors, dtype=float).T.reshape(-1, *factor.shape)
    along = twice_off_diagonal(_lower(directions @ factor.T + factor @ directions.transpose(0, 2, 1)))
    weights = np.concatenate([along @ objective.measurements.T, sensing_residuals(objective, w)[None]])
    back = unpack(weights @ objective.measurements)
    result = (2 / n) * (back[:-1] @ factor + back[-1] @ directions)
    return result.reshape(len(directions), -1).T.reshape(np.shape(vectors))


class TraceForm(NamedTuple):
    """The Hessian trace of a matrix sensing loss as a function of W alone: <matrix, W W^T> + constant.

    Made once for given measurements, it answers at any W without reading them again.

    >>> trace_form(MatrixSensing([[1.0, 0.0, 1.0]], [1.0], columns=1)).constant
    -4.0
    """

    matrix: np.ndarray
    constant: float

    def at(self, w: np.ndarray) -> float:
        """Return the trace at the point w, shape (d p,)."""
        factor = np.reshape(w, (len(self.matrix), -1))
        return float(np.sum(self.matrix * (factor @ factor.T))) + self.constant


def trace_form(objective: MatrixSensing) -> TraceForm:
    """Return the exact Hessian trace as a form in W: (4/n) <sum S_i^2, W W^T> + (2p/n) sum_i e_i tr S_i.

    Since e_i is linear in W W^T, so is the trace.

    Source: DERIVED, paper_checks/zhang2024/README.md, "Penalty of one sample".
    """
    d, n = objective.rows, len(objective.targets)
    squares = np.zeros((d, d))
    diagonal = np.cumsum(np.arange(1, d + 1)) - 1
    traces = objective.measurements[:, diagonal].sum(axis=1, dtype=float)
    for part in _chunks(objective):
        stacked = unpack(part).reshape(-1, d)
        squares += stacked.T @ stacked
    share = 2 * objective.columns / n
    matrix = (4 / n) * squares + share * unpack(traces @ objective.measurements)
    return TraceForm(matrix, -share * float(traces @ objective.targets))


def packed_square(objective: MatrixSensing, w: np.ndarray) -> np.ndarray:
    """Return the packed product W W^T, entries off the diagonal twice: the dual of the packed measurements.

    w : (d p,) or (m, d p), one point or several

    The result has shape (d(d+1)/2,) or (m, d(d+1)/2).

    Source: definition.
    """
    w = np.asarray(w, dtype=float)
    factors = w.reshape(*w.shape[:-1], objective.rows, objective.columns)
    return twice_off_diagonal(_lower(factors @ np.swapaxes(factors, -1, -2)))


def sensing_residuals(objective: MatrixSensing, w: np.ndarray) -> np.ndarray:
    """Return the residuals e_i = <S_i, W W^T> - y_i.

    w : (d p,) or (m, d p), one point or several; several share one pass over the measurements

    The result has shape (n,) or (m, n): summed in the precision of the measurements.

    Source: definition of :class:`MatrixSensing`.
    """
    product = packed_square(objective, w).astype(objective.measurements.dtype)
    return (product @ objective.measurements.T - objective.targets).astype(float)


def _factor(objective, w):
    return np.asarray(w, dtype=float).reshape(objective.rows, objective.columns)


def _lower(matrices):
    i, j = np.tril_indices(matrices.shape[-1])
    return matrices[..., i, j]


def _chunks(objective):
    size = max(1, CHUNK_NUMBERS // objective.rows**2)
    for first in range(0, len(objective.targets), size):
        yield objective.measurements[first : first + size]
