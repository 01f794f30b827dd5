"""Curvature of an objective at a point, from LAPACK and ARPACK, each answer with its residual."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg
from scipy.sparse.linalg import LinearOperator, eigsh

from flatlab.base import checks
from flatlab.objectives import dimension, hessian, third_derivative

__all__ = [
    "Kernel",
    "LeadingEigenpair",
    "kernel_projector",
    "leading_curvature",
    "leading_eigenpair",
    "sharpness_gradient",
    "start_vector",
    "symmetric",
]

SIMPLE = 1e-9  # relative gap below which the largest eigenvalue counts as repeated
FLAT = 1e-8  # relative size below which an eigenvalue counts as zero


class LeadingEigenpair(NamedTuple):
    """The largest eigenvalue, its unit eigenvector, the distance to the next one, and ``|A v - value v|``.

    >>> leading_eigenpair(np.diag([3.0, 1.0])).gap
    2.0
    """

    value: float
    vector: np.ndarray
    gap: float
    residual: float


class Kernel(NamedTuple):
    """The orthogonal projector P on the kernel of A, its dimension, and ``|A P|``.

    >>> kernel_projector(np.diag([3.0, 0.0])).dimension
    1
    """

    projector: np.ndarray
    dimension: int
    residual: float


def leading_eigenpair(matrix: ArrayLike | LinearOperator, *, simple: float = SIMPLE) -> LeadingEigenpair:
    """Return the largest eigenvalue of a symmetric matrix with its eigenvector, gap and residual.

    ``A v = lambda_1 v, |v| = 1``; the entry of v that is largest in size is positive. A dense matrix goes to LAPACK, an
    operator to ARPACK. The gap to the next eigenvalue, infinite where d = 1, must exceed the share ``simple`` of the
    spectral radius, else a ValueError says that the largest eigenvalue is repeated.
    """
    simple = checks.nonnegative("simple", simple)
    if not isinstance(matrix, LinearOperator):
        matrix = symmetric(matrix)
    size = matrix.shape[0]
    if isinstance(matrix, LinearOperator) and size > 3:
        values, vectors = eigsh(matrix, k=2, which="LA", v0=start_vector(size))
    else:
        dense = matrix @ np.eye(size) if isinstance(matrix, LinearOperator) else matrix
        values, vectors = linalg.eigh(dense, subset_by_index=[max(size - 2, 0), size - 1])
    order = np.argsort(values)
    values, vectors = values[order], vectors[:, order]
    top, vector = float(values[-1]), vectors[:, -1]
    vector = vector * np.sign(vector[np.abs(vector).argmax()])
    gap = float(top - values[-2]) if size > 1 else np.inf
    if gap <= simple * max(abs(top), abs(float(values[0]))):
        raise ValueError(
            f"matrix must have a simple largest eigenvalue, got {top:.6g} repeated (gap {gap:.2g}): "
            "the leading direction and the gradient of the sharpness are not defined there"
        )
    residual = float(np.linalg.norm(matrix @ vector - top * vector))
    return LeadingEigenpair(top, vector, gap, residual)


def leading_curvature(objective: NamedTuple, w: ArrayLike, *, simple: float = SIMPLE) -> LeadingEigenpair:
    """Return the leading eigenpair of the Hessian at a point, of an objective with a closed-form ``hessian``."""
    return leading_eigenpair(hessian(objective, checks.vector("w", w, dimension(objective))), simple=simple)


def sharpness_gradient(objective: NamedTuple, w: ArrayLike, *, simple: float = SIMPLE) -> np.ndarray:
    """Return the gradient of the largest eigenvalue of the Hessian, ``T[v_1, v_1, .]``, shape (d,).

    A repeated eigenvalue, which has no gradient, is refused as by :func:`leading_eigenpair`.

    Source: DERIVED by first-order perturbation (paper_checks/bartlett2023, "Offset recursion").
    """
    w = checks.vector("w", w, dimension(objective))
    return third_derivative(objective, w, leading_curvature(objective, w, simple=simple).vector)


def kernel_projector(matrix: ArrayLike, *, flat: float = FLAT) -> Kernel:
    """Return the orthogonal projector on the kernel of a symmetric matrix, which is 0 where the kernel is.

    ``P = sum_i u_i u_i^T`` over the unit eigenvectors with ``|lambda_i| <= flat * max_j |lambda_j|``.
    """
    matrix, flat = symmetric(matrix), checks.between("flat", flat, 0, 1, ends="[]")
    values, vectors = linalg.eigh(matrix)
    sizes = np.abs(values)
    zero = sizes <= flat * sizes.max()
    basis = vectors[:, zero]
    projector = basis @ basis.T
    return Kernel(projector, int(zero.sum()), float(np.linalg.norm(matrix @ projector, 2)))


def symmetric(matrix: ArrayLike) -> np.ndarray:
    """Return a matrix as a clean array; one that is not square and symmetric is refused."""
    matrix = checks.matrix("matrix", matrix)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix must be square, got an array of shape {matrix.shape}")
    skew = np.abs(matrix - matrix.T).max()
    if skew > 1e-10 * np.abs(matrix).max():
        raise ValueError(f"matrix must be symmetric, got one that differs from its transpose by {skew:.3g}")
    return matrix


def start_vector(size: int) -> np.ndarray:
    """Return the vector from which ARPACK starts.

    It is fixed, for the same digits every time, and has no symmetry, so that it misses no eigenvector.
    """
    return np.cos(1.0 + np.arange(size) ** 1.5)
