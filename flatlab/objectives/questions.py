"""What one may ask an objective f: every question, its meaning, and the answer where an objective has none of its own.

An objective is a NamedTuple of numbers and arrays. It registers ``value`` and ``gradient``, with
``@gradient.register(Mine)`` above a function of the same arguments; everything else has a default or is optional. The
arguments are the same throughout:

=============== ====================================================================================
``objective``   the NamedTuple
``w``, ``v``    a point, a direction: vectors of shape (d,); left as they are
``out``         float64 array of the same shape, which receives the result; never the memory of ``w``
``points``      m points, shape (d, m), one a column; with m innermost, loops over points vectorise
``sample``      what ``new_sample`` returns: the randomness of a stochastic oracle
``rng``         numpy.random.Generator
=============== ====================================================================================

Questions about the *function* concern f alone. An objective may also be a stochastic *oracle* of f. Drawing a sample
and evaluating at it are two questions, because some methods need the same sample at two points. For a deterministic
objective the sample is None and the sample gradient is the gradient. See ``flatlab.objectives.wrappers`` for
objectives made of others.

Kernels may call the questions that are compiled; the others are answered in Python. Called from Python, a question
refuses a point of another size, and anything that is no number, in a ValueError; one that an objective cannot answer
raises TypeError.
"""

from typing import Any, NamedTuple

import numpy as np

from flatlab.compiler.arguments import Points, same_make, shown
from flatlab.compiler.generic import generic
from flatlab.compiler.vectors import column_squares, lengths
from flatlab.objectives._descent import set_scales

__all__ = [
    "closed_limit",
    "closed_smoothing",
    "conserved",
    "descend",
    "dimension",
    "distance_and_certificate",
    "draw",
    "gradient",
    "gradients",
    "has_block_gradients",
    "hessian",
    "hessian_product",
    "hessian_trace",
    "new_sample",
    "sample_gradient",
    "third_derivative",
    "trace_gradient",
    "value",
]

FUNCTION, ORACLE, SPACE = "function", "oracle", "space"  # what a question is about
TRACE_STEP = 1e-3


@generic(compiled=False, about=SPACE)
def dimension(objective: NamedTuple) -> int | None:
    """Return the number of variables d, or None (the default) where any number will do."""
    if not isinstance(objective, tuple):
        raise TypeError(f"objective must be a NamedTuple with a registered value or gradient, got {shown(objective)}")


_check = Points(dimension)


@generic(required=True, about=FUNCTION, check=_check.at)
def value(objective: NamedTuple, w: np.ndarray) -> float:
    """Return f(w), a float."""
    raise NotImplementedError


@generic(required=True, about=FUNCTION, check=_check.at_into)
def gradient(objective: NamedTuple, w: np.ndarray, out: np.ndarray) -> None:
    """Write the gradient of f at w to ``out``."""


@generic(about=FUNCTION, check=_check.block_into)
def gradients(objective: NamedTuple, points: np.ndarray, out: np.ndarray) -> None:
    """Write the gradient at every column of ``points`` to the same column of ``out``, both of shape (d, m).

    The default loops over ``gradient``. An objective that can do better for many points at once
    (shared data, short inner loops) registers its own block form; it must give the same bits.
    """
    column = np.empty(points.shape[0])
    for b in range(points.shape[1]):
        gradient(objective, np.ascontiguousarray(points[:, b]), column)
        out[:, b] = column


has_block_gradients = gradients.is_own  # the default allocates: a step that has another way asks first


@generic(about=FUNCTION, check=_check.descent)
def descend(
    objective: NamedTuple, points: np.ndarray, step_size: float, rho: float, normalised: bool, scratch: tuple
) -> None:
    """Move every column of ``points`` down the gradient at the point above it, in place.

    ``w <- w - step_size * g(w + s * g(w))`` with ``s = rho / |g(w)|`` if ``normalised`` (0 where the
    gradient is zero), else ``s = rho``. The default evaluates ``gradients`` twice and keeps the first;
    an objective whose gradient costs less than a round trip to memory may register a form that
    keeps nothing, with the same bits. ``scratch`` comes from ``descent_scratch(points)``.
    """
    scale, ones, grads, ascent = scratch
    gradients(objective, points, grads)
    if normalised:
        column_squares(ones, grads, scale)
        lengths(scale)
    set_scales(scale, rho, normalised)
    for i in range(points.shape[0]):
        for b in range(points.shape[1]):
            ascent[i, b] = points[i, b] + scale[b] * grads[i, b]
    gradients(objective, ascent, grads)
    for i in range(points.shape[0]):
        for b in range(points.shape[1]):
            points[i, b] -= step_size * grads[i, b]


@generic(about=ORACLE, check=_check.at)
def new_sample(objective: NamedTuple, w: np.ndarray) -> Any:
    """Return an array, or a tuple of arrays, for one random sample; None (the default) if f is deterministic."""
    return None


