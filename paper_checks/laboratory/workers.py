r"""Replicate $k$ of an ensemble with seed $s$ is the run with child $k$ of $s$, bit for bit, for any executor."""

import pickle
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from flatlab import ensemble, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import NoiseInjection
from flatlab.objectives import FreshNoise, Quadratic

STEPS = 3


class Elsewhere(Executor):
    """Runs what has gone through a pickle, as another process would."""

    def submit(self, fn, /, *args, **kwargs):
        """Run at once."""
        future = Future()
        future.set_result(pickle.loads(pickle.dumps(fn))(*pickle.loads(pickle.dumps(args)), **kwargs))
        return future


class Ensemble(NamedTuple):
    """Replicates from starts of their own, on an oracle with draws of its own."""

    eta: float
    replicates: int
    workers: int | str | None
    seed: int

    @property
    def method(self):
        return NoiseInjection(self.eta, 0.5)

    @property
    def oracle(self):
        return FreshNoise(Quadratic([1.0, 2.0]), sigma=0.3, first=1)

    @property
    def starts(self):
        return np.outer(np.arange(1, self.replicates + 1), [1.0, -0.7])

    def ends(self, starts, seed):
        """Return where an ensemble on these workers ends."""
        if self.workers is None:
            return ensemble(self.method, self.oracle, starts, steps=STEPS, seed=seed)
        with Elsewhere() if isinstance(self.workers, str) else ThreadPoolExecutor(self.workers) as executor:
            return ensemble(self.method, self.oracle, starts, steps=STEPS, seed=seed, executor=executor)

    def one_by_one(self):
        """Return where runs end that take the children of the seed in order."""
        children = np.random.SeedSequence(self.seed).spawn(self.replicates)
        return [
            trajectory(self.method, self.oracle, start, steps=STEPS, rng=np.random.default_rng(child))[-1]
            for start, child in zip(self.starts, children)
        ]


def in_pieces(p, rng):
    """Return the ends of two ensembles, each of which counts its replicates from 0."""
    half = p.replicates // 2
    return np.ravel([*p.ends(p.starts[:half], p.seed), *p.ends(p.starts[half:], p.seed)])


def on_one_generator(p, rng):
    """Return the ends of runs that follow each other on the generator of the first."""
    rng = np.random.default_rng(np.random.SeedSequence(p.seed).spawn(1)[0])
    return np.ravel([trajectory(p.method, p.oracle, start, steps=STEPS, rng=rng)[-1] for start in p.starts])


CLAIM = Claim(
    id="laboratory/workers-change-no-bit",
    title="workers change no bit",
    statement=r"""Replicate $k=0,\dots,N-1$ of an ensemble with seed $s$ ends where the run from its start ends with the
        generator of child $k$ of `SeedSequence(s)`, to the last bit, for any executor and number of workers.""",
    source="Workers",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Ensemble,
    observe=lambda p, rng: p.ends(p.starts, p.seed).ravel(),
    expect=lambda p: np.ravel(p.one_by_one()),
    domain={
        "eta": Uniform(0.01, 0.9),
        "replicates": Whole(2, 40),
        "workers": Choice((None, 1, 2, 3, 7, "elsewhere")),
        "seed": Whole(0, 2**32),
    },
    corners=tuple(
        {"eta": 0.3, "replicates": 17, "workers": workers, "seed": 4} for workers in (None, 1, 3, "elsewhere")
    ),
    quick=4,
    full=200,
    seconds=0.02,
    note="The worker called elsewhere gets method, objective and starts through a pickle, as another process would.",
    controls=(
        Control(
            "another seed",
            "each replicate has another generator",
            observe=lambda p, rng: p.ends(p.starts, p.seed + 1).ravel(),
        ),
        Control("pieces that count from 0", "the second half draws what the first one drew", observe=in_pieces),
        Control(
            "one generator for all",
            "replicate k then starts where the one before it has left the generator",
            observe=on_one_generator,
        ),
    ),
)
