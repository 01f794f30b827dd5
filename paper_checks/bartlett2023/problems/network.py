"""A small network on drawn images, for full-batch training by gradient descent or SAM."""

import numpy as np

from flatlab.learning.drawn_images import draw_images
from flatlab.objectives import MultilayerPerceptron, initial_weights


def drawn_network(seed, samples, hidden):
    """Return a tanh network with squared loss on ten drawn classes, and its start."""
    rng = np.random.default_rng(seed)
    inputs, labels = draw_images(samples, range(10), rng)
    centred = (inputs - inputs.mean(axis=0)) / inputs.std()
    network = MultilayerPerceptron([inputs.shape[1], hidden, 10], centred, labels, loss="squared")
    return network, initial_weights(network.widths, rng)
