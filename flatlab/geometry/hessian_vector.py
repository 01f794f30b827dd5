"""Traces and top eigenvalues of Hessians that are known by their products with vectors only.

SciPy gives the eigenvalue (ARPACK). The two trace estimates are written here because they must come with their
standard error, which is what a claim needs.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import LinearOperator, aslinearoperator, eigsh

from flatlab.base import checks
from flatlab.geometry.curvature import symmetric
from flatlab.objectives import dimension, hessian_product

__all__ = [
    "TopEigenvalue",
    "TraceEstimate",
    "hessian_operator",
    "hutch_plus_plus",
    "hutchinson",
    "largest_eigenvalue",
]


class TraceEstimate(NamedTuple):
    """An estimated trace, its standard error, and the number of products it cost."""

    value: float
    error: float
    products: int


class TopEigenvalue(NamedTuple):
    """The largest eigenvalue, and ``|A v - value v|`` for its unit eigenvector: some eigenvalue is that near."""

    value: float
    residual: float


def hessian_operator(objective, w):
    """Return the Hessian at a point as a linear operator that is never formed.

    Parameters
    ----------
    objective : NamedTuple
        With a ``hessian_product`` or a closed-form ``hessian``.
    w : array_like, shape (d,)

    Returns
    -------
    scipy.sparse.linalg.LinearOperator, shape (d, d)

    Raises
    ------
    ValueError
        If the point does not fit.

    Notes
    -----
    Source: definition.
    """
    w = checks.vector("w", w, dimension(objective))

    def product(vectors):
        return hessian_product(objective, w, vectors)

    return LinearOperator((w.size, w.size), matvec=product, matmat=product, rmatvec=product, dtype=float)


def hutchinson(matrix, *, probes, rng):
    """Return Hutchinson's estimate of a trace: the mean of z^T A z over random signs z.

    ``E z^T A z = tr A``; the variance of one probe is ``2 (|A|_F^2 - sum_i A_ii^2)`` for a symmetric A.

    Parameters
    ----------
    matrix : array_like or scipy.sparse.linalg.LinearOperator, shape (d, d)
        Symmetric.
    probes : int
        Number of probes m, 2 or above; one product each.
    rng : numpy.random.Generator

    Returns
    -------
    TraceEstimate
        The error is the probes' standard deviation over sqrt(m).

    Raises
    ------
    ValueError
        If the matrix is not square or there are too few probes.

    Notes
    -----
    Source: RECALLED (Hutchinson 1990).
    """
    operator = _square(matrix)
    probes = checks.integer("probes", probes, at_least=2)
    signs = _signs(rng, operator.shape[0], probes)
    samples = np.sum(signs * (operator @ signs), axis=0)
    return TraceEstimate(float(samples.mean()), _standard_error(samples), probes)


def hutch_plus_plus(matrix, *, probes, rng):
    """Return the Hutch++ estimate of a trace: exact on a sketch of the range, Hutchinson's on the rest.

    With Q an orthonormal basis of A S, S random signs: ``tr Q^T A Q + (1/g) sum_j z_j^T (I - QQ^T) A (I - QQ^T) z_j``.

    Parameters
    ----------
    matrix : array_like or scipy.sparse.linalg.LinearOperator, shape (d, d)
        Symmetric.
    probes : int
        Number of products, 6 or above: a third for the sketch, a third for the basis, the rest g for the probes. Where
        a third exceeds d the sketch is the whole space.
    rng : numpy.random.Generator

    Returns
    -------
    TraceEstimate
        Unbiased; the error is that of the probes given the sketch.

    Raises
    ------
    ValueError
        If the matrix is not square or there are too few probes.

    Notes
    -----
    Source: RECALLED (Meyer, Musco, Musco and Woodruff 2021).
    """
    operator = _square(matrix)
    probes = checks.integer("probes", probes, at_least=6)
    size, third = operator.shape[0], probes // 3
    basis, _ = np.linalg.qr(operator @ _signs(rng, size, min(third, size)))
    exact = float(np.sum(basis * (operator @ basis)))
    signs = _signs(rng, size, probes - 2 * third)
    rest = signs - basis @ (basis.T @ signs)
    samples = np.sum(rest * (operator @ rest), axis=0)
    return TraceEstimate(exact + float(samples.mean()), _standard_error(samples), 2 * basis.shape[1] + samples.size)


def largest_eigenvalue(matrix, *, tolerance=0.0):
    """Return the largest eigenvalue of a symmetric matrix by Lanczos iteration (ARPACK), with its residual.

    Parameters
    ----------
    matrix : array_like or scipy.sparse.linalg.LinearOperator, shape (d, d)
        Symmetric, d at least 2.
    tolerance : float
        Relative accuracy asked of ARPACK; 0 means machine precision.

    Returns
    -------
    TopEigenvalue

    Raises
    ------
    ValueError
        If the matrix is not square and symmetric, or is 0.

    Notes
    -----
    Source: definition.
    """
    operator = _square(matrix)
    size = operator.shape[0]
    if size < 2:
        raise ValueError(f"matrix must have 2 rows or more, got {size}")
    start = np.cos(1.0 + np.arange(size) ** 1.5)  # fixed: the same digits every time
    tolerance = checks.nonnegative("tolerance", tolerance)
    if not np.linalg.norm(operator @ start) > 0:
        raise ValueError("matrix must not be 0, got one that takes a vector in general position to 0")
    (value,), vectors = eigsh(operator, k=1, which="LA", v0=start, tol=tolerance)
    vector = vectors[:, 0]
    return TopEigenvalue(float(value), float(np.linalg.norm(operator @ vector - value * vector)))


def _square(matrix):
    operator = matrix if isinstance(matrix, LinearOperator) else aslinearoperator(symmetric(matrix))
    if operator.shape[0] != operator.shape[1]:
        raise ValueError(f"matrix must be square, got shape {operator.shape}")
    return operator


def _signs(rng, size, count):
    checks.generator("rng", rng)
    return 2.0 * rng.integers(0, 2, (size, count)) - 1.0


def _standard_error(samples):
    return float(samples.std(ddof=1) / math.sqrt(samples.size))
