"""The smoothed objective F(w) = E f(w + U), U ~ N(0, s^2 I), and its gradient: closed forms, else quadrature.

Points are arrays of shape (..., d), so a whole path is answered at once. Closed forms are registered by the class of
the objective; a separable objective without one is answered by :class:`flatlab.objectives.Smoothed`, and any other in
up to four variables by a product of Gauss-Hermite rules.
"""

import itertools
from functools import singledispatch

import numpy as np
from scipy.special import roots_hermitenorm, wofz

from flatlab import _checks
from flatlab.objectives import (
    CoshSum,
    Cubic,
    DenseQuadratic,
    DoubleWell,
    NormQuartic,
    Quadratic,
    Saturating,
    SeparableQuartic,
    Smoothed,
    gradient,
    value,
)

__all__ = ["quadrature_expectation", "smoothed_gradient", "smoothed_value"]

MOST_VARIABLES = 4
NODES = 60


def smoothed_value(objective, w, s):
    """Return F(w) = E f(w + U).

    Parameters
    ----------
    objective : NamedTuple
    w : array_like, shape (..., d)
    s : float
        Standard deviation of the noise in each coordinate, 0 or above.

    Returns
    -------
    float or ndarray, shape (...)

    Raises
    ------
    ValueError
        If an argument is out of range, or the objective has neither a closed form nor few enough variables.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing" and "Smoothed wells".
    """
    w, s = _points(w), _checks.nonnegative("s", s)
    result = _value(objective, w, s)
    return float(result) if np.ndim(result) == 0 else result


def smoothed_gradient(objective, w, s):
    """Return the gradient of F at w, ``E grad f(w + U)``.

    Parameters
    ----------
    objective, w, s
        As in :func:`smoothed_value`.

    Returns
    -------
    ndarray, shape (..., d)

    Raises
    ------
    ValueError
        As :func:`smoothed_value`.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Gaussian smoothing".
    """
    return _gradient(objective, _points(w), _checks.nonnegative("s", s))


def quadrature_expectation(function, size, s, nodes=NODES):
    """Return ``E function(U)``, U ~ N(0, s^2 I) in ``size`` variables, by a product of Gauss-Hermite rules.

    Exact to rounding for polynomials of degree below 2 * nodes in each variable.

    Parameters
    ----------
    function : callable
        Takes a vector u, shape (size,), and returns a number or an array.
    size : int
        Number of variables, 1 or above; the cost is ``nodes**size``.
    s : float
        Standard deviation, 0 or above.
    nodes : int
        Nodes in each variable.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Source: RECALLED, Gauss-Hermite quadrature.
    """
    size, s = _checks.whole("size", size, at_least=1), _checks.nonnegative("s", s)
    z, weight = roots_hermitenorm(_checks.whole("nodes", nodes, at_least=1))
    weight = weight / weight.sum()
    total = 0.0
    for picks in itertools.product(range(z.size), repeat=size):
        total = total + np.prod(weight[list(picks)]) * np.asarray(function(s * z[list(picks)]))
    return total


@singledispatch
def _value(objective, w, s):
    smoothed = _by_quadrature(objective, w, s)
    if smoothed is not None:
        return _each(lambda point: value(smoothed, point), w, ())
    return _each(lambda point: quadrature_expectation(lambda u: value(objective, point + u), point.size, s, 12), w, ())


@singledispatch
def _gradient(objective, w, s):
    smoothed = _by_quadrature(objective, w, s)
    if smoothed is not None:
        return _each(lambda point: _slope(smoothed, point), w, w.shape[-1:])
    return _each(
        lambda point: quadrature_expectation(lambda u: _slope(objective, point + u), point.size, s, 12), w, w.shape[-1:]
    )


def _by_quadrature(objective, w, s):
    if getattr(type(objective), "separable", False):
        return Smoothed(objective, s, NODES)
    if not gradient.implemented(type(objective)):
        raise ValueError(f"objective must be a NamedTuple with a registered gradient, got {objective!r:.80}")
    if w.shape[-1] > MOST_VARIABLES:
        raise ValueError(
            f"objective must be separable or have a closed form in more than {MOST_VARIABLES} variables, "
            f"got {type(objective).__name__} in {w.shape[-1]}"
        )
    return None