def _check_draw(objective, sample, rng):
    drawn = draw.is_own(objective)
    if not isinstance(rng, np.random.Generator) and (drawn or rng is not None):
        raise ValueError(f"rng must be a numpy.random.Generator, got {shown(rng)}")
    size = dimension(objective) or max(1, np.size(sample))
    same_make("sample", sample, new_sample(objective, np.zeros(size)) if drawn else None)
    return sample, rng


@generic(about=ORACLE, check=_check_draw)
def draw(objective: NamedTuple, sample: Any, rng: np.random.Generator) -> None:
    """Fill ``sample`` with a fresh draw of the oracle's randomness."""


def _check_sample(objective, sample, w, out):
    w, out = _check.at_into(objective, w, out)
    same_make("sample", sample, new_sample(objective, w) if new_sample.is_own(objective) else None)
    return sample, w, out


@generic(about=FUNCTION, check=_check_sample)
def sample_gradient(objective: NamedTuple, sample: Any, w: np.ndarray, out: np.ndarray) -> None:
    """Write the gradient at ``w`` under ``sample`` to ``out``; its mean over samples is the gradient.

    The default is the gradient, and an error for an objective that draws samples.
    """
    if sample is not None:
        raise TypeError("an objective that draws samples must register sample_gradient")
    gradient(objective, w, out)


@generic(compiled=False, about=FUNCTION, check=_check.at)
def hessian(objective: NamedTuple, w: np.ndarray) -> np.ndarray:
    """Return the Hessian matrix at ``w``, shape (d, d), where it is known in closed form."""
    raise TypeError(f"{type(objective).__name__} has no closed-form Hessian")


@generic(compiled=False, about=FUNCTION, check=_check.at)
def hessian_trace(objective: NamedTuple, w: np.ndarray) -> float:
    """Return the trace of the Hessian at ``w``; the default sums the diagonal of ``hessian``."""
    return float(np.trace(hessian(objective, w)))


@generic(compiled=False, about=FUNCTION, check=_check.with_vectors)
def hessian_product(objective: NamedTuple, w: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return ``∇²f(w) V`` in the shape of ``vectors``, one V (d,) or several (d, m); by default from ``hessian``."""
    return hessian(objective, w) @ vectors


@generic(compiled=False, about=FUNCTION, check=_check.along)
def third_derivative(objective: NamedTuple, w: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return ``T[v, v, .] = grad_w (v^T Hess f(w) v)``, shape (d,), where it is known in closed form."""
    raise TypeError(f"{type(objective).__name__} has no closed-form third derivative")


@generic(compiled=False, about=FUNCTION, check=_check.at)
def trace_gradient(objective: NamedTuple, w: np.ndarray) -> np.ndarray:
    """Return the gradient of tr Hess f at ``w``, shape (d,), what the escape methods descend along the minima.

    The default takes fourth-order differences of ``hessian_trace``, good to about 1e-11 of the size of the trace where
    its fifth derivative is of its size. (``scipy.differentiate`` asks for elementwise functions and for more traces.)
    """
    out = np.empty(w.size)
    for i in range(w.size):
        step = np.zeros(w.size)
        step[i] = TRACE_STEP * max(1.0, abs(w[i]))
        near = hessian_trace(objective, w + step) - hessian_trace(objective, w - step)
        far = hessian_trace(objective, w + 2 * step) - hessian_trace(objective, w - 2 * step)
        out[i] = (8 * near - far) / (12 * step[i])
    return out


@generic(compiled=False, about=FUNCTION, check=_check.at)
def conserved(objective: NamedTuple, w: np.ndarray) -> np.ndarray:
    """Return what stays constant along the gradient flow from ``w``, shape (k,): it names the minimum at its end."""
    raise TypeError(f"{type(objective).__name__} has no known conserved quantities")


@generic(compiled=False, about=FUNCTION, check=_check.at)
def closed_limit(objective: NamedTuple, w: np.ndarray) -> np.ndarray | None:
    """Return where the gradient flow from ``w`` ends, shape (d,), in closed form; None (the default) if not known.

    Closed forms: DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    return None


@generic(required=True, about=FUNCTION, check=_check.at)
def distance_and_certificate(objective: NamedTuple, w: np.ndarray) -> tuple[float, float]:
    """Return |w - Phi(w)| and |grad h(Phi(w))|, h the trace of the Hessian over d after the limit map Phi.

    For objectives whose limit map is cheap enough for every step. On a valley good to a relative |z|^6, on the product
    of two factors to rounding. DERIVED, paper_checks/ahn2024/README.md, "Test problems".
    """
    raise NotImplementedError


@generic(compiled=False, about=FUNCTION, check=_check.smoothing)
def closed_smoothing(objective: NamedTuple, w: np.ndarray, s: float) -> tuple | None:
    """Return E f(w + U), shape (...), and its gradient, shape (..., d), U ~ N(0, s^2 I), at points of shape (..., d).

    None (the default) if no closed form is known. DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing" and
    "Smoothed wells".
    """
    return None
