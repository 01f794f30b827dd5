"""A bad minimum of a network: random labels first, then the true ones to full accuracy.

One hidden layer of GELU units and squared loss: four times differentiable, and no unit saturates, so that the trace has
a slope along the valley. With tanh the units of such a minimum are saturated and nothing can move.
"""

from functools import cached_property, lru_cache

import numpy as np
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from flatlab.learning.drawn_images import draw_images
from flatlab.learning.tasks import Labelled
from flatlab.methods import GD, HeavyBall
from flatlab.objectives import MultilayerPerceptron, PerceptronBatch, accuracy, initial_weights, network_outputs
from flatlab.simulation.trajectories import trajectory

FIT_BATCH, FIT_ETA, MOMENTUM = 16, 0.02, 0.9
GAIN = 2.0  # of the start that fits random labels, the larger the worse; the ordinary minimum starts from gain 1
ATTEMPTS = 10
SEEDS = 10**7  # added to a seed to draw again: beyond the seeds of the claims
TEST_SAMPLES = 1000
CLOSING_ETA = 0.02
NEGLIGIBLE = 1e-3  # singular value over the largest, below which a direction counts as along the valley


class LabelsNotFittedError(ValueError):
    """A network that keeps a wrong label."""


class Case:
    """Samples of a drawn task, a network on them, and minima: a bad one, an ordinary one, one from a wide start."""

    def __init__(self, seed, *, samples, classes, hidden, fit_steps, side=8, gain=GAIN):
        self._drawing = {"classes": range(classes), "side": side}
        self._fit_steps, self._seed, self._gain = fit_steps, seed, gain
        self._rng = rng = np.random.default_rng([seed, 21])
        inputs, labels = draw_images(samples, rng=rng, **self._drawing)
        self.network = MultilayerPerceptron(
            [inputs.shape[1], hidden, classes], inputs, labels, activation="gelu", loss="squared", precision="single"
        )
        self._start = initial_weights(self.network.widths, rng)
        self._random = self.network._replace(labels=rng.integers(0, classes, samples))

    @cached_property
    def bad(self):
        """The minimum that a wide start leads to when it fits random labels first, shape (d,)."""
        fitted = self._fit(self._random, self._gain * self._start, self._rng)
        return self._fit(self.network, fitted, self._rng)

    @cached_property
    def ordinary(self):
        """The minimum that the true labels alone lead to, shape (d,)."""
        return self._fit(self.network, self._start, np.random.default_rng([self._seed, 22]))

    @cached_property
    def wide(self):
        """The minimum that the true labels alone lead to from the wide start, shape (d,)."""
        return self._fit(self.network, self._gain * self._start, np.random.default_rng([self._seed, 24]))

    @cached_property
    def test(self):
        """Samples that no training has seen."""
        return Labelled(*draw_images(TEST_SAMPLES, rng=np.random.default_rng([self._seed, 23]), **self._drawing))

    def _fit(self, network, w, rng):
        fit, steps = HeavyBall(GD(FIT_ETA), MOMENTUM), self._fit_steps
        oracle = PerceptronBatch(network, min(FIT_BATCH, network.labels.size))
        for _ in range(ATTEMPTS):
            w = trajectory(fit, oracle, w, steps=steps, record_every=steps, rng=rng)[-1]
            if accuracy(network, w) == 1:
                return w
        raise LabelsNotFittedError(f"fit_steps must be enough to fit all labels in {ATTEMPTS} rounds, got {steps}")

    def close(self, w, steps):
        """Return where full-batch gradient descent leads from w: near the limit of the gradient flow."""
        return trajectory(GD(CLOSING_ETA), self.network, w, steps=steps, record_every=steps)[-1] if steps else w

    def trace(self, w):
        """Return tr Hess f at w in closed form (README, Trace of a network)."""
        last, (active, first, second), square = self._layers(w)
        classes = last.shape[1]
        exact = self.network._replace(inputs=self.network.inputs.astype(float), precision=0)
        residual = network_outputs(exact, w) - np.eye(classes)[self.network.labels]
        own = classes * ((active**2).sum(axis=1) + 1)
        return float((own + square * (first**2 @ (last**2).sum(axis=1) + (second * (residual @ last.T)).sum(1))).mean())

    def trace_gradient(self, w):
        """Return the gradient of the trace at zero residuals, shape (d,)."""
        last, (active, first, second), square = self._layers(w)
        inputs = self.network.inputs.astype(float)
        count, classes = len(inputs), last.shape[1]
        before = 2 * classes * active * first + 2 * square[:, None] * first * second * (last**2).sum(axis=1)
        beyond = 2 * last * (square[:, None] * first**2).mean(axis=0)[:, None]
        return np.concatenate(
            [(inputs.T @ before).ravel() / count, before.mean(axis=0), beyond.ravel(), np.zeros(classes)]
        )

    def jacobian(self, w):
        """Return the derivatives of all outputs of all samples, shape (n C, d)."""
        last, (active, first, _), _ = self._layers(w)
        inputs = self.network.inputs.astype(float)
        count, classes = len(inputs), last.shape[1]
        rows = np.zeros((count, classes, w.size))
        for c in range(classes):
            bent, weights = first * last[:, c], np.zeros((count, *last.shape))
            weights[:, :, c] = active
            outer = (inputs[:, :, None] * bent[:, None, :]).reshape(count, -1)
            rows[:, c] = np.hstack([outer, bent, weights.reshape(count, -1), np.eye(classes)[[c] * count]])
        return rows.reshape(count * classes, -1)

    def valley_slope(self, w):
        """Return |P grad tr|^2 / tr, P the projection on the directions in which no output changes.

        ``log tr`` falls at this rate along the gradient flow of the trace on the minima.
        """
        with threadpool_limits(1):
            _, sizes, normals = np.linalg.svd(self.jacobian(w), full_matrices=False)
            normals = normals[sizes > NEGLIGIBLE * sizes[0]]
            slope = self.trace_gradient(w)
            along = slope - normals.T @ (normals @ slope)
        return float(along @ along) / self.trace(w)

    def _layers(self, w):
        """Return W2, the hidden activations with two derivatives, and 1 + |x|^2 of each sample."""
        wide, hidden, classes = self.network.widths
        inputs = self.network.inputs.astype(float)
        lower, upper = np.split(np.asarray(w, dtype=float), [(wide + 1) * hidden])
        z = inputs @ lower[:-hidden].reshape(wide, hidden) + lower[-hidden:]
        cdf, pdf = ndtr(z), np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        active = z * cdf, cdf + z * pdf, (2 - z**2) * pdf
        return upper[: hidden * classes].reshape(hidden, classes), active, 1 + (inputs**2).sum(axis=1)


@lru_cache(maxsize=128)
def small_case(seed, gain=GAIN, minima=("bad",)):
    """Return the case of the claims: 24 samples of 3 classes, 24 hidden units, with the named minima.

    Where one of them does not come to fit its labels, which is no minimum, the case is drawn again.
    """
    for again in range(ATTEMPTS):
        case = Case(seed + again * SEEDS, samples=24, classes=3, hidden=24, fit_steps=250, side=6, gain=gain)
        try:
            for name in minima:
                getattr(case, name)
        except LabelsNotFittedError:
            continue
        return case
    raise LabelsNotFittedError(f"seed must lead to a network that fits its labels, got {seed}")


@lru_cache(maxsize=2)
def small_test(seed, count):
    """Return images of the classes of the small cases that no training has seen, the same for many cases."""
    drawn = draw_images(count, rng=np.random.default_rng([seed, 25]), classes=range(3), side=6)
    return Labelled(*drawn)
