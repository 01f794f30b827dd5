r"""A random run that a rule stops is the run without the rule up to that step, and so is its generator."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble, hitting_time, hitting_times, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import NoiseInjection
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import Coordinate
from flatlab.simulation.ensembles import replicate_rng
from flatlab.simulation.stopping import Below

REPLICATES = 3  # fewer than the dimension may be, so that neither is taken for the other


class Stopped(NamedTuple):
    """Noise injection on a quadratic, from starts above a level of the last coordinate."""

    d: int
    h: float
    s: float
    level: float
    steps: int
    seed: int

    @property
    def method(self):
        return NoiseInjection(self.h, self.s)

    @property
    def objective(self):
        return Quadratic(np.linspace(0.2, 1.0, self.d))

    @property
    def starts(self):
        return 1 + np.arange(REPLICATES)[:, None] * np.ones(self.d)

    def whole(self, k, more=0):
        """Return the path without the rule, and a number drawn after ``more`` steps beyond the step of the rule."""
        path = trajectory(self.method, self.objective, self.starts[k], steps=self.steps, rng=self.rng(k))
        below = np.flatnonzero(np.abs(path[:, -1]) <= self.level)
        time = int(below[0]) if below.size else self.steps
        rng = self.rng(k)
        trajectory(self.method, self.objective, self.starts[k], steps=time + more, rng=rng)
        return path[: time + 1], time if below.size else -1, rng.random()

    def rng(self, k):
        return replicate_rng(self.seed, k)

    def stopped(self, level=None):
        """Return the same with the rule: paths, times and ends, and the next numbers of the generators."""
        run, level = (self.method, self.objective), self.level if level is None else level
        rule = {"steps": self.steps, "until": Below(Coordinate(self.d - 1), level)}
        rngs = [self.rng(k) for k in range(2)]
        path = trajectory(*run, self.starts[0], rng=rngs[0], **rule)
        time = hitting_time(*run, self.starts[1], rng=rngs[1], **rule)
        times = hitting_times(*run, self.starts, seed=self.seed, **rule)
        ends = ensemble(*run, self.starts, seed=self.seed, **rule)
        return [*path[-1], len(path), time, *times, *ends.ravel(), *(rng.random() for rng in rngs)]


def defined(p, more=0):
    """Return what the runs without the rule say."""
    wholes = [p.whole(k, more) for k in range(REPLICATES)]
    paths, times, numbers = zip(*wholes)
    ends = np.ravel([path[-1] for path in paths])
    return [*paths[0][-1], len(paths[0]), times[1], *times, *ends, *numbers[:2]]


CLAIM = Claim(
    id="laboratory/stopped-runs",
    title="random runs that a rule stops",
    statement=r"""Noise injection that stops at the first $t$ with $|w_{t,d}|\le a$ gives the iterates, times and
        ends of the run without the rule, in paths and ensembles, and leaves the generator as it is after $t$
        steps.""",
    source="Stopped runs",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Stopped,
    observe=lambda p, rng: p.stopped(),
    expect=defined,
    domain={
        "d": Whole(1, 6),
        "h": Uniform(0.1, 0.5),
        "s": LogUniform(0.01, 1.0),
        "level": Uniform(0.02, 0.9),
        "steps": Whole(1, 40),
        "seed": SEED,
    },
    corners=({"d": 5, "h": 0.1, "s": 0.01, "level": 0.02, "steps": 3, "seed": 1},),  # the rule stops none
    quick=6,
    full=200,
    controls=(
        Control(
            "half the level",
            "it is reached later",
            observe=lambda p, rng: p.stopped(p.level / 2),
            everywhere=False,
        ),
        Control(
            "a step of noise more",
            "the generator has moved on",
            expect=lambda p: defined(p, more=1),
        ),
    ),
)
