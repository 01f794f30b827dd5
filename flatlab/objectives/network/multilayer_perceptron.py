"""Multilayer perceptron on labelled samples: softmax cross-entropy or squared loss."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.compiler.by_address import compiled_apart
from flatlab.compiler.kernel import kernel
from flatlab.objectives.network._layers import ACTIVATIONS, LOSSES, parameter_count, rows_at_once
from flatlab.objectives.network._passes import mean_loss, outputs_of, scratch_size, write_gradient
from flatlab.objectives.network._tangents import add_hessian_product, tangent_scratch_size
from flatlab.objectives.questions import (
    dimension,
    draw,
    gradient,
    hessian,
    hessian_product,
    new_sample,
    sample_gradient,
    value,
)
from flatlab.objectives.wrappers._minibatch import check_batch, first_order, shuffle_first
from flatlab.objectives.wrappers.forwarding import another_oracle, check_base

__all__ = ["MultilayerPerceptron", "PerceptronBatch", "accuracy", "initial_weights", "network_outputs"]

PRECISIONS = ("double", "single")


@checks.validated
class MultilayerPerceptron(NamedTuple):
    """The mean loss of a fully connected network over n labelled samples.

    ``f(w) = (1/n) sum_i loss(z(x_i; w), t_i)`` with ``z = A_L``, ``A_l = phi(A_(l-1) W_l + b_l)`` and no activation in
    the last layer. The target is ``t_i = (1 - a) onehot(y_i) + a / C`` with the label smoothing a. The loss is
    ``-sum_c t_c log softmax(z)_c`` (cross-entropy) or ``|z - t|^2 / 2`` (squared). The point w holds, layer after
    layer, W_l (n_in, n_out) row by row and b_l.

    widths : (L + 1,), number of inputs, hidden units of each layer, number of classes C
    inputs : (n, widths[0])
    labels : (n,), classes 0 .. C - 1.
    activation : ``tanh``, ``relu`` or ``gelu``; kept as its number in this list
    loss : ``cross-entropy`` or ``squared``; kept as its number in this list
    smoothing : label smoothing a, in [0, 1)
    precision : ``double``, or ``single``: products are computed in single precision, points stay in double

    >>> print(round(value(MultilayerPerceptron((1, 2, 2), [[0.5], [-0.5]], [0, 1]), np.zeros(10)), 6))
    0.693147
    """

    widths: checks.Array
    inputs: checks.Array
    labels: checks.Array
    activation: checks.Code = 0
    loss: checks.Code = 0
    smoothing: float = 0.0
    precision: checks.Code = 0

    def clean_fields(self) -> tuple:
        widths = checks.integers("widths", self.widths, at_least=1)
        if widths.ndim != 1 or widths.size < 2:
            raise ValueError(f"widths must name the inputs and the classes at least, got {widths.tolist()}")
        precision = _code("precision", self.precision, PRECISIONS)
        inputs = checks.matrix("inputs", self.inputs, int(widths[0]))
        return (
            widths,
            np.ascontiguousarray(inputs, dtype=np.float32 if precision else np.float64),
            check_labels(self.labels, len(inputs), int(widths[-1])),
            _code("activation", self.activation, ACTIVATIONS),
            _code("loss", self.loss, LOSSES),
            checks.between("smoothing", self.smoothing, 0, 1, ends="[)"),
            precision,
        )


@another_oracle
@checks.validated
class PerceptronBatch(NamedTuple):
    """The mini-batch oracle of a network: the gradient of the mean loss over ``batch`` samples.

    A batch is drawn without replacement, evenly among all subsets; the mean of the oracle is the gradient of the base.

    base : MultilayerPerceptron
    batch : samples in a batch, 1 to n

    >>> objective = PerceptronBatch(MultilayerPerceptron((1, 2, 2), [[0.5], [-0.5]], [0, 1]), batch=1)
    >>> print(round(value(objective, np.zeros(10)), 6))
    0.693147
    """

    base: MultilayerPerceptron
    batch: int
    random = True

    def clean_fields(self) -> tuple:
        return check_base(self.base, MultilayerPerceptron), check_batch(self.batch, self.base.labels.size)


def check_labels(labels: ArrayLike, samples: int, classes: int) -> np.ndarray:
    """Return class numbers as int64, or refuse them.

    Shapes: labels (n,) -> (n,).
    """
    given = labels if isinstance(labels, np.ndarray) else checks.integers("labels", labels)
    if given.shape != (samples,):
        raise ValueError(f"labels must be a vector with one entry for each of {samples} samples, got {given.shape}")
    if given.dtype.kind not in "iu":
        raise ValueError(f"labels must be whole numbers, got entries of type {given.dtype}")
    if given.min() < 0 or given.max() >= classes:
        wrong = given[(given < 0) | (given >= classes)][0]
        raise ValueError(f"labels must be in 0 .. {classes - 1}, as the last width has it, got {wrong}")
    return np.array(given, dtype=np.int64)  # a copy: the caller may change the labels afterwards


def _code(name, given, words):
    if isinstance(given, str):
        return words.index(checks.one_of(name, given, words))
    if checks.integer(name, given) >= len(words):
        raise ValueError(f"{name} must be one of {', '.join(map(repr, words))}, got {given!r}")
    return int(given)


@value.register(MultilayerPerceptron)
def _(objective, w):
    scratch = np.empty(scratch_size(objective.widths, objective.labels.size), objective.inputs.dtype)
    return mean_loss(
        objective.widths,
        objective.activation,
        objective.loss,
        objective.smoothing,
        w,
        objective.inputs,
        objective.labels,
        scratch,
    )


@gradient.register(MultilayerPerceptron)
def _(objective, w, out):
    scratch = np.empty(scratch_size(objective.widths, objective.labels.size), objective.inputs.dtype)
    write_gradient(
        objective.widths,
        objective.activation,
        objective.loss,
        objective.smoothing,
        w,
        objective.inputs,
        objective.labels,
        scratch,
        out,
    )


@kernel
def _hessian_products(objective, w, vectors, products):
    """Write the Hessian times every row of ``vectors`` to the same row of ``products``."""
    scratch = np.empty(tangent_scratch_size(objective.widths, objective.labels.size), objective.inputs.dtype)
    for k in range(vectors.shape[0]):
        add_hessian_product(
            objective.widths,
            objective.activation,
            objective.loss,
            objective.smoothing,
            w,
            vectors[k],
            objective.inputs,
            objective.labels,
            scratch,
            products[k],
        )


@hessian_product.register(MultilayerPerceptron)
def _(objective, w, vectors):
    w = checks.vector("w", w, dimension(objective))
    rows = np.ascontiguousarray(np.atleast_2d(np.asarray(vectors, dtype=float).T))
    products = np.empty_like(rows)
    _hessian_products(objective, w, rows, products)
    return products[0] if np.ndim(vectors) == 1 else np.ascontiguousarray(products.T)


@new_sample.register(PerceptronBatch)
def _(objective, w):
    base = objective.base
    inputs = np.empty((objective.batch, base.inputs.shape[1]), base.inputs.dtype)
    scratch = np.empty(scratch_size(base.widths, objective.batch), base.inputs.dtype)
    return first_order(base.labels.size), inputs, np.zeros(objective.batch, np.int64), scratch


@draw.register(PerceptronBatch)
def _(objective, sample, rng):
    order, inputs, labels, _ = sample
    _draw_batch(order, objective.base.inputs, objective.base.labels, inputs, labels, rng)


@compiled_apart
def _draw_batch(order, all_inputs, all_labels, inputs, labels, rng):
    shuffle_first(order, labels.size, rng)
    for b in range(labels.size):
        row, source = inputs[b], all_inputs[order[b]]
        for c in range(row.size):
            row[c] = source[c]
        labels[b] = all_labels[order[b]]


@sample_gradient.register(PerceptronBatch)
def _(objective, sample, w, out):
    _, inputs, labels, scratch = sample
    base = objective.base
    write_gradient(base.widths, base.activation, base.loss, base.smoothing, w, inputs, labels, scratch, out)


@dimension.register(MultilayerPerceptron)
def _(objective):
    return int(parameter_count(objective.widths))


@hessian.register(MultilayerPerceptron)
def _(objective, w):
    full = hessian_product(objective, w, np.eye(dimension(objective)))
    return (full + full.T) / 2


@kernel
def _outputs(objective, inputs, w, out):
    rows = min(inputs.shape[0], rows_at_once(objective.widths))
    scratch = np.empty(scratch_size(objective.widths, rows), objective.inputs.dtype)
    outputs_of(objective.widths, objective.activation, w, inputs, scratch, out)


def network_outputs(objective: MultilayerPerceptron, w: ArrayLike, inputs: ArrayLike | None = None) -> np.ndarray:
    """Return the outputs z(x; w) of a network.

    w : (d,)
    inputs : (n, widths[0]), the network's own samples if not given

    The result has shape (n, C).

    Source: definition of :class:`MultilayerPerceptron`.
    """
    w = checks.vector("w", w, dimension(objective))
    inputs = objective.inputs if inputs is None else checks.matrix("inputs", inputs, int(objective.widths[0]))
    inputs = np.ascontiguousarray(inputs, dtype=objective.inputs.dtype)
    out = np.empty((len(inputs), int(objective.widths[-1])), inputs.dtype)
    _outputs(objective, inputs, w, out)
    return out.astype(np.float64)


def accuracy(
    objective: MultilayerPerceptron, w: ArrayLike, inputs: ArrayLike | None = None, labels: ArrayLike | None = None
) -> float:
    """Return the share of samples whose largest output is that of their label.

    w : (d,)
    inputs : (n, widths[0])
    labels : (n,), both, or neither: then the network's own samples

    In [0, 1].

    Source: definition.
    """
    guesses = network_outputs(objective, w, inputs).argmax(axis=1)
    if inputs is None:
        right = objective.labels
    else:
        right = check_labels(cast("ArrayLike", labels), len(guesses), int(objective.widths[-1]))
    return float((guesses == right).mean())


def initial_weights(widths: Sequence[int] | np.ndarray, rng: np.random.Generator, gain: float = 1.0) -> np.ndarray:
    """Return random starting parameters: W_l ~ N(0, gain^2 / n_in), b_l = 0.

    widths : (L + 1,)
    gain : 1 suits tanh, the square root of 2 suits ReLU

    The result has shape (d,).

    Source: RECALLED, the usual scaling that keeps the size of activations from layer to layer.
    """
    widths = [checks.integer("widths", int(width), at_least=1) for width in widths]
    gain = checks.positive("gain", gain)
    parts = []
    for wide, narrow in pairwise(widths):
        parts += [rng.normal(0.0, gain / np.sqrt(wide), wide * narrow), np.zeros(narrow)]
    return np.concatenate(parts)
