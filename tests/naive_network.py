"""Twins of networks and of the methods that train them, from the formulas and nothing else."""

import itertools

import autograd.numpy as anp
import naive
import numpy as np
from autograd.scipy.special import erf

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
        for layer, (wide, narrow) in enumerate(pairs):
            weights = anp.reshape(w[at : at + wide * narrow], (wide, narrow))
            bias = w[at + wide * narrow : at + (wide + 1) * narrow]
            units = anp.dot(units, weights) + bias
            if layer < len(pairs) - 1:
                units = PHI[activation](units)
            at += (wide + 1) * narrow
        if loss == "squared":
            return anp.sum((units - targets) ** 2) / 2 / len(labels)
        shifted = units - anp.max(units, axis=1, keepdims=True)
        log_share = shifted - anp.log(anp.sum(anp.exp(shifted), axis=1, keepdims=True))
        return -anp.sum(targets * log_share) / len(labels)

    return value


def batch_oracle(widths, inputs, labels, activation, loss, batch):
    """The gradient of the mean loss over a batch drawn by shuffling the head of a kept permutation."""
    order = np.arange(len(labels))

    def draw(w, rng):
        for k in range(batch):
            other = k + int(rng.random() * (len(labels) - k))
            order[k], order[other] = order[other], order[k]
        chosen = order[:batch].copy()
        return naive.gradient(perceptron(widths, inputs[chosen], labels[chosen], activation, loss))

    return draw


def asam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho w^2 g / | |w| g |)."""
    length = np.linalg.norm(np.abs(w) * g(w))
    ascent = method.rho * w**2 * g(w) / length if length > 1e-150 else 0.0
    return w - method.eta * g(w + ascent), None


def rsam(method, g, w, memory, rng):
    """w <- w - eta g(w + rho h / |h|), h = g(w + U)."""
    h = g(w + method.s * rng.standard_normal(w.size))
    return w - method.eta * g(w + method.rho * h / np.linalg.norm(h)), None


def heavy_ball(inner):
    """v <- momentum v + (step of the method - w) - eta decay w, w <- w + v."""

    def twin(method, g, w, memory, rng):
        velocity, kept = memory or (np.zeros_like(w), None)
        moved, kept = inner(method.method, g, w, kept, rng)
        velocity = method.momentum * velocity + (moved - w) - method.method.eta * method.decay * w
        return w + velocity, (velocity, kept)

    return twin


def averaged(inner):
    """The iterates of the method inside."""
    return lambda method, g, w, memory, rng: inner(method.method, g, w, memory, rng)
