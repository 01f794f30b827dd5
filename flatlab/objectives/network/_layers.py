"""Activations, losses and layout of a fully connected network, compiled, in single or double precision.

The flat parameters hold, layer after layer, the weights (n_in, n_out) row by row and the n_out biases. Rows are taken
in pieces, which stay in the cache. A number of single precision that meets a Python number is made double first:
compiled code does so, the interpreter would not.
"""

import math

import numpy as np

from flatlab.compiler.options import compiled

ACTIVATIONS = ("tanh", "relu", "gelu")
LOSSES = ("cross-entropy", "squared")
TANH, RELU, GELU = range(3)
CROSS_ENTROPY, SQUARED = range(2)

MOST_PRODUCTS = 200_000  # multiplications in one matrix product of a linear algebra library, which threads above 2^18
MOST_ROWS = 256

# tanh(32 y) from the continued fraction of tanh y (nine levels) and five doublings: no branch, so it vectorises
_TOP = np.array([1.0, 4729725 / 34459425, 135135 / 34459425, 990 / 34459425, 1 / 34459425])
_BOTTOM = np.array([1.0, 16216200 / 34459425, 945945 / 34459425, 13860 / 34459425, 45 / 34459425])

# Mills' ratio R(t) of the normal law is s (m_0 + m_1 s + ... + m_9 s^9) to 5e-9 on 0 <= t <= 15, s = 1 / (1 + 0.3 t):
# interpolated at Chebyshev's points in s
_MILLS = np.array([
    0.300012698849, 0.299667706718, 0.276789906742, 0.194228023963, 0.247732179953,
    -0.211763168699, 0.496115985437, -0.583632002002, 0.286763566787, -0.0526007652543,
])  # fmt: skip


@compiled
def _tanh_double(z):
    for k in range(z.size):
        y = z[k] / 32
        if y > 0.625:
            y = 0.625
        elif y < -0.625:
            y = -0.625
        s = y * y
        p = y * (_TOP[0] + s * (_TOP[1] + s * (_TOP[2] + s * (_TOP[3] + s * _TOP[4]))))
        q = _BOTTOM[0] + s * (_BOTTOM[1] + s * (_BOTTOM[2] + s * (_BOTTOM[3] + s * _BOTTOM[4])))
        for _ in range(5):
            p, q = 2 * p * q, p * p + q * q
        z[k] = p / q


@compiled
def _tanh_single(z):
    one, two = np.float32(1.0), np.float32(2.0)
    high = np.float32(0.5625)
    a, b = np.float32(105 / 945), np.float32(1 / 945)
    c, d = np.float32(420 / 945), np.float32(15 / 945)
    sixteenth = np.float32(0.0625)
    for k in range(z.size):
        y = np.float32(z[k]) * sixteenth
        if y > high:
            y = high
        elif y < -high:
            y = -high
        s = y * y
        p = y * (one + s * (a + s * b))
        q = one + s * (c + s * d)
        for _ in range(4):
            p, q = two * p * q, p * p + q * q
        z[k] = p / q


@compiled
def _exponential(x):
    """Return exp(x), x <= 0, and exp(-102) below: a Taylor polynomial at x / 1024 and ten squarings, no branch."""
    y = x / 1024
    if y < -0.1:
        y = -0.1  # the result is below the smallest single number
    y = 1 + y * (1 + y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y * (1 / 720))))))
    for _ in range(10):
        y *= y
    return y


@compiled
def _gelu_single(z, derivative):
    """Like :func:`_activate`, but without a branch, so that it vectorises: P(N < -t) is the density times R(t)."""
    for k in range(z.size):
        x = np.float64(z[k])
        s = 1 / (1 + 0.3 * abs(x))
        density = _exponential(-0.5 * x * x) / math.sqrt(2 * math.pi)
        ratio = _MILLS[9]
        for j in range(8, -1, -1):
            ratio = ratio * s + _MILLS[j]
        below = density * ratio * s
        if x > 0:
            below = 1 - below
        derivative[k] = below + x * density
        z[k] = x * below


@compiled
def _activate(code, z, derivative):
    """Replace the flat ``z`` by phi(z) and write phi'(z) to ``derivative``."""
    if code == TANH:
        if z.itemsize == 4:
            _tanh_single(z)
        else:
            _tanh_double(z)
        one = derivative.dtype.type(1)
        for k in range(z.size):
            derivative[k] = one - z[k] * z[k]
    elif code == RELU:
        for k in range(z.size):
            derivative[k] = 1.0 if z[k] > 0 else 0.0
            z[k] = z[k] * derivative[k]  # a nan stays
    elif z.itemsize == 4:
        _gelu_single(z, derivative)
    else:
        for k in range(z.size):
            x = z[k]
            below = 0.5 * (1.0 + math.erf(x * math.sqrt(0.5)))
            density = math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
            derivative[k] = below + x * density
            z[k] = x * below


@compiled
def _exponentials(x):
    """Replace a vector without positive entries by its exponentials; those of single precision are exact to 1e-7."""
    if x.itemsize == 4:
        for k in range(x.size):
            x[k] = _exponential(np.float64(x[k]))
    else:
        for k in range(x.size):
            x[k] = math.exp(x[k])


@compiled
def _loss_and_gradient(loss, smoothing, z, labels, grad, summed):  # noqa: C901 (nothing but loops)
    """Write the gradient of the summed loss in the outputs ``z`` to ``grad``, 0 in its padding.

    Return the summed loss where that is asked for: it needs a logarithm for each row.
    """
    total, rows, classes = 0.0, z.shape[0], z.shape[1]
    rest, flat = smoothing / classes, grad.reshape(grad.size)
    flat[:] = 0
    if loss == SQUARED:
        for b in range(rows):
            for c in range(classes):
                error = np.float64(z[b, c]) - (1.0 - smoothing + rest if c == labels[b] else rest)
                grad[b, c] = error
                total += 0.5 * error * error
        return total
    for b in range(rows):
        row, out = z[b], grad[b]
        top = row[0]
        for c in range(1, classes):
            if not row[c] <= top:
                top = row[c]
        for c in range(classes):
            out[c] = row[c] - top
        if summed:
            for c in range(classes):
                total -= rest * np.float64(out[c])
            total -= (1.0 - smoothing) * np.float64(out[labels[b]])
    _exponentials(flat)
    for b in range(rows):
        out, mass = grad[b], 0.0
        for c in range(classes):
            mass += np.float64(out[c])
        if summed:
            total += math.log(mass)
        inverse = 1.0 / mass
        for c in range(classes):
            out[c] = np.float64(out[c]) * inverse - rest
        out[labels[b]] = np.float64(out[labels[b]]) - (1.0 - smoothing)
        for c in range(classes, out.size):
            out[c] = 0
    return total


@compiled
def rows_at_once(widths):
    """Return how many rows a pass takes together."""
    largest = 1
    for layer in range(widths.size - 1):
        largest = max(largest, widths[layer] * widths[layer + 1])
    return max(1, min(MOST_ROWS, MOST_PRODUCTS // largest))


@compiled
def parameter_count(widths):
    """Return the number of weights and biases."""
    total = 0
    for layer in range(widths.size - 1):
        total += (widths[layer] + 1) * widths[layer + 1]
    return total


@compiled
def block(flat, start, rows, columns):
    """Return a matrix that looks at ``rows * columns`` entries of a flat array."""
    return flat[start : start + rows * columns].reshape(rows, columns)
