r"""Heavy ball keeps its last move and averaging the mean of the iterates; without a block form each runs alone."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble, track, trajectory
from flatlab.compiler.options import interpreted
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import ASAM, GD, Averaged, HeavyBall, NoiseInjection, block_step, block_workspace, state
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import Coordinate
from flatlab.simulation.ensembles import replicate_rng
from flatlab.simulation.state_observables import AtAverage


class Kept(NamedTuple):
    """Heavy ball, its running average, and two methods without a form for many points."""

    eta: float
    momentum: float
    steps: int

    @property
    def states(self):
        """Return velocity and average as they are kept, the average as a run observes it, and ends of ensembles."""
        ball, objective, start = HeavyBall(GD(self.eta), self.momentum), Quadratic([1.0, 0.4]), [1.0, -0.7]
        _, kept = trajectory(Averaged(ball), objective, start, steps=self.steps, return_state=True)
        seen = track(Averaged(ball), objective, start, AtAverage(Coordinate(1)), steps=self.steps)[-1]
        ends = [ensemble(method, objective, [start] * 2, steps=self.steps, seed=1).ravel() for method in self.others]
        return [*kept["velocity"], *kept["average"], *self.block_average.ravel(), seen, *np.ravel(ends)]

    @property
    def block_average(self):
        """Return the averages of two equal columns that advance together, (d, 2)."""
        method, objective = Averaged(HeavyBall(GD(self.eta), self.momentum)), Quadratic([1.0, 0.4])
        points = np.array([[1.0, 1.0], [-0.7, -0.7]])
        with interpreted():
            work = block_workspace(method, objective, points)
            for _ in range(self.steps):
                block_step(method, objective, points, work)
        return state(method, work)["average"]

    @property
    def others(self):
        return ASAM(self.eta, 0.1), NoiseInjection(self.eta, 0.1)

    def defined(self, shift=0):
        """Return the last move, the mean of the iterates from the first on, and where single runs end."""
        ball, objective, start = HeavyBall(GD(self.eta), self.momentum), Quadratic([1.0, 0.4]), [1.0, -0.7]
        path = trajectory(ball, objective, start, steps=self.steps)
        average = path[1 - shift :].mean(axis=0)
        ends = [
            trajectory(method, objective, start, steps=self.steps, rng=replicate_rng(1, k))[-1]
            for method in self.others
            for k in range(2)
        ]
        return [*(path[-1] - path[-2]), *average, *np.repeat(average, 2), abs(average[1]), *np.ravel(ends)]


CLAIM = Claim(
    id="laboratory/states-of-methods",
    title="what methods keep between steps",
    statement=r"""Heavy ball keeps the last move $w_T-w_{T-1}$, averaging the mean of $w_1,\dots,w_T$; methods without
        a form for many points end in ensembles where they end alone.""",
    source="Schedules and states",
    problem=Kept,
    observe=lambda p, rng: p.states,
    expect=Kept.defined,
    domain={"eta": Uniform(0.05, 0.5), "momentum": Uniform(0.1, 0.9), "steps": Whole(1, 8)},
    quick=5,
    controls=(
        Control("the start averaged too", "it is no iterate", expect=lambda p: p.defined(shift=1)),
        Control("one step more", "another state", observe=lambda p, rng: p._replace(steps=p.steps + 1).states),
    ),
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    full=200,
    seconds=0.002,
)
