"""Curvature of an objective at a point, from LAPACK and ARPACK, each answer with its residual."""

from typing import NamedTuple

import numpy as np
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
    "spectral_norm",
    "symmetric",
]

SIMPLE = 1e-9  # relative gap below which the largest eigenvalue counts as repeated
FLAT = 1e-8  # relative size below which an eigenvalue counts as zero


class LeadingEigenpair(NamedTuple):
    """The largest eigenvalue, its unit eigenvector, the distance to the next one, and ``|A v - value v|``."""

    value: float
    vector: np.ndarray
    gap: float
    residual: float


class Kernel(NamedTuple):
    """The orthogonal projector on a kernel, its dimension, ``|A P|`` and the smallest eigenvalue left out."""

    projector: np.ndarray
    dimension: int
    residual: float
    smallest_kept: float


def leading_eigenpair(matrix, *, simple=SIMPLE):
    """Return the largest eigenvalue of a symmetric matrix with its eigenvector, gap and residual.

    ``A v = lambda_1 v, |v| = 1``; the entry of v that is largest in size is positive.

    Parameters
    ----------
    matrix : array_like or scipy.sparse.linalg.LinearOperator, shape (d, d)
        Symmetric. A dense matrix goes to LAPACK, an operator to ARPACK.
    simple : float
        The gap to the next eigenvalue must exceed this share of the spectral radius.

    Returns
    -------
    LeadingEigenpair
        ``gap`` is infinite where d = 1; ``residual`` is ``|A v - value v|``.

    Raises
    ------
    ValueError
        If the largest eigenvalue is repeated, or the matrix is not square and symmetric.

    Notes
    -----
    Source: definition.
    """
    operator = isinstance(matrix, LinearOperator)
    simple = checks.nonnegative("simple", simple)
    if not operator:
        matrix = symmetric(matrix)
    size = matrix.shape[0]
    if operator and size > 3:
        values, vectors = eigsh(matrix, k=2, which="LA", v0=_start_vector(size))
    else:
        dense = matrix @ np.eye(size) if operator else matrix
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


def spectral_norm(matrix):
    """Return the spectral norm of a symmetric matrix, ``max_i |lambda_i|``.

    Parameters
    ----------
    matrix : array_like or scipy.sparse.linalg.LinearOperator, shape (d, d)
        Symmetric.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the matrix is not square and symmetric.

    Notes
    -----
    Source: definition.
    """
    if isinstance(matrix, LinearOperator):
        size = matrix.shape[0]
        if size > 2:
            return float(abs(eigsh(matrix, k=1, which="LM", v0=_start_vector(size), return_eigenvectors=False)[0]))
        matrix = matrix @ np.eye(size)
    return float(np.abs(linalg.eigvalsh(symmetric(matrix))).max())


def leading_curvature(objective, w, *, simple=SIMPLE):
    """Return the leading eigenpair of the Hessian of an objective at a point.

    Parameters
    ----------
    objective : NamedTuple
        With a closed-form ``hessian``.
    w : array_like, shape (d,)
    simple : float
        As for :func:`leading_eigenpair`.

    Returns
    -------
    LeadingEigenpair

    Raises
    ------
    ValueError
        If the largest eigenvalue is repeated.

    Notes
    -----
    Source: definition.
    """
    return leading_eigenpair(hessian(objective, checks.vector("w", w, dimension(objective))), simple=simple)


def sharpness_gradient(objective, w, *, simple=SIMPLE):
    """Return the gradient of the largest eigenvalue of the Hessian, ``T[v_1, v_1, .]``.

    Parameters
    ----------
    objective : NamedTuple
        With closed-form ``hessian`` and ``third_derivative``.
    w : array_like, shape (d,)
    simple : float
        As for :func:`leading_eigenpair`.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        If the largest eigenvalue is repeated: it has no gradient there.

    Notes
    -----
    Source: DERIVED by first-order perturbation (paper_checks/bartlett2023, "Offset recursion").
    """
    w = checks.vector("w", w, dimension(objective))
    return third_derivative(objective, w, leading_curvature(objective, w, simple=simple).vector)


def kernel_projector(matrix, *, flat=FLAT):
    """Return the orthogonal projector on the kernel of a symmetric matrix.

    ``P = sum_i u_i u_i^T`` over the unit eigenvectors with ``|lambda_i| <= flat * max_j |lambda_j|``.

    Parameters
    ----------
    matrix : array_like, shape (d, d)
        Symmetric.
    flat : float
        Relative size below which an eigenvalue counts as zero.

    Returns
    -------
    Kernel
        Empty kernels have the projector 0 and dimension 0; ``smallest_kept`` is infinite for the zero matrix.

    Raises
    ------
    ValueError
        If the matrix is not square and symmetric.

    Notes
    -----
    Source: definition.
    """
    matrix, flat = symmetric(matrix), checks.between("flat", flat, 0, 1, ends="[]")
    values, vectors = linalg.eigh(matrix)
    sizes = np.abs(values)
    zero = sizes <= flat * sizes.max()
    basis = vectors[:, zero]
    projector = basis @ basis.T
    kept = sizes[~zero]
    residual = float(np.linalg.norm(matrix @ projector, 2))
    return Kernel(projector, int(zero.sum()), residual, float(kept.min()) if kept.size else np.inf)


def symmetric(matrix):
    """Return a matrix as a clean array, or refuse it.

    Parameters
    ----------
    matrix : array_like, shape (d, d)

    Returns
    -------
    ndarray, shape (d, d)

    Raises
    ------
    ValueError
        If it is not square and symmetric.

    Notes
    -----
    Source: definition.
    """
    matrix = checks.matrix("matrix", matrix)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"matrix must be square, got an array of shape {matrix.shape}")
    skew = np.abs(matrix - matrix.T).max()
    if skew > 1e-10 * np.abs(matrix).max():
        raise ValueError(f"matrix must be symmetric, got one that differs from its transpose by {skew:.3g}")
    return matrix


def _start_vector(size):
    # fixed, so that ARPACK gives the same digits every time; no symmetry, so that it misses no eigenvector
    return np.cos(1.0 + np.arange(size) ** 1.5)
