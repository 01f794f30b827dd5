"""Forward and backward passes of a fully connected network, compiled, in single or double precision.

The flat parameters hold, layer after layer, the weights (n_in, n_out) row by row and the n_out biases. Rows are taken
in pieces so small that the linear algebra library never splits a product over threads: the digits do not depend on
the number of threads, and replicates on threads do not get in each other's way.
"""

import math

import numpy as np

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.options import compiled

ACTIVATIONS = ("tanh", "relu", "gelu")
LOSSES = ("cross-entropy", "squared")
TANH, RELU, GELU = range(3)
CROSS_ENTROPY, SQUARED = range(2)

MOST_PRODUCTS = 200_000  # multiplications in one matrix product; the library threads above 2^18
MOST_ROWS = 256

# tanh(32 y) from the continued fraction of tanh y (nine levels) and five doublings: no branch, so it vectorises
_TOP = np.array([1.0, 4729725 / 34459425, 135135 / 34459425, 990 / 34459425, 1 / 34459425])
_BOTTOM = np.array([1.0, 16216200 / 34459425, 945945 / 34459425, 13860 / 34459425, 45 / 34459425])


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
def _activate(code, z, rise):
    """Replace the flat ``z`` by phi(z) and write phi'(z) to ``rise``."""
    if code == TANH:
        if z.itemsize == 4:
            _tanh_single(z)
        else:
            _tanh_double(z)
        one = rise.dtype.type(1)
        for k in range(z.size):
            rise[k] = one - z[k] * z[k]
    elif code == RELU:
        for k in range(z.size):
            rise[k] = 1.0 if z[k] > 0 else 0.0
            z[k] = z[k] * rise[k]  # a nan stays
    else:
        for k in range(z.size):
            below = 0.5 * (1.0 + math.erf(z[k] * math.sqrt(0.5)))
            density = math.exp(-0.5 * z[k] * z[k]) / math.sqrt(2 * math.pi)
            rise[k] = below + z[k] * density
            z[k] = z[k] * below


@compiled
def _loss_and_slope(loss, smoothing, z, labels, slope):
    """Return the summed loss of the outputs ``z`` and write its gradient in them to ``slope``."""
    total = 0.0
    classes = z.shape[1]
    rest = smoothing / classes
    for b in range(z.shape[0]):
        row, out = z[b], slope[b]
        if loss == SQUARED:
            for c in range(classes):
                error = row[c] - (1.0 - smoothing + rest if c == labels[b] else rest)
                out[c] = error
                total += 0.5 * error * error
        else:
            top = row[0]
            for c in range(1, classes):
                if not row[c] <= top:
                    top = row[c]
            mass = 0.0
            for c in range(classes):
                grown = math.exp(row[c] - top)
                out[c] = grown
                mass += grown
            log_mass = math.log(mass)
            for c in range(classes):
                target = 1.0 - smoothing + rest if c == labels[b] else rest
                total += target * (log_mass - (row[c] - top))
                out[c] = out[c] / mass - target
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
def scratch_size(widths, rows):
    """Return the numbers that :func:`add_gradient` needs to write to, for pieces of at most ``rows`` rows."""
    total, widest = 0, 0
    for layer in range(1, widths.size):
        total += 2 * widths[layer]
        widest = max(widest, widths[layer])
    return 2 * parameter_count(widths) + min(rows, rows_at_once(widths)) * (total + 2 * widest)


@compiled
def block(flat, start, rows, columns):
    """Return a matrix that looks at ``rows * columns`` entries of a flat array."""
    return flat[start : start + rows * columns].reshape(rows, columns)