def _each(function, w, shape):
    results = [function(point) for point in w.reshape(-1, w.shape[-1])]
    return np.array(results).reshape(w.shape[:-1] + shape)


def _slope(objective, point):
    out = np.empty(point.size)
    gradient(objective, point, out)
    return out


def _points(w):
    points = np.ascontiguousarray(w, dtype=np.float64)
    if np.ndim(w) == 0 or points.size == 0 or not np.isfinite(points).all():
        raise ValueError(f"w must be an array of finite numbers with shape (..., d), got {w!r:.80}")
    return points


@_value.register
def _(objective: Quadratic, w, s):
    lam = objective.eigenvalues
    return (w**2 @ lam + s**2 * lam.sum()) / 2


@_gradient.register
def _(objective: Quadratic, w, s):
    return w * objective.eigenvalues


@_value.register
def _(objective: DenseQuadratic, w, s):
    a = objective.hessian
    return (np.einsum("...i,ij,...j->...", w, a, w) + s**2 * np.trace(a)) / 2


@_gradient.register
def _(objective: DenseQuadratic, w, s):
    return w @ objective.hessian


@_value.register
def _(objective: SeparableQuartic, w, s):
    return (w**4 + 6 * s**2 * w**2 + 3 * s**4) @ objective.coefficients


@_gradient.register
def _(objective: SeparableQuartic, w, s):
    return 4 * objective.coefficients * (w**3 + 3 * s**2 * w)


@_value.register
def _(objective: NormQuartic, w, s):
    d, square = w.shape[-1], np.sum(w**2, axis=-1)
    return square**2 + 2 * (d + 2) * s**2 * square + d * (d + 2) * s**4


@_gradient.register
def _(objective: NormQuartic, w, s):
    return 4 * w * (np.sum(w**2, axis=-1, keepdims=True) + (w.shape[-1] + 2) * s**2)


@_value.register
def _(objective: Cubic, w, s):
    return (w**3 + 3 * s**2 * w) @ objective.coefficients


@_gradient.register
def _(objective: Cubic, w, s):
    return 3 * objective.coefficients * (w**2 + s**2)


@_value.register
def _(objective: CoshSum, w, s):
    return np.exp(s**2 / 2) * np.cosh(w).sum(axis=-1)


@_gradient.register
def _(objective: CoshSum, w, s):
    return np.exp(s**2 / 2) * np.sinh(w)


@_value.register
def _(objective: DoubleWell, w, s):
    x = w[..., 0]
    wells = sum(_wells(objective, x, s))
    return objective.bowl * (x**2 + s**2) / 2 - wells


@_gradient.register
def _(objective: DoubleWell, w, s):
    x, c = w[..., 0], objective.centre
    sharp, flat = _wells(objective, x, s)
    sharp_pull = sharp * (x + c) / (objective.sharp_width**2 + s**2)
    flat_pull = flat * (x - c) / (objective.flat_width**2 + s**2)
    return (objective.bowl * x + sharp_pull + flat_pull)[..., None]


def _wells(objective, x, s):
    """Return the two smoothed wells: a Gaussian of width a becomes one of width sqrt(a^2 + s^2), with the same area."""
    o = objective
    for depth, width, at in ((o.sharp_depth, o.sharp_width, -o.centre), (o.flat_depth, o.flat_width, o.centre)):
        wide = np.hypot(width, s)
        yield depth * width / wide * np.exp(-(((x - at) / wide) ** 2) / 2)


@_value.register
def _(objective: Saturating, w, s):
    if s == 0:
        return (w**2 / (1 + w**2)).sum(axis=-1)
    # E 1/(1 + (w + sZ)^2) is pi times a Voigt profile: Re wofz((w + i)/(s sqrt 2)) sqrt(pi/2)/s
    return (1 - np.sqrt(np.pi / 2) / s * wofz((w + 1j) / (s * np.sqrt(2))).real).sum(axis=-1)


@_gradient.register
def _(objective: Saturating, w, s):
    if s == 0:
        return 2 * w / (1 + w**2) ** 2
    z = (w + 1j) / (s * np.sqrt(2))
    slope = -2 * (z * wofz(z)).real  # of wofz along the real axis; its other term, 2i over the root of pi, is imaginary
    return -np.sqrt(np.pi / 2) / s * slope / (s * np.sqrt(2))
