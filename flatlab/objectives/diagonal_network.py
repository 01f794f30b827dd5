"""Diagonal linear network: a sparse regression in squared parameters."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.compiler.options import compiled
from flatlab.objectives.questions import (
    closed_limit,
    conserved,
    dimension,
    draw,
    gradient,
    hessian,
    hessian_trace,
    new_sample,
    sample_gradient,
    trace_gradient,
    value,
)
from flatlab.objectives.wrappers._minibatch import check_batch, first_order, shuffle_first

__all__ = ["DiagonalNetwork"]

NEWTON_STEPS = 200


@checks.validated
class DiagonalNetwork(NamedTuple):
    """The risk f(u, v) = (1/n) sum_i (a_i . (u*u - v*v) - b_i)^2 / 2, products entry by entry.

    The point is w = (u, v), d = 2k. The trace of the Hessian is (4/n) sum_ij a_ij^2 (u_j^2 + v_j^2) at every point;
    with a_ij = ±1 it is 4(|u|^2 + |v|^2), whose least value on the minima is four times the least l1-norm of a
    solution of A x = b. A sample is a mini-batch drawn without replacement; batch = n is the full gradient.

    features : (n, k), the rows a_i
    labels : (n,), the b_i
    batch : size of a mini-batch, 1 to n

    >>> print(round(value(DiagonalNetwork([[1.0, -1.0]], [0.5]), [1.0, 0.5, 0.2, 0.1]), 6))
    0.0242
    """

    features: checks.Array
    labels: checks.Array
    batch: int = 1
    random = True

    def clean_fields(self) -> tuple:
        features = checks.matrix("features", self.features)
        labels = checks.vector("labels", self.labels, len(features))
        return features, labels, check_batch(self.batch, len(features))

    def coefficients(self, w: np.ndarray) -> np.ndarray:
        """Return u*u - v*v, shape (k,), of the point or points ``w``, shape (..., 2k)."""
        u, v = np.split(np.asarray(w, dtype=float), 2, axis=-1)
        return u**2 - v**2


@compiled
def _residual(objective, i, w):
    k = w.size // 2
    row = objective.features[i]
    total = -objective.labels[i]
    for j in range(k):
        total += row[j] * (w[j] * w[j] - w[k + j] * w[k + j])
    return total


@compiled
def _add_pull(objective, i, residual, out):
    """Add residual * a_i to the first half of ``out``."""
    row = objective.features[i]
    for j in range(row.size):
        out[j] += residual * row[j]


@compiled
def _pull_to_gradient(w, scale, out):
    k = w.size // 2
    for j in range(k):
        pull = scale * out[j]
        out[j] = pull * w[j]
        out[k + j] = -pull * w[k + j]


@value.register(DiagonalNetwork)
def _(objective, w):
    total = 0.0
    for i in range(objective.labels.size):
        total += _residual(objective, i, w) ** 2
    return total / (2 * objective.labels.size)


@gradient.register(DiagonalNetwork)
def _(objective, w, out):
    out[:] = 0.0
    for i in range(objective.labels.size):
        _add_pull(objective, i, _residual(objective, i, w), out)
    _pull_to_gradient(w, 2.0 / objective.labels.size, out)


@new_sample.register(DiagonalNetwork)
def _(objective, w):
    return first_order(objective.labels.size)


@draw.register(DiagonalNetwork)
def _(objective, sample, rng):
    shuffle_first(sample, objective.batch, rng)


@sample_gradient.register(DiagonalNetwork)
def _(objective, sample, w, out):
    out[:] = 0.0
    for b in range(objective.batch):
        _add_pull(objective, sample[b], _residual(objective, sample[b], w), out)
    _pull_to_gradient(w, 2.0 / objective.batch, out)


@dimension.register(DiagonalNetwork)
def _(objective):
    return 2 * objective.features.shape[1]


def _signed(objective, w):
    """Return 2u and -2v in one vector: d(u*u - v*v)."""
    return 2 * w * np.repeat([1.0, -1.0], objective.features.shape[1])


@hessian.register(DiagonalNetwork)
def _(objective, w):
    a, n = objective.features, objective.labels.size
    rows = np.hstack([a, a]) * _signed(objective, w)
    pull = 2 * (objective.coefficients(w) @ a.T - objective.labels) @ a
    return (rows.T @ rows + np.diag(np.concatenate([pull, -pull]))) / n


def _weights(objective):
    return np.tile(4 * (objective.features**2).mean(axis=0), 2)


@hessian_trace.register(DiagonalNetwork)
def _(objective, w):
    return float(_weights(objective) @ w**2)


@trace_gradient.register(DiagonalNetwork)
def _(objective, w):
    return 2 * _weights(objective) * w


@conserved.register(DiagonalNetwork)
def _(objective, w):
    # the products u*v, and log|u/v| across the row space of A
    u, v = np.split(w, 2)
    angle = np.log(np.abs(u / v))
    a = objective.features
    return np.concatenate([u * v, angle - np.linalg.pinv(a) @ (a @ angle)])


@closed_limit.register(DiagonalNetwork)
def _(objective, w):
    u, v = np.split(w, 2)
    a, b = objective.features, objective.labels

    def cost(mu):
        g = mu @ a
        return (u**2 @ np.exp(2 * g) + v**2 @ np.exp(-2 * g)) / 2 - b @ mu

    # scipy.optimize.root and trust-exact miss the minimum from many starts of size 10, where the exponentials are steep
    mu, last = np.zeros(b.size), np.inf
    for _ in range(NEWTON_STEPS):
        g = mu @ a
        up, down = u**2 * np.exp(2 * g), v**2 * np.exp(-2 * g)
        residual = a @ (up - down) - b
        move = np.linalg.lstsq((a * (2 * (up + down))) @ a.T, -residual, rcond=None)[0]
        length, here = 1.0, cost(mu)
        while not cost(mu + length * move) <= here + 1e-4 * length * (residual @ move) + 1e-14 * abs(here):
            length /= 2
            if length < 1e-12:
                break
        mu = mu + length * move
        size = np.max(np.sqrt(up + down) * np.abs(move @ a))  # how far the limit moves
        if size < 1e-14 or last / 2 < size < 1e-9:  # so small a move that does not shrink is rounding
            break
        last = size
    g = mu @ a
    limit = np.concatenate([u * np.exp(g), v * np.exp(-g)])
    if np.abs(objective.coefficients(limit) @ a.T - b).max() > 1e-9 * max(1.0, np.abs(b).max()):
        return None
    return limit
