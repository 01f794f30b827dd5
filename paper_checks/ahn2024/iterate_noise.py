r"""Noise in the iterate, not in the gradient, drifts at $\eta/(a(2-\eta a))$ times the rate of random smoothing."""

import math
from typing import NamedTuple

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import IterateNoise, RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Constant, ExponentialTail
from flatlab.theory.escape import FlowStep, SmoothingAtRest
from paper_checks.ahn2024.enclosures.noise_in_the_iterate import ENCLOSURE

STEPS = 15_000


class Runs(NamedTuple):
    """Runs along a = curvature exp(-rate y) from y = 0, two coordinates across."""

    load: float  # eta a
    rho: float
    curvature: float
    replicates: int

    @property
    def eta(self):
        """The step size."""
        return self.load / self.curvature

    @property
    def rate(self):
        """So small that random smoothing moves by a tenth."""
        return 0.1 / (STEPS * FlowStep(self.eta, self.rho).time * 2 / 3 * self.curvature)

    @property
    def smoothed_move(self):
        """How far random smoothing moves to first order: h' = -(2/3) a rate."""
        drift = 2 / 3 * self.curvature * self.rate
        return STEPS * FlowStep(self.eta, self.rho).time * drift

    @property
    def fraction(self):
        """The stated drift of noise in the iterate over that of random smoothing."""
        return SmoothingAtRest(self.eta, self.rho, self.curvature, 2, 3).iterate_noise_fraction

    def moves(self, method, seed, level=False):
        """Return how far runs have moved along the valley, or along a level one."""
        profile = Constant(self.curvature) if level else ExponentialTail(0.0, self.curvature, self.rate)
        starts = np.zeros((self.replicates, 3))
        valley = Valley(profile, 2)
        return ensemble(method, valley, starts, steps=STEPS, seed=seed, keep_divergence=True)[:, -1]


def smoothing(p):
    return RandomlySmoothed(p.eta, 0.1, p.rho, math.inf)


def net(p, rng):
    """Return the move less that on a level valley under the same draws, where the same noise has no drift."""
    seed = int(np.random.default_rng(int(rng.integers(2**31))).integers(2**31))
    method = IterateNoise(p.eta, p.rho)
    return mean((p.moves(method, seed) - p.moves(method, seed, level=True)) / p.smoothed_move)


CLAIM = Claim(
    id="ahn2024/noise-in-the-iterate",
    title="noise in the iterate drifts more slowly by the order of the step",
    statement=r"""$x\leftarrow x-\eta(\nabla f+\rho g)$ drifts along the valley at $\eta/(a(2-\eta a))$ times the rate
        of random smoothing, for every $\eta a<2$ to leading order in $a'$.""",
    source="Noise in the iterate",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.001, rtol=0.05),
    problem=Runs,
    observe=net,
    expect=lambda p: p.fraction,
    fixed={"rho": 0.05, "replicates": 100},
    domain={"load": LogUniform(0.02, 1.2), "curvature": Uniform(0.7, 2.0)},
    corners=({"load": 0.02, "curvature": 1.0},),
    quick=1,
    full=100,
    seconds=0.16,
    few="100 runs of 15 000 steps",
    note="""In units of the stated move of random smoothing; load is eta a. The noise along the valley has no drift: it
        is taken out by running the same draws on a level valley.""",
    controls=(
        Control(
            "random smoothing",
            "its fraction is one",
            observe=lambda p, rng: mean(p.moves(smoothing(p), int(rng.integers(2**31))) / p.smoothed_move),
            change=lambda s: {**s, "replicates": 32} if s.load < 0.3 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
