"""Hessian-vector products, for many vectors at once."""

from functools import singledispatch

import numpy as np

from flatlab.objectives._generic import hessian

__all__ = ["hessian_product"]


@singledispatch
def hessian_product(objective, w, vectors):
    """Return ``∇²f(w) V``.

    The default multiplies by the closed-form ``hessian``; an objective that can do without the matrix registers its
    own.

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)
    vectors : ndarray, shape (d,) or (d, m)

    Returns
    -------
    ndarray
        Of the shape of ``vectors``.

    Notes
    -----
    Source: definition.
    """
    return hessian(objective, np.asarray(w, dtype=float)) @ vectors
