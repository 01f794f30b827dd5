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
from flatlab.objectives._layers import (
    RELU,
    SQUARED,
    TANH,
    _activate,
    _loss_and_slope,
    block,
    parameter_count,
    rows_at_once,
)

KEPT = 4  # arrays kept for each layer: A, phi', phi'', R Z (then R A)


@compiled
def tangent_scratch_size(widths, rows):
    """Return the numbers that :func:`add_hessian_product` needs to write to."""
    total, widest = 0, 0
    for layer in range(1, widths.size):
        total += (KEPT + 1) * widths[layer]
        widest = max(widest, widths[layer])
    return 3 * parameter_count(widths) + min(rows, rows_at_once(widths)) * (total + 6 * widest)


@compiled
def _bend(code, z, bend):
    """Write phi''(z) to ``bend``, ``z`` being the value before the activation."""
    if code == TANH:
        for k in range(z.size):
            height = math.tanh(z[k])
            bend[k] = -2.0 * height * (1.0 - height * height)
    elif code == RELU:
        for k in range(z.size):
            bend[k] = 0.0
    else:
        for k in range(z.size):
            density = math.exp(-0.5 * z[k] * z[k]) / math.sqrt(2 * math.pi)
            bend[k] = density * (2.0 - z[k] * z[k])


@compiled
def _turn_slope(loss, z, tangent, out):
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
def _add_rows(block_rows, row):
    for b in range(block_rows.shape[0]):
        one = block_rows[b]
        for c in range(row.size):
            one[c] += row[c]


@compiled_apart
def add_hessian_product(widths, activation, loss, smoothing, w, v, inputs, labels, scratch, out):
    """Write the Hessian of the mean loss over the rows, at ``w``, times ``v`` to ``out``."""
    size = parameter_count(widths)
    params, turn, slopes = scratch[:size], scratch[size : 2 * size], scratch[2 * size : 3 * size]
    room = scratch[3 * size :]
    for k in range(size):
        params[k], turn[k] = w[k], v[k]
        out[k] = 0.0
    step, samples, widest = rows_at_once(widths), inputs.shape[0], 0
    for layer in range(1, widths.size):
        widest = max(widest, widths[layer])
    for low in range(0, samples, step):
        piece = inputs[low : low + step]
        rows = piece.shape[0]
        at, place, before = 0, 0, 0
        for layer in range(widths.size - 1):
            wide, narrow = widths[layer], widths[layer + 1]
            area = rows * narrow
            extra = room[place + KEPT * area : place + (KEPT + 1) * area]
            z, tangent = block(room, place, rows, narrow), block(room, place + 3 * area, rows, narrow)
            weights, turned = block(params, at, wide, narrow), block(turn, at, wide, narrow)
            if layer == 0:
                np.dot(piece, weights, z)
                np.dot(piece, turned, tangent)
            else:
                past = rows * wide
                np.dot(block(room, before, rows, wide), weights, z)
                np.dot(block(room, before, rows, wide), turned, tangent)
                product = extra.reshape(rows, narrow)
                # R A of the layer before: phi' R Z
                ahead = block(room, place + (KEPT + 1) * area, rows, wide)
                rise = block(room, before + past, rows, wide)
                old = block(room, before + 3 * past, rows, wide)
                for b in range(rows):
                    for c in range(wide):
                        ahead[b, c] = rise[b, c] * old[b, c]
                np.dot(ahead, weights, product)
                for b in range(rows):
                    for c in range(narrow):
                        tangent[b, c] += product[b, c]
            _add_rows(z, params[at + wide * narrow : at + (wide + 1) * narrow])
            _add_rows(tangent, turn[at + wide * narrow : at + (wide + 1) * narrow])
            if layer < widths.size - 2:
                _bend(activation, room[place : place + area], room[place + 2 * area : place + 3 * area])
                _activate(activation, room[place : place + area], room[place + area : place + 2 * area])
                before = place
                place += (KEPT + 1) * area
            at += (wide + 1) * narrow
        classes = widths[-1]
        base = place + (KEPT + 1) * rows * classes
        # four buffers of the widest layer: delta, R delta, and the two to come
        d0, r0 = base, base + rows * widest
        d1, r1 = r0 + rows * widest, r0 + 2 * rows * widest
        spare = r1 + rows * widest
        area = rows * classes
        z, tangent = block(room, place, rows, classes), block(room, place + 3 * area, rows, classes)
        _turn_slope(loss, z, tangent, block(room, r0, rows, classes))
        _loss_and_slope(loss, smoothing, z, labels[low : low + step], block(room, d0, rows, classes))
        end = size
        for layer in range(widths.size - 2, -1, -1):
            wide, narrow = widths[layer], widths[layer + 1]
            at = end - (wide + 1) * narrow
            delta, turned_delta = block(room, d0, rows, narrow), block(room, r0, rows, narrow)
            for c in range(narrow):
                total = 0.0
                for b in range(rows):
                    total += turned_delta[b, c]
                out[at + wide * narrow + c] += total
            weight_slopes = block(slopes, at, wide, narrow)
            if layer == 0:
                np.dot(piece.T, turned_delta, weight_slopes)
                for k in range(at, at + wide * narrow):
                    out[k] += slopes[k]
            else:
                place = before if layer == widths.size - 2 else place - (KEPT + 1) * rows * wide
                past = rows * wide
                height, rise = block(room, place, rows, wide), block(room, place + past, rows, wide)
                bend, tangent = block(room, place + 2 * past, rows, wide), block(room, place + 3 * past, rows, wide)
                np.dot(height.T, turned_delta, weight_slopes)
                for k in range(at, at + wide * narrow):
                    out[k] += slopes[k]
                ahead = block(room, spare, rows, wide)
                for b in range(rows):
                    for c in range(wide):
                        ahead[b, c] = rise[b, c] * tangent[b, c]
                np.dot(ahead.T, delta, weight_slopes)
                for k in range(at, at + wide * narrow):
                    out[k] += slopes[k]
                back, turned_back = block(room, d1, rows, wide), block(room, r1, rows, wide)
                weights, turned = block(params, at, wide, narrow), block(turn, at, wide, narrow)
                np.dot(delta, turned.T, back)
                np.dot(turned_delta, weights.T, turned_back)
                for b in range(rows):
                    for c in range(wide):
                        turned_back[b, c] += back[b, c]
                np.dot(delta, weights.T, back)
                for b in range(rows):
                    for c in range(wide):
                        turned_back[b, c] = turned_back[b, c] * rise[b, c] + back[b, c] * bend[b, c] * tangent[b, c]
                        back[b, c] *= rise[b, c]
                d0, d1, r0, r1 = d1, d0, r1, r0
            end = at
    for k in range(size):
        out[k] /= samples
