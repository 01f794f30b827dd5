"""Exact Hessian-vector products of a fully connected network: the derivative of backpropagation along a direction.

With R the derivative along v = (V_l, c_l): ``R Z_l = R A_(l-1) W_l + A_(l-1) V_l + c_l``, ``R A_l = phi'(Z_l) R Z_l``,
at the outputs ``R delta_L = H_loss R Z_L``, and backwards, with ``B_l = delta_(l+1) W_(l+1)^T``,
``R B_l = R delta_(l+1) W_(l+1)^T + delta_(l+1) V_(l+1)^T``, ``delta_l = B_l phi'``,
``R delta_l = R B_l phi' + B_l phi'' R Z_l``. The product is ``R (A_(l-1)^T delta_l)`` and the column sums of R delta_l.
"""

import math

import numpy as np

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.options import compiled
from flatlab.objectives.network._layers import (
    RELU,
    SQUARED,
    TANH,
    _activate,
    _loss_and_gradient,
    block,
    parameter_count,
    rows_at_once,
)

LAYER = 5  # arrays of a layer: Z (then A), phi', phi'', R Z, scratch
BUFFERS = 5


@compiled
def tangent_scratch_size(widths, rows):
    """Return the numbers that :func:`add_hessian_product` needs to write to."""
    total, widest = 0, 0
    for layer in range(1, widths.size):
        total += LAYER * widths[layer]
        widest = max(widest, widths[layer])
    return 3 * parameter_count(widths) + min(rows, rows_at_once(widths)) * (total + BUFFERS * widest)


@compiled
def _second_derivative(code, z, out):
    """Write phi''(z) to ``out``, ``z`` being the value before the activation."""
    if code == TANH:
        for k in range(z.size):
            height = math.tanh(z[k])
            out[k] = -2.0 * height * (1.0 - height * height)
    elif code == RELU:
        for k in range(z.size):
            out[k] = 0.0
    else:
        for k in range(z.size):
            density = math.exp(-0.5 * z[k] * z[k]) / math.sqrt(2 * math.pi)
            out[k] = density * (2.0 - z[k] * z[k])


@compiled
def _loss_hessian(loss, z, tangent, out):
    """Write the Hessian of the loss in the outputs times ``tangent`` to ``out``, row by row."""
    for b in range(z.shape[0]):
        if loss == SQUARED:
            for c in range(z.shape[1]):
                out[b, c] = tangent[b, c]
        else:
            top, mass, along = z[b, 0], 0.0, 0.0
            for c in range(1, z.shape[1]):
                top = max(top, z[b, c])
            for c in range(z.shape[1]):
                out[b, c] = math.exp(z[b, c] - top)
                mass += out[b, c]
            for c in range(z.shape[1]):
                out[b, c] /= mass
                along += out[b, c] * tangent[b, c]
            for c in range(z.shape[1]):
                out[b, c] *= tangent[b, c] - along


@compiled
def _add_bias(block_rows, row):
    for b in range(block_rows.shape[0]):
        one = block_rows[b]
        for c in range(row.size):
            one[c] += row[c]


@compiled
def _layer(layers, place, rows, width):
    """Return what is kept of a layer: Z (then A), phi', phi'', R Z, and scratch, each (rows, width)."""
    area = rows * width
    return (
        block(layers, place, rows, width),
        block(layers, place + area, rows, width),
        block(layers, place + 2 * area, rows, width),
        block(layers, place + 3 * area, rows, width),
        block(layers, place + 4 * area, rows, width),
    )


@compiled
def _multiply(left, right, out):
    for b in range(out.shape[0]):
        for c in range(out.shape[1]):
            out[b, c] = left[b, c] * right[b, c]


@compiled
def _add(term, out):
    for b in range(out.shape[0]):
        for c in range(out.shape[1]):
            out[b, c] += term[b, c]


@compiled
def _forward(widths, activation, params, direction, inputs, layers):
    """Fill ``layers``; return the place of the last one, whose Z are the outputs."""
    rows, at, place = inputs.shape[0], 0, 0
    for layer in range(widths.size - 1):
        n_in, n_out = widths[layer], widths[layer + 1]
        z, phi_1, phi_2, tangent, product = _layer(layers, place, rows, n_out)
        weights, r_weights = block(params, at, n_in, n_out), block(direction, at, n_in, n_out)
        after = place + LAYER * rows * n_out
        if layer == 0:
            np.dot(inputs, weights, z)
            np.dot(inputs, r_weights, tangent)
        else:
            hidden, hidden_1, _, hidden_tangent, _ = _layer(layers, place - LAYER * rows * n_in, rows, n_in)
            np.dot(hidden, weights, z)
            np.dot(hidden, r_weights, tangent)
            r_hidden = block(layers, after, rows, n_in)  # R A of the layer before
            _multiply(hidden_1, hidden_tangent, r_hidden)
            np.dot(r_hidden, weights, product)
            _add(product, tangent)
        at += (n_in + 1) * n_out
        _add_bias(z, params[at - n_out : at])
        _add_bias(tangent, direction[at - n_out : at])
        if layer < widths.size - 2:
            _second_derivative(activation, z.reshape(z.size), phi_2.reshape(z.size))
            _activate(activation, z.reshape(z.size), phi_1.reshape(z.size))
            place = after
    return place


