"""Traces and top eigenvalues of Hessians that are known by their products with vectors only.

SciPy gives the eigenvalue (ARPACK). The two trace estimates are written here because they must come with their
standard error, which is what a claim needs.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.linalg import LinearOperator, aslinearoperator, eigsh

from flatlab.base import checks
from flatlab.geometry.curvature import start_vector, symmetric
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
    """An estimated trace, its standard error, and the number of products it cost.

    >>> hutchinson(np.diag([3.0, 1.0]), probes=4, rng=np.random.default_rng(1))
    TraceEstimate(value=4.0, error=0.0, products=4)
    """

    value: float
    error: float
    products: int


class TopEigenvalue(NamedTuple):
    """The largest eigenvalue, and ``|A v - value v|`` for its unit eigenvector: some eigenvalue is that near.

    >>> round(largest_eigenvalue(np.diag([3.0, 1.0])).value, 12)
    3.0
    """

    value: float
    residual: float


def hessian_operator(objective: NamedTuple, w: ArrayLike) -> LinearOperator:
    """Return the Hessian at a point as a linear operator that is never formed."""
    return _Hessian(objective, checks.vector("w", w, dimension(objective)))


class _Hessian(LinearOperator):
    def __init__(self, objective, w):
        super().__init__(float, (w.size, w.size))
        self.objective, self.w = objective, w

    def _matvec(self, x):
        return hessian_product(self.objective, self.w, x)

    def _matmat(self, X):
        return hessian_product(self.objective, self.w, X)

    def _adjoint(self):
        return self


def hutchinson(matrix: ArrayLike | LinearOperator, *, probes: int, rng: np.random.Generator) -> TraceEstimate:
    """Return Hutchinson's estimate of the trace of a symmetric matrix: the mean of z^T A z over random signs z.

    ``E z^T A z = tr A``; the variance of one probe is ``2 (|A|_F^2 - sum_i A_ii^2)``. Two probes or more, one product
    each; the error is their standard deviation over the root of their number.

    Source: RECALLED (Hutchinson 1990).
    """
    operator = _square(matrix)
    probes = checks.integer("probes", probes, at_least=2)
    signs = _signs(rng, operator.shape[0], probes)
    samples = np.sum(signs * (operator @ signs), axis=0)
    return TraceEstimate(float(samples.mean()), _standard_error(samples), probes)


def hutch_plus_plus(matrix: ArrayLike | LinearOperator, *, probes: int, rng: np.random.Generator) -> TraceEstimate:
    """Return the Hutch++ estimate of a trace: exact on a sketch of the range, Hutchinson's on the rest.

    With Q an orthonormal basis of A S, S random signs: ``tr Q^T A Q + (1/g) sum_j z_j^T (I - QQ^T) A (I - QQ^T) z_j``.
    Of the products, 6 or more, a third go to the sketch, a third to the basis and the rest g to the probes; where a
    third exceeds d the sketch is the whole space. Unbiased; the error is that of the probes given the sketch.

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


def largest_eigenvalue(matrix: ArrayLike | LinearOperator, *, tolerance: float = 0.0) -> TopEigenvalue:
    """Return the largest eigenvalue of a symmetric matrix by Lanczos iteration (ARPACK), with its residual.

    It may be repeated; :func:`flatlab.geometry.curvature.leading_eigenpair` gives the eigenvector of one that is not.
    ``tolerance`` is the relative accuracy asked of ARPACK, 0 for machine precision. d is 2 or more, the matrix not 0.
    """
    operator = _square(matrix)
    size = operator.shape[0]
    if size < 2:
        raise ValueError(f"matrix must have 2 rows or more, got {size}")
    start = start_vector(size)
    tolerance = checks.nonnegative("tolerance", tolerance)
    if not np.linalg.norm(operator @ start) > 0:
        raise ValueError("matrix must not be 0, got one that takes a vector in general position to 0")
    (value,), vectors = eigsh(operator, k=1, which="LA", v0=start, tol=tolerance)  # pyright: ignore[reportArgumentType] (SciPy's default is 0)
    vector = vectors[:, 0]
    return TopEigenvalue(float(value), float(np.linalg.norm(operator @ vector - value * vector)))


def _square(matrix: ArrayLike | LinearOperator) -> Any:  # SciPy leaves the type of its products open
    operator = matrix if isinstance(matrix, LinearOperator) else aslinearoperator(symmetric(matrix))
    if operator.shape[0] != operator.shape[1]:
        raise ValueError(f"matrix must be square, got shape {operator.shape}")
    return operator


def _signs(rng, size, count):
    checks.generator("rng", rng)
    checks.memory("probes", size, count)
    return 2.0 * rng.integers(0, 2, (size, count)) - 1.0


def _standard_error(samples):
    return float(samples.std(ddof=1) / math.sqrt(samples.size))
