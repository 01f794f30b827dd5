"""Twins of networks and of their mini-batches."""

import itertools

import autograd.numpy as anp
import numpy as np
import twins
from autograd.scipy.special import erf
from cases import ObjectiveCase

from flatlab.objectives import MultilayerPerceptron, PerceptronBatch

NETWORK = ([3, 4, 3], np.random.default_rng(6).standard_normal((9, 3)), np.arange(9) % 3, "tanh", "squared")
PHI = {
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(z, 0.0),
    "gelu": lambda z: z * (1 + erf(z / np.sqrt(2))) / 2,
}


def perceptron(widths, inputs, labels, activation, loss, smoothing=0.0):
    """The mean loss over the samples."""
    pairs = list(itertools.pairwise(widths))
    targets = (1 - smoothing) * np.eye(widths[-1])[labels] + smoothing / widths[-1]

    def value(w):
        units, at = inputs, 0
        for layer, (n_in, n_out) in enumerate(pairs):
            weights = anp.reshape(w[at : at + n_in * n_out], (n_in, n_out))
            bias = w[at + n_in * n_out : at + (n_in + 1) * n_out]
            units = anp.dot(units, weights) + bias
            if layer < len(pairs) - 1:
                units = PHI[activation](units)
            at += (n_in + 1) * n_out
        if loss == "squared":
            return anp.sum((units - targets) ** 2) / 2 / len(labels)
        shifted = units - anp.max(units, axis=1, keepdims=True)
        log_share = shifted - anp.log(anp.sum(anp.exp(shifted), axis=1, keepdims=True))
        return -anp.sum(targets * log_share) / len(labels)

    return value


def batch_oracle(widths, inputs, labels, activation, loss, batch):
    """The gradient of the mean loss over a batch drawn by shuffling the head of a kept permutation."""

    def of_batch(chosen):
        return perceptron(widths, inputs[list(chosen)], labels[list(chosen)], activation, loss)

    return twins.BatchOracle(of_batch, len(labels), batch)


CASES = {
    "MultilayerPerceptron": lambda: ObjectiveCase(MultilayerPerceptron(*NETWORK), 31, perceptron(*NETWORK)),
    "PerceptronBatch": lambda: ObjectiveCase(
        PerceptronBatch(MultilayerPerceptron(*NETWORK), 4),
        31,
        perceptron(*NETWORK),
        batch_oracle(*NETWORK, 4),
        around=lambda base, size: PerceptronBatch(base, 2),
        same_function=True,
    ),
}