@compiled
def _at_outputs(loss, smoothing, z, tangent, labels, delta, r_delta):
    """Write delta_L and R delta_L."""
    _loss_hessian(loss, z, tangent, r_delta)
    _loss_and_gradient(loss, smoothing, z, labels, delta, False)


@compiled
def _add_weights(left, right, grads, at, out):
    """Add ``left^T right`` to the entries of ``out`` from ``at`` on."""
    n_in, n_out = left.shape[1], right.shape[1]
    np.dot(left.T, right, block(grads, at, n_in, n_out))
    for k in range(at, at + n_in * n_out):
        out[k] += grads[k]


@compiled
def _step_back(weights, r_weights, kept, delta, r_delta, back, r_back):
    """Write delta and R delta of the layer before to ``back`` and ``r_back``."""
    _, phi_1, phi_2, tangent, _ = kept
    np.dot(delta, r_weights.T, back)
    np.dot(r_delta, weights.T, r_back)
    _add(back, r_back)
    np.dot(delta, weights.T, back)
    for b in range(back.shape[0]):
        for c in range(back.shape[1]):
            r_back[b, c] = r_back[b, c] * phi_1[b, c] + back[b, c] * phi_2[b, c] * tangent[b, c]
            back[b, c] *= phi_1[b, c]


@compiled
def _backward(widths, params, direction, inputs, layers, place, buffers, grads, out):
    """Add the rows' part of the product to ``out``, from delta_L and R delta_L in the first two of ``buffers``."""
    here, turned_here, there, turned_there, spare = buffers
    rows, at = inputs.shape[0], params.size
    for layer in range(widths.size - 2, -1, -1):
        n_in, n_out = widths[layer], widths[layer + 1]
        at -= (n_in + 1) * n_out
        delta, r_delta = block(here, 0, rows, n_out), block(turned_here, 0, rows, n_out)
        for c in range(n_out):
            total = 0.0
            for b in range(rows):
                total += r_delta[b, c]
            out[at + n_in * n_out + c] += total
        if layer == 0:
            _add_weights(inputs, r_delta, grads, at, out)
        else:
            place -= LAYER * rows * n_in
            kept = _layer(layers, place, rows, n_in)
            hidden, phi_1, _, tangent, _ = kept
            _add_weights(hidden, r_delta, grads, at, out)
            r_hidden = block(spare, 0, rows, n_in)
            _multiply(phi_1, tangent, r_hidden)
            _add_weights(r_hidden, delta, grads, at, out)
            weights, r_weights = block(params, at, n_in, n_out), block(direction, at, n_in, n_out)
            back, r_back = block(there, 0, rows, n_in), block(turned_there, 0, rows, n_in)
            _step_back(weights, r_weights, kept, delta, r_delta, back, r_back)
            here, turned_here, there, turned_there = there, turned_there, here, turned_here


@compiled
def _buffers(layers, start, rows, widest):
    """Return five flat arrays for delta and R delta, here and one layer before, and a product."""
    area = rows * widest
    return (
        layers[start : start + area],
        layers[start + area : start + 2 * area],
        layers[start + 2 * area : start + 3 * area],
        layers[start + 3 * area : start + 4 * area],
        layers[start + 4 * area : start + 5 * area],
    )


@compiled_apart
def add_hessian_product(widths, activation, loss, smoothing, w, v, inputs, labels, scratch, out) -> None:
    """Write the Hessian of the mean loss over the rows, at ``w``, times ``v`` to ``out``."""
    size = parameter_count(widths)
    params, direction, grads = scratch[:size], scratch[size : 2 * size], scratch[2 * size : 3 * size]
    layers = scratch[3 * size :]
    for k in range(size):
        params[k], direction[k] = w[k], v[k]
        out[k] = 0.0
    step, samples, widest, classes = rows_at_once(widths), inputs.shape[0], 0, widths[-1]
    for layer in range(1, widths.size):
        widest = max(widest, widths[layer])
    for low in range(0, samples, step):
        piece = inputs[low : low + step]
        rows = piece.shape[0]
        place = _forward(widths, activation, params, direction, piece, layers)
        z, _, _, tangent, _ = _layer(layers, place, rows, classes)
        buffers = _buffers(layers, place + LAYER * rows * classes, rows, widest)
        delta, r_delta = block(buffers[0], 0, rows, classes), block(buffers[1], 0, rows, classes)
        _at_outputs(loss, smoothing, z, tangent, labels[low : low + step], delta, r_delta)
        _backward(widths, params, direction, piece, layers, place, buffers, grads, out)
    for k in range(size):
        out[k] /= samples
