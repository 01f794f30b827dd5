"""A bad minimum of a network: random labels first, then the true ones to full accuracy."""

from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.data import Labelled
from flatlab.drawn_images import draw_images
from flatlab.evaluation import hessian_operator, hutch_plus_plus
from flatlab.methods import GD, HeavyBall, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import MultilayerPerceptron, PerceptronBatch, accuracy, initial_weights, value
from flatlab.simulate import trajectory

CLASSES, HIDDEN, SAMPLES = 10, 64, 200
ETA = 0.02  # so small that gradient descent stays
FIT_ETA, FIT_STEPS = 0.05, 4000
GATE = 1e150


class Case:
    """Samples of a drawn task, a network on them, and its two starts: the bad minimum and an ordinary one."""

    def __init__(self, seed, samples=SAMPLES, fit_steps=FIT_STEPS):
        rng = np.random.default_rng([seed, 21])
        train = Labelled(*draw_images(samples, range(CLASSES), rng, style=1))
        self.test = Labelled(*draw_images(1000, range(CLASSES), rng, style=1))
        widths = [train.inputs.shape[1], HIDDEN, CLASSES]
        self.network = MultilayerPerceptron(widths, train.inputs, train.labels, loss="squared", precision="single")
        random = self.network._replace(labels=rng.integers(0, CLASSES, samples))
        fresh = initial_weights(widths, rng, gain=1.0)
        fit = HeavyBall(GD(FIT_ETA), 0.9)

        def fitted(network, start):
            oracle = PerceptronBatch(network, 32)
            return trajectory(fit, oracle, start, steps=fit_steps, record_every=fit_steps, rng=rng)[-1]

        self.good = fitted(self.network, fresh)
        self.bad = fitted(self.network, fitted(random, 3 * fresh))

    def measure(self, w, rng):
        """Return training accuracy, test accuracy, training loss and Hessian trace."""
        double = self.network._replace(precision="double")
        trace = hutch_plus_plus(hessian_operator(double, w), probes=24, rng=rng).value
        return accuracy(self.network, w), accuracy(self.network, w, *self.test), value(double, w), trace

    def run(self, name, batch, rho, steps, rng, records=1):
        """Run one method from the bad minimum and return the measurements along the way, shape (1 + records, 4)."""
        method = {
            "SGD": lambda: GD(ETA),
            "RS": lambda: RandomlySmoothed(ETA, ETA, rho, GATE),
            "SAP": lambda: SharpnessAwarePerturbation(ETA, ETA, rho, GATE),
        }[name]()
        every = max(1, steps // records)
        points = trajectory(
            method, PerceptronBatch(self.network, batch), self.bad, steps=every * records, record_every=every, rng=rng,
            keep_divergence=True,
        )  # fmt: skip
        return np.array([self.measure(w, rng) for w in points])


@lru_cache(maxsize=64)
def case(seed, fit_steps=FIT_STEPS):
    """Return one case; its pre-training is done once."""
    with threadpool_limits(1):
        return Case(seed, fit_steps=fit_steps)
