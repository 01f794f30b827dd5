r"""Runs are compared at the training loss that both reach, on power laws $\mathrm{tr}=c\,L^p$ exactly."""

from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.learning.measures import matched_log_ratio, trace_at_loss
from flatlab.learning.training_methods import every_weight, length, spread


class Runs(NamedTuple):
    """Two runs whose losses fall to different ends, the traces following powers of the losses."""

    end: float
    other_end: float
    power: float
    points: int

    def run(self, end, power):
        losses = np.geomspace(1.0, end, self.points)
        return np.array([losses, 3.0 * losses**power])

    def compared(self, shift=0.0):
        """Return the trace at a loss on the way, the logarithm of the ratio at the end that both reach, and radii."""
        one, other = self.run(self.end, self.power + shift), self.run(self.other_end, 1.0)
        start = np.cos(1.0 + np.arange(self.points))
        on_the_way = trace_at_loss(one[0], one[1], self.level)
        return on_the_way, matched_log_ratio(one, other), every_weight(start), length(start), spread(start)

    @property
    def level(self):
        return self.end**0.43

    @property
    def stated(self):
        both = max(self.end, self.other_end)
        size = np.linalg.norm(np.cos(1.0 + np.arange(self.points)))
        ratio = (self.power - 1.0) * np.log(both)
        return 3.0 * self.level**self.power, ratio, self.points**0.5, size, size / self.points**0.5


CLAIM = Claim(
    id="laboratory/matched-runs",
    title="runs are compared at the loss that both reach",
    statement=r"""Where the trace is $cL^p$ along a run of training loss $L$, the trace at a loss is read off exactly,
        and two runs are compared at the higher of their last losses. In $d$ weights $w$ a relative change of every
        weight has length $\sqrt d$, a noise as large as the weights $\|w\|/\sqrt d$ in each.""",
    source="Matched runs",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    problem=Runs,
    observe=lambda p, rng: p.compared(),
    expect=lambda p: p.stated,
    domain={
        "end": LogUniform(1e-3, 0.3),
        "other_end": LogUniform(1e-3, 0.3),
        "power": Uniform(-1.0, 0.5),
        "points": Whole(3, 20),
    },
    corners=(
        {"end": 0.1, "other_end": 0.01, "power": 0.3, "points": 5},
        {"end": 0.01, "other_end": 0.1, "power": 0.3, "points": 5},
    ),
    quick=5,
    full=200,
    seconds=0.0001,
    controls=(Control("another power", "other traces", observe=lambda p, rng: p.compared(shift=0.1)),),
)
