"""A tiny network whose loss, accuracy, gradient and Hessian are written out."""

from typing import NamedTuple

import numpy as np

from flatlab.learning.tasks import Labelled, Task


class TinyNetwork(NamedTuple):
    """A tanh network of a few units with plain formulas for all that the library measures.

    It has 5 training samples, 7 to validate, 9 to test, and 70 of a source.
    """

    loss: str
    hidden: int
    classes: int
    seed: int

    @property
    def task(self):
        rng = np.random.default_rng([self.seed, 0])
        source, training, validation, test = (
            Labelled(rng.standard_normal((n, 2)), np.append(rng.integers(0, self.classes, n - 2), (0, 0)))
            for n in (70, 5, 7, 9)
        )
        return Task("tiny", source, training, validation, test, self.classes, self.classes)

    @property
    def points(self):
        """Return the start and where the network is measured."""
        size = 3 * self.hidden + (self.hidden + 1) * self.classes
        rng = np.random.default_rng([self.seed, 1])
        start = rng.standard_normal(size)
        return start, start + 0.7 * rng.standard_normal(size)

    def layers(self, w):
        body, last = 2 * self.hidden, (self.hidden + 1) * self.classes
        first, head = w[:body].reshape(2, self.hidden), w[-last:].reshape(self.hidden + 1, self.classes)
        return first, w[body : 3 * self.hidden], head[:-1], head[-1]

    def forward(self, part, w):
        """Return the activations of the hidden layer, the outputs and the targets."""
        first, shift, head, last = self.layers(w)
        a = np.tanh(part.inputs @ first + shift)
        return a, a @ head + last, np.eye(self.classes)[part.labels]

    def mean_loss(self, part, w):
        _, z, t = self.forward(part, w)
        if self.loss == "squared":
            return float(np.mean([np.sum((z[i] - t[i]) ** 2) / 2 for i in range(len(z))]))
        return float(np.mean([np.log(np.sum(np.exp(z[i]))) - z[i] @ t[i] for i in range(len(z))]))

    def right(self, part, w):
        answers = self.forward(part, w)[1].argmax(axis=1)
        return sum(answer == label for answer, label in zip(answers, part.labels)) / len(answers)

    def slope(self, part, w, smoothing=0.0):
        """Return the gradient by the chain rule; w may be complex."""
        a, z, t = self.forward(part, w)
        t = (1 - smoothing) * t + smoothing / self.classes
        guess = z if self.loss == "squared" else np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        back = (guess - t) / len(t)
        inner = (back @ self.layers(w)[2].T) * (1 - a**2)
        parts = part.inputs.T @ inner, inner.sum(axis=0), a.T @ back, back.sum(axis=0)
        return np.concatenate([one.ravel() for one in parts])

    def hessian(self, part, w):
        """Return the Hessian, by a complex step along every coordinate: it loses no digits."""
        return np.array([np.imag(self.slope(part, w + 1e-30j * unit)) / 1e-30 for unit in np.eye(w.size)])
