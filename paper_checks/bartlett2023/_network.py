"""A small network on drawn images, trained by full-batch gradient descent or SAM."""

import numpy as np

from flatlab import trajectory
from flatlab.geometry.curvature import leading_eigenpair
from flatlab.geometry.hessian_vector import hessian_operator
from flatlab.learning.drawn_images import draw_images
from flatlab.objectives import MultilayerPerceptron, gradient, initial_weights


def drawn_network(seed, samples, hidden):
    """Return a tanh network with squared loss on ten drawn classes, and its start."""
    rng = np.random.default_rng(seed)
    inputs, labels = draw_images(samples, range(10), rng)
    centred = (inputs - inputs.mean(axis=0)) / inputs.std()
    network = MultilayerPerceptron([inputs.shape[1], hidden, 10], centred, labels, loss="squared")
    return network, initial_weights(network.widths, rng)


def late_curvature(network, start, method, steps, records=8):
    """Return largest eigenvalue and gradient norm over the second half of a run, shape (2, records)."""
    every = steps // (2 * records)
    points = trajectory(method, network, start, steps=2 * records * every, record_every=every)[records + 1 :]
    slope, found = np.empty(start.size), np.empty((2, records))
    for k, w in enumerate(points):
        gradient(network, w, slope)
        found[:, k] = leading_eigenpair(hessian_operator(network, w)).value, np.linalg.norm(slope)
    return found
