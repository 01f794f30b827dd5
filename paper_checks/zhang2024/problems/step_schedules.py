"""Schedules of step sizes that are fixed in advance, and a run of the method along one."""

from typing import NamedTuple

import numpy as np

from flatlab import track
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.methods import NSO
from flatlab.methods.noise_laws import Rademacher
from flatlab.methods.schedules import Given
from flatlab.objectives.observables import SquaredGradientNorm
from flatlab.theory.noise import NoisyDescent
from paper_checks.zhang2024.problems.descent import SCALES, noisy_descent

SHAPES = ("constant", "inverse root", "exponential", "cosine", "random")
DOMAIN = {
    **SCALES,
    "T": Whole(1, 300, log=True),
    "k": Whole(1, 4),
    "nu": LogUniform(1e-4, 3.0),
    "h": LogUniform(1e-3, 1.0),
    "shape": Choice(SHAPES),
    "seed": SEED,
}
PLAIN = {"C": 1.0, "gap": 1.0, "k": 2, "nu": 0.1, "seed": 1}
CORNERS = tuple({**PLAIN, "T": 200, "h": 0.1, "shape": shape} for shape in SHAPES)
SHORT_STEPS = {"no step is above 1/C": lambda s: s.h <= 1}


class Scheduled(NamedTuple):
    """A descent and the step sizes eta_t, shape (T,), which an instance is built against."""

    etas: np.ndarray
    descent: NoisyDescent

    @property
    def against(self):
        """The arguments of an instance: the schedule, C, D^2, sigma and k."""
        c, gap, sigma, _, k = self.descent
        return self.etas, c, gap, sigma, k

    def path(self, instance, steps, rng, stretch=1.0):
        """Return |grad f|^2 along one run without weight noise, whose steps are ``stretch`` times the schedule."""
        # of scale 0, whatever the law: the one of the bounded instance shares its machine code
        method = NSO(Given(self.etas * stretch), 0.0, self.descent.pairs, law=Rademacher())
        return track(method, instance.objective, instance.start, SquaredGradientNorm(), steps=steps, rng=rng)

    def weighted_mean(self, instance, rng, stretch=1.0):
        """Return the mean of |grad f|^2 over the random output, t with probability eta_t/S, exactly on one path."""
        return self.etas @ self.path(instance, self.etas.size - 1, rng, stretch) / self.etas.sum()


def scheduled(*, T, h, shape, seed, **setting):
    """Return the :class:`Scheduled` descent whose largest step is h/C."""
    t = np.arange(T)
    steps = {
        "constant": np.ones(T),
        "inverse root": 1 / np.sqrt(1 + t),
        "exponential": 0.01 ** (t / T),
        "cosine": (1 + np.cos(np.pi * t / T)) / 2 + 1e-3,
        "random": np.random.default_rng(seed).uniform(0.01, 1.0, T),
    }[shape]
    descent = noisy_descent(T=T, **setting)
    return Scheduled(np.minimum(h * steps / steps.max(), 1.0) / descent.smoothness, descent)


def short_schedule(**setting):
    """Return a :class:`Scheduled` descent with smaller steps where their sum of squares is above 2kD^2/(C sigma^2)."""
    found = scheduled(**setting)
    c, gap, sigma, _, k = found.descent
    largest = np.sqrt(2 * k * gap / (c * sigma**2) / np.sum(found.etas**2))
    return found._replace(etas=found.etas * min(1.0, largest))
