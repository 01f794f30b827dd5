"""A small network on drawn images, for full-batch training by gradient descent or SAM."""

import numpy as np

from flatlab.evidence.domains import Uniform, Whole
from flatlab.learning.drawn_images import draw_images
from flatlab.objectives import MultilayerPerceptron, gradient, initial_weights

TRAINING = {"seed": Whole(0, 10**6), "eta": Uniform(0.25, 0.35)}
RHO = 0.05


def drawn_network(seed, samples, hidden):
    """Return a tanh network with squared loss on ten drawn classes, and its start."""
    rng = np.random.default_rng(seed)
    inputs, labels = draw_images(samples, range(10), rng)
    centred = (inputs - inputs.mean(axis=0)) / inputs.std()
    network = MultilayerPerceptron([inputs.shape[1], hidden, 10], centred, labels, loss="squared")
    return network, initial_weights(network.widths, rng)


def training(seed, eta, steps):
    """Return a network with its start, the step size and the number of steps."""
    return drawn_network(seed, samples=100, hidden=32), eta, steps


def gradients(network, points):
    """Return the gradients at points, shape (n, d)."""
    found = np.empty_like(points)
    for w, slope in zip(points, found):
        gradient(network, w, slope)
    return found
