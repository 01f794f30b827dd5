"""Nonlinear least squares with a curved manifold of minima."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.compiler.vectors import dot
from flatlab.objectives.questions import (
    dimension,
    draw,
    gradient,
    hessian,
    new_sample,
    sample_gradient,
    third_derivative,
    value,
)
from flatlab.objectives.wrappers.forwarding import another_oracle, check_base

__all__ = ["LeastSquares", "ResidualBatch", "jacobian", "residuals"]

ACTIVATIONS = ("tanh", "cubic")


@checks.validated
class LeastSquares(NamedTuple):
    """The loss f(w) = (1/2) |F(w)|^2 with F_i(w) = a_i . w + phi(b_i . w + s_i) - phi(s_i), i = 1 .. m.

    No division by m. F(0) = 0, so 0 is a minimum; where the Jacobian has rank m the minima near it form a manifold
    of dimension d - m, curved unless the b_i depend on the a_i. On the manifold the Hessian is J^T J.

    linear : (m, d), rows a_i
    features : (m, d), rows b_i
    shifts : (m,), s_i
    activation : str or int; ``tanh``, or ``cubic``: phi(u) = u + u^2/2 + u^3/6, the polynomial model; kept as its
        number in this list

    >>> print(round(value(LeastSquares([[1.0, 0.0]], [[0.0, 0.0]], [0.0]), [2.0, 0.0]), 6))
    2.0
    """

    linear: checks.Array
    features: checks.Array
    shifts: checks.Array
    activation: checks.Code = 0

    def clean_fields(self) -> tuple:
        linear = checks.matrix("linear", self.linear)
        features = checks.matrix("features", self.features, linear.shape[1])
        if len(features) != len(linear):
            raise ValueError(f"features must have {len(linear)} rows, as linear has, got {len(features)}")
        code = self.activation
        if isinstance(code, str):
            code = ACTIVATIONS.index(checks.one_of("activation", code, ACTIVATIONS))
        elif checks.integer("activation", code) >= len(ACTIVATIONS):
            raise ValueError(f"activation must be one of {', '.join(map(repr, ACTIVATIONS))}, got {code!r}")
        return linear, features, checks.vector("shifts", self.shifts, len(linear)), int(code)


@compiled
def _activate(code, u):
    """Return phi(u) and phi'(u)."""
    if code == 0:
        phi = math.tanh(u)
        return phi, 1.0 - phi * phi
    return u + u * u / 2.0 + u * u * u / 6.0, 1.0 + u + u * u / 2.0


@compiled
def _add_residual_gradient(objective, i, weight, w, out):
    """Add ``weight * F_i(w) * grad F_i(w)`` to ``out``."""
    linear, features = objective.linear[i], objective.features[i]
    phi, phi_1 = _activate(objective.activation, dot(features, w) + objective.shifts[i])
    offset, _ = _activate(objective.activation, objective.shifts[i])
    residual = weight * (dot(linear, w) + phi - offset)
    along_feature = residual * phi_1
    for k in range(out.size):
        out[k] += residual * linear[k] + along_feature * features[k]


@value.register(LeastSquares)
def _(objective, w):
    total = 0.0
    for i in range(objective.shifts.size):
        phi, _ = _activate(objective.activation, dot(objective.features[i], w) + objective.shifts[i])
        offset, _ = _activate(objective.activation, objective.shifts[i])
        residual = dot(objective.linear[i], w) + phi - offset
        total += residual * residual
    return total / 2


@gradient.register(LeastSquares)
def _(objective, w, out):
    for k in range(out.size):
        out[k] = 0.0
    for i in range(objective.shifts.size):
        _add_residual_gradient(objective, i, 1.0, w, out)


@dimension.register(LeastSquares)
def _(objective):
    return objective.linear.shape[1]


def _derivatives(objective, w):
    """Return F, phi', phi'' and phi''' of every residual."""
    u = objective.features @ w + objective.shifts
    if objective.activation == 0:
        phi, offset = np.tanh(u), np.tanh(objective.shifts)
        phi_1 = 1 - phi**2
        phi_2, phi_3 = -2 * phi * phi_1, (6 * phi**2 - 2) * phi_1
    else:
        s = objective.shifts
        phi, offset = u + u**2 / 2 + u**3 / 6, s + s**2 / 2 + s**3 / 6
        phi_1, phi_2, phi_3 = 1 + u + u**2 / 2, 1 + u, np.ones_like(u)
    return objective.linear @ w + phi - offset, phi_1, phi_2, phi_3


def residuals(objective: LeastSquares, w: np.ndarray) -> np.ndarray:
    """Return F(w).

    Shapes: w (d,) -> (m,).

    Source: definition of :class:`LeastSquares`.
    """
    return _derivatives(objective, w)[0]


def jacobian(objective: LeastSquares, w: np.ndarray) -> np.ndarray:
    """Return the Jacobian J of F, rows ``a_i + phi'(b_i . w + s_i) b_i``.

    Shapes: w (d,) -> (m, d).

    Source: definition of :class:`LeastSquares`.
    """
    return objective.linear + _derivatives(objective, w)[1][:, None] * objective.features


@hessian.register(LeastSquares)
def _(objective, w):
    residual, phi_1, phi_2, _ = _derivatives(objective, w)
    rows = objective.linear + phi_1[:, None] * objective.features
    full = rows.T @ rows + (objective.features.T * (residual * phi_2)) @ objective.features
    return (full + full.T) / 2


@third_derivative.register(LeastSquares)
def _(objective, w, v):
    residual, phi_1, phi_2, phi_3 = _derivatives(objective, w)
    rows = objective.linear + phi_1[:, None] * objective.features
    feature_along = objective.features @ v
    on_features = 2 * (rows @ v) * phi_2 * feature_along + residual * phi_3 * feature_along**2
    return objective.features.T @ on_features + rows.T @ (phi_2 * feature_along**2)


@another_oracle
@checks.validated
class ResidualBatch(NamedTuple):
    """The mini-batch oracle of a least-squares loss: g_z(w) = (m / size) sum_(i in batch) F_i(w) grad F_i(w).

    The batch is drawn with replacement, evenly; the mean of the oracle is the gradient of the base.
    At a minimum every F_i is 0, so the noise vanishes there.

    base : LeastSquares
    size : residuals in a batch, 1 or above

    >>> print(round(value(ResidualBatch(LeastSquares([[1.0, 0.0]], [[0.0, 0.0]], [0.0]), size=1), [2.0, 0.0]), 6))
    2.0
    """

    base: LeastSquares
    size: int
    random = True

    def clean_fields(self) -> tuple:
        return check_base(self.base, LeastSquares), checks.integer("size", self.size, at_least=1)


@new_sample.register(ResidualBatch)
def _(objective, w):
    return np.zeros(objective.size, np.int64)


@draw.register(ResidualBatch)
def _(objective, sample, rng):
    for k in range(sample.size):
        sample[k] = rng.integers(0, objective.base.shifts.size)


@sample_gradient.register(ResidualBatch)
def _(objective, sample, w, out):
    weight = objective.base.shifts.size / sample.size
    for k in range(out.size):
        out[k] = 0.0
    for i in sample:
        _add_residual_gradient(objective.base, i, weight, w, out)
