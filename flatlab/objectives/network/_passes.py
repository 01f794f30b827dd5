"""Forward and backward passes of a fully connected network, compiled.

A pass works on a copy of the parameters whose layers are padded to a multiple of ``LANES`` units. The padding has
weight 0, so its activations are 0 as well. Products add their terms in order: the digits do not depend on the linear
algebra library or its threads, and replicates on threads do not get in each other's way.
"""

import numpy as np

from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.options import compiled
from flatlab.compiler.tiles import add_product
from flatlab.compiler.vectors import aligned
from flatlab.objectives.network._layers import _activate, _loss_and_gradient, block, rows_at_once

LANES = 16  # a row is a multiple of so many numbers


@compiled
def padded(width):
    """Return the width of a layer with its padding."""
    return -(-width // LANES) * LANES


@compiled
def _padded_count(widths):
    """Return the number of weights and biases with padding; the inputs have none."""
    total, n_in = 0, widths[0]
    for layer in range(1, widths.size):
        total += (n_in + 1) * padded(widths[layer])
        n_in = padded(widths[layer])
    return total


@compiled
def scratch_size(widths, rows):
    """Return the numbers that :func:`write_gradient` needs to write to, for pieces of at most ``rows`` rows."""
    total, widest = 0, 0
    for layer in range(1, widths.size):
        total += 2 * padded(widths[layer])
        widest = max(widest, padded(widths[layer]))
    return LANES + 2 * _padded_count(widths) + widest * widest + min(rows, rows_at_once(widths)) * (total + 2 * widest)


@compiled
def _load(widths, w, params):
    """Write the parameters with their padding to ``params``."""
    at, place, n_in = 0, 0, widths[0]
    for layer in range(1, widths.size):
        n_out, length = widths[layer], padded(widths[layer])
        for i in range(n_in + 1):
            row = params[place : place + length]
            if i < widths[layer - 1] or i == n_in:
                source = w[at : at + n_out]
                for c in range(source.size):
                    row[c] = source[c]
                for c in range(n_out, length):
                    row[c] = 0
                at += n_out
            else:
                row[:] = 0
            place += length
        n_in = length


@compiled
def _collect(widths, derivatives, share, out):
    """Add ``share`` times the derivatives in the parameters, without those in the padding, to ``out``."""
    at, place, n_in = 0, 0, widths[0]
    for layer in range(1, widths.size):
        n_out, length = widths[layer], padded(widths[layer])
        for i in range(n_in + 1):
            if i < widths[layer - 1] or i == n_in:
                row, target = derivatives[place : place + n_out], out[at : at + n_out]
                for c in range(target.size):
                    target[c] += share * np.float64(row[c])
                at += n_out
            place += length
        n_in = length


@compiled
def _forward(widths, activation, params, inputs, scratch):
    """Write activations and phi', layer after layer, to ``scratch``; the outputs come last.

    Returns the place of the outputs.
    """
    rows, n_in = inputs.shape
    at, place, before = 0, 0, 0
    for layer in range(1, widths.size):
        length = padded(widths[layer])
        z = block(scratch, place, rows, length)
        bias = params[at + n_in * length : at + (n_in + 1) * length]
        for b in range(rows):
            row = z[b]
            for c in range(row.size):
                row[c] = bias[c]
        weights = block(params, at, n_in, length)
        if layer == 1:
            add_product(inputs, weights, z)
        else:
            add_product(block(scratch, before, rows, n_in), weights, z)
        at += (n_in + 1) * length
        before, n_in = place, length
        if layer < widths.size - 1:
            middle, end = place + rows * length, place + 2 * rows * length
            _activate(activation, scratch[place:middle], scratch[middle:end])
            place = end
    return place


@compiled_apart
def outputs_of(widths, activation, w, inputs, scratch, out) -> None:
    """Write the network's outputs at every row of ``inputs`` to ``out``, shape (n, classes)."""
    size, step, classes = _padded_count(widths), rows_at_once(widths), widths[-1]
    scratch = aligned(scratch)
    params, passed = scratch[:size], scratch[size:]
    _load(widths, w, params)
    for low in range(0, inputs.shape[0], step):
        piece = inputs[low : low + step]
        last = _forward(widths, activation, params, piece, passed)
        out[low : low + step] = block(passed, last, piece.shape[0], padded(classes))[:, :classes]


@compiled_apart
def mean_loss(widths, activation, loss, smoothing, w, inputs, labels, scratch):
    """Return the mean loss over the rows at ``w``."""
    size, classes = _padded_count(widths), widths[-1]
    scratch = aligned(scratch)
    params, passed = scratch[:size], scratch[size:]
    _load(widths, w, params)
    step, total = rows_at_once(widths), 0.0
    for low in range(0, inputs.shape[0], step):
        piece = inputs[low : low + step]
        z, delta = _outputs_and_place(widths, activation, params, piece, passed)[:2]
        total += _loss_and_gradient(loss, smoothing, z[:, :classes], labels[low : low + step], delta, True)
    return total / inputs.shape[0]


@compiled
def _outputs_and_place(widths, activation, params, inputs, passed):
    """Return the outputs of a forward pass, room for the derivatives in them, and the place of the outputs."""
    rows, length = inputs.shape[0], padded(widths[-1])
    place = _forward(widths, activation, params, inputs, passed)
    return block(passed, place, rows, length), block(passed, place + rows * length, rows, length), place


@compiled_apart
def write_gradient(widths, activation, loss, smoothing, w, inputs, labels, scratch, out) -> None:
    """Write the gradient of the mean loss over the rows at ``w`` to ``out``.

    Backpropagation: ``delta_L`` is the derivative of the loss in the outputs,
    ``delta_l = (delta_(l+1) W_(l+1)^T) phi'_l``, and the gradients are ``A_(l-1)^T delta_l`` and the column sums of
    ``delta_l``.
    """
    size, classes = _padded_count(widths), widths[-1]
    scratch = aligned(scratch)
    params, derivatives, passed = scratch[:size], scratch[size : 2 * size], scratch[2 * size :]
    _load(widths, w, params)
    out[:] = 0.0
    step, samples = rows_at_once(widths), inputs.shape[0]
    for low in range(0, samples, step):
        piece = inputs[low : low + step]
        z, delta, place = _outputs_and_place(widths, activation, params, piece, passed)
        _loss_and_gradient(loss, smoothing, z[:, :classes], labels[low : low + step], delta, False)
        _backward(widths, params, piece, place, passed, derivatives)
        _collect(widths, derivatives, 1.0 / samples, out)


@compiled
def _backward(widths, params, inputs, place, passed, derivatives):
    """Write the derivatives in the parameters to ``derivatives``.

    ``passed`` is as :func:`_forward` left it; those in the outputs follow the outputs, which are at ``place``.
    """
    rows, widest = inputs.shape[0], 0
    for layer in range(1, widths.size):
        widest = max(widest, padded(widths[layer]))
    here = place + rows * padded(widths[-1])  # two buffers for delta, used in turn, and one for transposed weights
    there, transposed = here + rows * widest, here + 2 * rows * widest
    end = derivatives.size
    derivatives[:] = 0
    for layer in range(widths.size - 1, 0, -1):
        n_in = padded(widths[layer - 1]) if layer > 1 else widths[0]
        n_out = padded(widths[layer])
        at = end - (n_in + 1) * n_out
        delta, bias = block(passed, here, rows, n_out), derivatives[at + n_in * n_out : end]
        for b in range(rows):
            row = delta[b]
            for c in range(bias.size):
                bias[c] += row[c]
        target = block(derivatives, at, n_in, n_out)
        if layer == 1:
            add_product(inputs.T, delta, target)
        else:
            place -= 2 * rows * n_in
            add_product(block(passed, place, rows, n_in).T, delta, target)
            weights, across = block(params, at, n_in, n_out), block(passed, transposed, n_out, n_in)
            for i in range(n_in):
                for c in range(n_out):
                    across[c, i] = weights[i, c]
            back = passed[there : there + rows * n_in]
            derivative = passed[place + rows * n_in : place + 2 * rows * n_in]
            back[:] = 0
            add_product(delta, across, back.reshape(rows, n_in))
            for k in range(back.size):
                back[k] *= derivative[k]
            here, there = there, here
        end = at
