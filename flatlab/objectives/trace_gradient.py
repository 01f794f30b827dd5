"""Gradient of the trace of the Hessian: what the escape methods descend along a manifold of minima."""

from functools import singledispatch

import numpy as np

from flatlab.objectives._generic import hessian_trace

__all__ = ["trace_gradient"]

_STEP = 1e-3


@singledispatch
def trace_gradient(objective, w):
    """Return the gradient of tr Hess f at ``w``; closed form where registered, else fourth-order differences.

    Parameters
    ----------
    objective : NamedTuple
        With a ``hessian`` or a ``hessian_trace``.
    w : ndarray, shape (d,)

    Returns
    -------
    ndarray, shape (d,)
        The differences are good to about 1e-11 of the size of the trace where its fifth derivative is of its size.

    Raises
    ------
    TypeError
        If the objective has neither.
    """
    w = np.asarray(w, dtype=float)
    out = np.empty(w.size)
    for i in range(w.size):
        step = np.zeros(w.size)
        step[i] = _STEP * max(1.0, abs(w[i]))
        near = hessian_trace(objective, w + step) - hessian_trace(objective, w - step)
        far = hessian_trace(objective, w + 2 * step) - hessian_trace(objective, w - 2 * step)
        out[i] = (8 * near - far) / (12 * step[i])
    return out
