"""Random smoothing against sharpness-aware steps at equal step size and radius, on a target not divided by d."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.geometry.flatness import FlatnessExcess
from flatlab.methods import RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import ValleyRisk
from flatlab.objectives.valleys.profiles import ExponentialTail
from flatlab.simulation.ensembles import hitting_times
from flatlab.theory.escape import valley_time


class Race(NamedTuple):
    """The risk form of an exponential valley in d dimensions; its slope is to fall by the factor ``exp(fall)``."""

    d: int
    eta: float
    rho: float
    fall: float
    replicates: int

    def sharpness_aware(self, rng, batch=1):
        """Return the first times of SAP with mini-batches."""
        return self._times(SharpnessAwarePerturbation(self.eta, 0.1, self.rho, math.inf), batch, rng)

    def smoothed(self, rng):
        """Return the first times of random smoothing."""
        return self._times(RandomlySmoothed(self.eta, 0.1, self.rho, math.inf), 1, rng)

    def ratio(self, batch=1):
        """Return the stated ratio of the times of random smoothing, or of mini-batches, to those of one sample.

        Each is the flow time over a speed that the method's own noise raises by a share of order eta a.
        """
        n = self.d - 1

        def time(slower, own):
            return slower * valley_time(lambda y: -math.exp(-y) * (1 + own(1 + math.exp(-y))), 0.0, self.fall)

        def of_samples(size):
            return lambda a: self.eta * a * (1 - size / n) / (size * (2 - self.eta * a / size))

        def of_smoothing(a):
            return self.eta * a / n * (1 - 1 / n) / (2 - self.eta * a / n)

        slow = time(self.d, of_smoothing) if batch == 1 else time(batch, of_samples(batch))
        return slow / time(1.0, of_samples(1))

    def _times(self, method, batch, rng):
        """Return the first times at which the certificate times d is at its level, shape (replicates,)."""
        objective = ValleyRisk(ExponentialTail(1.0, 1.0, 1.0), self.d - 1, batch)
        starts = np.tile(np.append(np.full(self.d - 1, 1e-6), 0.0), (self.replicates, 1))
        level, seed = FlatnessExcess(math.inf, math.exp(-self.fall) / self.d), int(rng.integers(2**31))
        return hitting_times(method, objective, starts, level, below=1.0, steps=10**6, seed=seed)
