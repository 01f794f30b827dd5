"""The Hessian of a network by complex steps through a plain NumPy backpropagation: nothing shared with the kernels.

``Im grad f(w + i h e_j) / h`` is column j of the Hessian with an error of order h^2, and nothing cancels: h = 1e-30
gives it to rounding. All functions must be analytic, so ReLU is out.
"""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import erf

from flatlab.geometry.hessian_vector import hessian_operator
from flatlab.objectives import MultilayerPerceptron, dimension

STEP = 1e-30
WIDTHS, SAMPLES = (7, 6, 6, 4), 30


def _tanh(z):
    a = np.tanh(z)
    return a, 1 - a * a


def _gelu(z):
    cdf = (1 + erf(z / np.sqrt(2))) / 2
    return z * cdf, cdf + z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


ACTIVATIONS = {"tanh": _tanh, "gelu": _gelu}


def layers(widths, w):
    """Return the weights and biases of each layer."""
    found, at = [], 0
    for wide, narrow in pairwise(widths):
        end = at + wide * narrow
        found.append((w[at:end].reshape(wide, narrow), w[end : end + narrow]))
        at = end + narrow
    return found


def _forward(widths, w, inputs, activation):
    units, slopes = [inputs.astype(w.dtype)], []
    parts = layers(widths, w)
    for k, (weights, bias) in enumerate(parts):
        z = units[-1] @ weights + bias
        active, slope = ACTIVATIONS[activation](z) if k < len(parts) - 1 else (z, None)
        units.append(active)
        slopes.append(slope)
    return parts, units, slopes


def _backward(parts, units, slopes, pull):
    """Return the gradient whose slope in the outputs is ``pull``, shape (n, C), summed over samples."""
    grads = []
    for k in range(len(parts) - 1, -1, -1):
        grads.append(np.concatenate([(units[k].T @ pull).ravel(), pull.sum(axis=0)]))
        if k:
            pull = (pull @ parts[k][0].T) * slopes[k - 1]
    return np.concatenate(grads[::-1])


def _pull(outputs, targets, loss):
    if loss == "squared":
        return outputs - targets
    shares = np.exp(outputs - outputs.real.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True) - targets


def backpropagation(widths, w, inputs, targets, activation, loss):
    """Return the gradient of the mean loss for targets of shape (n, C)."""
    parts, units, slopes = _forward(widths, w, inputs, activation)
    return _backward(parts, units, slopes, _pull(units[-1], targets, loss)) / len(targets)


def dense_hessian(widths, w, inputs, labels, activation, loss):
    """Return the Hessian of the mean loss, shape (d, d)."""
    targets = np.eye(widths[-1])[labels]
    tilted = w + 1j * STEP * np.eye(w.size)
    rows = [backpropagation(widths, point, inputs, targets, activation, loss).imag for point in tilted]
    return np.array(rows).T / STEP


def gauss_newton(widths, w, inputs, labels, activation, loss):
    """Return the mean of J^T (Hessian of the loss in the outputs) J, which leaves out the curvature of the outputs."""
    total = np.zeros((w.size, w.size))
    for x in inputs:
        parts, units, slopes = _forward(widths, w, x[None], activation)
        classes = units[-1].shape[1]
        jacobian = np.array([_backward(parts, units, slopes, np.eye(classes)[[c]]) for c in range(classes)])
        inner = np.eye(classes)
        if loss == "cross-entropy":
            shares = np.exp(units[-1][0] - units[-1][0].max())
            shares /= shares.sum()
            inner = np.diag(shares) - np.outer(shares, shares)
        total += jacobian.T @ inner @ jacobian
    return total / len(labels)


class CurvedNetwork(NamedTuple):
    """A network with two hidden layers, a point far from any minimum, and the dense Hessian there, shape (118, 118)."""

    network: MultilayerPerceptron
    w: np.ndarray
    dense: np.ndarray
    activation: str
    loss: str

    @property
    def matrix_free(self):
        """The Hessian as an operator, from compiled products."""
        return hessian_operator(self.network, self.w)

    @property
    def transposed(self):
        """The operator of the network whose square layer stands transposed."""
        parts = [(weights.T if k == 1 else weights, bias) for k, (weights, bias) in enumerate(layers(WIDTHS, self.w))]
        w = np.concatenate([np.append(weights, bias) for weights, bias in parts])
        return hessian_operator(self.network, w)

    @property
    def gauss_newton(self):
        """The Gauss-Newton matrix, dense."""
        return gauss_newton(WIDTHS, self.w, self.network.inputs, self.network.labels, self.activation, self.loss)


@lru_cache(maxsize=512)
def curved_network(activation, loss, scale, seed):
    """Return the :class:`CurvedNetwork` of a setting; ``scale`` is the size of its weights."""
    rng = np.random.default_rng(seed)
    inputs, labels = rng.standard_normal((SAMPLES, WIDTHS[0])), rng.integers(0, WIDTHS[-1], SAMPLES)
    network = MultilayerPerceptron(WIDTHS, inputs, labels, activation=activation, loss=loss)
    w = scale * rng.standard_normal(dimension(network)) / np.sqrt(WIDTHS[1])
    return CurvedNetwork(network, w, dense_hessian(WIDTHS, w, inputs, labels, activation, loss), activation, loss)
