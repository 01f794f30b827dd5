r"""Noise in the iterate, not in the gradient, drifts at $\eta/(a(2-\eta a))$ times the rate of random smoothing."""

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.methods import IterateNoise, RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant, ExponentialTail
from flatlab.theory.escape import FlowStep, SmoothingAtRest


class Runs(NamedTuple):
    """Runs along a = curvature exp(-rate y) from y = 0, two coordinates across."""

    eta: float
    rho: float
    curvature: float
    rate: float
    steps: int
    replicates: int

    @property
    def smoothed_move(self):
        """How far random smoothing moves to first order: h' = -(2/3) a rate."""
        drift = 2 / 3 * self.curvature * self.rate
        return self.steps * FlowStep(self.eta, self.rho).time * drift

    @property
    def fraction(self):
        """The stated share of noise in the iterate."""
        return SmoothingAtRest(self.eta, self.rho, self.curvature, 2, 3).iterate_noise_fraction

    def moves(self, method, seed, level=False):
        """Return how far runs have moved along the valley, or along a level one."""
        profile = Constant(self.curvature) if level else ExponentialTail(0.0, self.curvature, self.rate)
        starts = np.zeros((self.replicates, 3))
        valley = Valley(profile, 2)
        return ensemble(method, valley, starts, steps=self.steps, seed=seed, keep_divergence=True)[:, -1]


def smoothing(p):
    return RandomlySmoothed(p.eta, 0.1, p.rho, math.inf)


def net(p, rng):
    """Return the move less that on a level valley under the same draws, where the same noise has no drift."""
    seed = int(np.random.default_rng(int(rng.integers(2**31))).integers(2**31))
    method = IterateNoise(p.eta, p.rho)
    return mean((p.moves(method, seed) - p.moves(method, seed, level=True)) / p.smoothed_move)


def farthest(p, rng, level=True):
    return np.abs(p.moves(smoothing(p), int(rng.integers(2**31)), level)).max()


CLAIMS = (
    Claim(
        id="ahn2024/noise-in-the-iterate",
        title="noise in the iterate drifts more slowly by the order of the step",
        statement=r"""$x\leftarrow x-\eta(\nabla f+\rho g)$ drifts along the valley at $\eta/(a(2-\eta a))$ times the
            rate of random smoothing, to leading order in $a'$.""",
        source="Noise in the iterate",
        origin="derived",
        kind="equality",
        relation=WithinInterval(0.004),
        problem=Runs,
        observe=net,
        expect=lambda p: p.fraction,
        fixed={"rho": 0.05, "steps": 20000, "replicates": 64},
        domain={"eta": Uniform(0.015, 0.025), "curvature": Uniform(0.9, 1.2), "rate": Uniform(0.4, 0.6)},
        corners=({"eta": 0.02, "curvature": 1.0, "rate": 0.5, "replicates": 32},),
        quick=0,
        full=6,
        note="""In units of the stated move of random smoothing. The noise along the valley has no drift: it is taken
            out by running the same draws on a level valley.""",
        controls=(
            Control(
                "random smoothing",
                "its fraction is one",
                observe=lambda p, rng: mean(p.moves(smoothing(p), int(rng.integers(2**31))) / p.smoothed_move),
            ),
        ),
    ),
    Claim(
        id="ahn2024/level-valley",
        title="on a level valley nothing drifts",
        statement=r"Where $a$ is constant $\nabla h=0$ and random smoothing does not move along the valley at all.",
        source="Decrease per step",
        origin="derived",
        kind="equality",
        relation=Equal(atol=1e-14),
        problem=Runs,
        observe=farthest,
        expect=0,
        fixed={"rate": 0.5, "steps": 20000, "replicates": 8},
        domain={"eta": Uniform(0.01, 0.1), "rho": Uniform(0.01, 0.2), "curvature": Uniform(0.5, 3)},
        corners=({"eta": 0.02, "rho": 0.05, "curvature": 1.0, "replicates": 4},),
        quick=0,
        full=20,
        controls=(Control("an exponential valley", "there the trace falls", observe=partial(farthest, level=False)),),
    ),
)
