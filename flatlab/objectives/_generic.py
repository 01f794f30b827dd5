"""What an objective may be asked. Each question is a generic function of the objective's type.

An objective is a NamedTuple of numbers and arrays. It must register ``value`` and ``gradient``;
everything else has a default or is optional. Points are float64 vectors of shape (d,); a block
of m points is an array of shape (d, m), one point a column.

A *stochastic oracle* is an objective as well. Drawing a sample and evaluating at it are two
functions, because some methods need the same sample at two points: ``draw`` fills the sample
made by ``new_sample``, ``sample_gradient`` evaluates at it. For a deterministic objective the
sample is None and the sample gradient is the gradient.
"""

from functools import singledispatch

import numpy as np

from flatlab.compiler.generic import generic
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import column_norms


@generic(required=True)
def value(objective, w):
    """Return f(w).

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)

    Returns
    -------
    float
    """


@generic(required=True)
def gradient(objective, w, out):
    """Write the gradient of f at w to ``out``.

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)
        Left as it is.
    out : ndarray, shape (d,)
        Receives the gradient; never the same memory as ``w``.
    """


@generic
def gradients(objective, points, out):
    """Write the gradient at every column of ``points`` to the same column of ``out``.

    The default loops over ``gradient``. An objective that can do better for many points at once
    (shared data, short inner loops) registers its own block form; it must give the same bits.

    Parameters
    ----------
    objective : NamedTuple
    points : ndarray, shape (d, m)
    out : ndarray, shape (d, m)
    """
    column = np.empty(points.shape[0])
    for b in range(points.shape[1]):
        gradient(objective, np.ascontiguousarray(points[:, b]), column)
        out[:, b] = column


has_block_gradients = gradients.is_own  # the default allocates: a step that has another way asks first


@generic
def descend(objective, points, step_size, rho, normalised, room):
    """Move every column of ``points`` down the gradient at the point above it.

    ``w <- w - step_size * g(w + s * g(w))`` with ``s = rho / |g(w)|`` if ``normalised`` (0 where the
    gradient is zero), else ``s = rho``. The default evaluates ``gradients`` twice and keeps the first;
    an objective whose gradient costs less than a round trip to memory may register a form that
    keeps nothing, with the same bits.

    Parameters
    ----------
    objective : NamedTuple
    points : ndarray, shape (d, m)
        Changed in place.
    step_size, rho : float
    normalised : bool
    room : tuple of ndarray
        From ``descent_room``; overwritten.
    """
    scale, ones, slopes, ascent = room
    gradients(objective, points, slopes)
    if normalised:
        column_norms(ones, slopes, scale)
    set_scales(scale, rho, normalised)
    for i in range(points.shape[0]):
        for b in range(points.shape[1]):
            ascent[i, b] = points[i, b] + scale[b] * slopes[i, b]
    gradients(objective, ascent, slopes)
    for i in range(points.shape[0]):
        for b in range(points.shape[1]):
            points[i, b] -= step_size * slopes[i, b]


@compiled
def descent_room(points):
    """Return the scratch of ``descend``: scales (m,), ones (d,), slopes (d, m), ascent points (d, m)."""
    columns = points.shape[1]
    return np.empty(columns), np.ones(points.shape[0]), np.empty_like(points), np.empty_like(points)


@compiled
def set_scales(scale, rho, normalised):
    """Turn gradient norms into lengths of the ascent for each unit of gradient, in place."""
    for b in range(scale.size):
        if normalised:
            scale[b] = rho / scale[b] if scale[b] > 0 else 0.0
        else:
            scale[b] = rho


@generic
def new_sample(objective, w):
    """Return room for one random sample of a stochastic oracle; a deterministic objective has none.

    Parameters
    ----------
    objective : NamedTuple
    w : ndarray, shape (d,)

    Returns
    -------
    ndarray or None
    """
    return None


@generic
def draw(objective, sample, rng):
    """Fill ``sample`` with a fresh draw of the oracle's randomness.

    Parameters
    ----------
    objective : NamedTuple
    sample : ndarray or None
        From ``new_sample``.
    rng : numpy.random.Generator
    """


@generic
def sample_gradient(objective, sample, w, out):
    """Write the gradient at ``w`` under ``sample`` to ``out``; its mean over samples is the gradient.

    Parameters
    ----------
    objective : NamedTuple
    sample : ndarray or None
        As filled by ``draw``.
    w : ndarray, shape (d,)
    out : ndarray, shape (d,)
    """
    gradient(objective, w, out)


@singledispatch
def dimension(objective):
    """Return the number of variables d that ``objective`` expects, or None where any will do."""
    return


@singledispatch
def hessian(objective, w):
    """Return the Hessian matrix at ``w``, shape (d, d), where it is known in closed form."""
    raise TypeError(f"{type(objective).__name__} has no closed-form Hessian")


@singledispatch
def hessian_trace(objective, w):
    """Return the trace of the Hessian at ``w``; the default sums the diagonal of ``hessian``."""
    return float(np.trace(hessian(objective, w)))
