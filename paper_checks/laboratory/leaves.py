"""The statistics of a large ensemble, merged from leaves of a few replicates, are those of single runs."""

from typing import NamedTuple
from unittest import mock

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import GD
from flatlab.objectives import Quadratic
from flatlab.simulation import large_ensembles
from flatlab.simulation.ensembles import replicate_rng
from flatlab.simulation.statistics import Extremes

STEP = 1e150


class Leaves(NamedTuple):
    """One long step of gradient descent from starts of which some are so far that it overflows, in leaves of four."""

    replicates: int
    far: float
    seed: int

    def start(self, rng):
        return np.array([1e200 if rng.random() < self.far else 1 + rng.random()])

    def ensemble(self, replicates):
        """Return how many diverge, and the extremes of the others."""
        with mock.patch.object(large_ensembles, "LEAF", 4):
            found = large_ensembles.ensemble_statistics(
                GD(STEP),
                Quadratic([1.0]),
                self.start,
                replicates,
                1,
                {"ends": Extremes()},
                seed=self.seed,
                keep_divergence=True,
            )
        return found.diverged, *(found["ends"].ravel() / STEP)

    @property
    def one_by_one(self):
        starts = [self.start(replicate_rng(self.seed, k))[0] for k in range(self.replicates)]
        ends = [start - STEP * start for start in starts if start < 1e200]
        return len(starts) - len(ends), min(ends) / STEP, max(ends) / STEP


CLAIM = Claim(
    id="laboratory/leaves",
    title="large ensembles merge their leaves",
    statement="""An ensemble of which only statistics are kept counts the $n$ replicates that diverge and gives
        the extremes of the others, as single runs do, in leaves of four.""",
    source="Merged statistics",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-14),
    problem=Leaves,
    observe=lambda p, rng: p.ensemble(p.replicates),
    expect=lambda p: p.one_by_one,
    domain={"replicates": Whole(13, 40), "far": Uniform(0.1, 0.6), "seed": SEED},
    quick=5,
    full=200,
    seconds=0.002,
    controls=(
        Control(
            "half of the replicates",
            "fewer diverge",
            observe=lambda p, rng: p.ensemble(p.replicates // 2),
            change=lambda s: {**s, "replicates": 40, "far": 0.5},
        ),
    ),
)