@compiled
def _forward(widths, activation, params, inputs, scratch):
    """Write activations and their slopes, layer after layer, to ``scratch``; the outputs come last."""
    rows = inputs.shape[0]
    at, place = 0, 0
    for layer in range(widths.size - 1):
        wide, narrow = widths[layer], widths[layer + 1]
        z = block(scratch, place, rows, narrow)
        weights = block(params, at, wide, narrow)
        if layer == 0:
            np.dot(inputs, weights, z)
        else:
            np.dot(block(scratch, place - 2 * rows * wide, rows, wide), weights, z)
        bias = params[at + wide * narrow : at + (wide + 1) * narrow]
        for b in range(rows):
            row = z[b]
            for c in range(narrow):
                row[c] += bias[c]
        flat = scratch[place : place + rows * narrow]
        if layer < widths.size - 2:
            _activate(activation, flat, scratch[place + rows * narrow : place + 2 * rows * narrow])
        at += (wide + 1) * narrow
        place += 2 * rows * narrow


@compiled_apart
def outputs_of(widths, activation, params, inputs, scratch, out):
    """Write the network's outputs at every row of ``inputs`` to ``out``, shape (n, classes)."""
    step = rows_at_once(widths)
    classes = widths[-1]
    for low in range(0, inputs.shape[0], step):
        piece = inputs[low : low + step]
        rows = piece.shape[0]
        _forward(widths, activation, params, piece, scratch)
        last = _last_place(widths, rows)
        out[low : low + step] = block(scratch, last, rows, classes)


@compiled
def _last_place(widths, rows):
    place = 0
    for layer in range(1, widths.size - 1):
        place += 2 * rows * widths[layer]
    return place


@compiled_apart
def add_gradient(widths, activation, loss, smoothing, w, inputs, labels, scratch, out):
    """Return the mean loss over the rows and write its gradient at ``w`` to ``out``.

    Backpropagation: ``delta_L`` is the slope of the loss in the outputs, ``delta_l = (delta_(l+1) W_(l+1)^T) phi'_l``,
    and the gradients are ``A_(l-1)^T delta_l`` and the column sums of ``delta_l``.
    """
    size = parameter_count(widths)
    params, slopes = scratch[:size], scratch[size : 2 * size]
    room = scratch[2 * size :]
    for k in range(size):
        params[k] = w[k]
        out[k] = 0.0
    step = rows_at_once(widths)
    total = 0.0
    samples = inputs.shape[0]
    for low in range(0, samples, step):
        piece = inputs[low : low + step]
        rows = piece.shape[0]
        _forward(widths, activation, params, piece, room)
        place = _last_place(widths, rows)
        classes = widths[-1]
        here = place + 2 * rows * classes  # two buffers for delta, used in turn
        widest = 0
        for layer in range(1, widths.size):
            widest = max(widest, widths[layer])
        there = here + rows * widest
        z = block(room, place, rows, classes)
        total += _loss_and_slope(loss, smoothing, z, labels[low : low + step], block(room, here, rows, classes))
        end = size
        for layer in range(widths.size - 2, -1, -1):
            wide, narrow = widths[layer], widths[layer + 1]
            at = end - (wide + 1) * narrow
            delta = block(room, here, rows, narrow)
            bias = slopes[at + wide * narrow : end]
            for c in range(narrow):
                bias[c] = 0
            for b in range(rows):
                row = delta[b]
                for c in range(narrow):
                    bias[c] += row[c]
            weight_slopes = block(slopes, at, wide, narrow)
            if layer == 0:
                np.dot(piece.T, delta, weight_slopes)
            else:
                place -= 2 * rows * wide
                np.dot(block(room, place, rows, wide).T, delta, weight_slopes)
                back = block(room, there, rows, wide)
                np.dot(delta, block(params, at, wide, narrow).T, back)
                flat = room[there : there + rows * wide]
                rise = room[place + rows * wide : place + 2 * rows * wide]
                for k in range(flat.size):
                    flat[k] *= rise[k]
                here, there = there, here
            end = at
        for k in range(size):
            out[k] += slopes[k]
    for k in range(size):
        out[k] /= samples
    return total / samples
