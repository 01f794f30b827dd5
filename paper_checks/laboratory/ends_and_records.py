r"""Ends of ensembles, restarts and the rows of a trajectory are the iterates $w_t=q^t(w_0+\rho)-\rho$ of SAM."""

from typing import NamedTuple

import numpy as np

from flatlab import ensemble, track, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import Coordinate
from flatlab.simulation.trajectories import restarts


class Run(NamedTuple):
    """SAM in one dimension from starts that are 8 radii or more away, while no iterate crosses 0."""

    h: float
    rho: float
    far: float
    T: int
    every: int

    @property
    def starts(self):
        return self.rho * self.far * np.array([1.0, 2.0, 3.0])

    def iterates(self, start):
        """Return the iterates 0 to 3."""
        q, rho = 1 - self.h, self.rho
        return [start, q * start - self.h * rho, q**2 * (start + rho) - rho, q**3 * (start + rho) - rho]

    def ends(self, method=None, steps=None):
        """Return where an ensemble and restarts end."""
        method, objective = method or SAM(self.h / 2, self.rho), Quadratic([2.0])
        steps = self.T if steps is None else steps
        together = ensemble(method, objective, self.starts[:, None], steps=steps)[:, 0]
        again = restarts(method, objective, self.starts[:1], count=2, steps=steps)[:, 0]
        return together, again

    def rows(self, method=None):
        """Return the rows of a trajectory and of what is tracked along it, which is |w|."""
        method, objective, start = method or SAM(self.h / 2, self.rho), Quadratic([2.0]), self.starts[:1]
        rows = trajectory(method, objective, start, steps=self.T, record_every=self.every)
        sizes = track(method, objective, start, Coordinate(0), steps=self.T, record_every=self.every)
        return rows[:, 0], sizes


def stated_ends(p):
    return [p.iterates(start)[p.T] for start in p.starts], [p.iterates(p.starts[0])[p.T]] * 2


def stated_rows(p):
    rows = p.iterates(p.starts[0])[: p.T + 1 : p.every]
    return rows, rows


def shifted(p, rng):
    """Return rows that begin one step later."""
    return p._replace(far=p.iterates(p.starts[0])[1] / p.rho).rows()


SHARED = {
    "source": "Geometric runs",
    "origin": "derived",
    "kind": "equality",
    "relation": Close(rtol=1e-13),
    "problem": Run,
    "domain": {
        "h": Uniform(0.02, 0.5),
        "rho": LogUniform(1e-3, 1e3),
        "far": LogUniform(8, 1000),
        "T": Whole(0, 3),
        "every": Whole(1, 3),
    },
    "quick": 5,
    "full": 200,
    "seconds": 0.0025,
}
CLAIMS = (
    Claim(
        id="laboratory/ends",
        title="ends of ensembles and restarts",
        statement=r"""After $T=0,1,2,3$ steps of SAM on $\frac{\lambda}{2}w^2$ each replicate and each restart is at
            $q^T(w_0+\rho)-\rho$, as long as no iterate before it is below 0.""",
        observe=lambda p, rng: p.ends(),
        expect=stated_ends,
        controls=(
            Control("one step more", "the run ends at T + 1", observe=lambda p, rng: p.ends(steps=p.T + 1)),
            Control(
                "gradient descent",
                "it has no radius",
                observe=lambda p, rng: p.ends(GD(p.h / 2)),
                change=lambda s: {**s, "T": max(s["T"], 1)},
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="laboratory/records",
        title="rows of a trajectory",
        statement=r"""Row $j=0,\dots,\lfloor T/m\rfloor$ of a trajectory, and of what is tracked along it, is the
            iterate $w_{jm}$ where every $m$-th step is kept, for $T\le3$ and $w_t=q^t(w_0+\rho)-\rho$.""",
        observe=lambda p, rng: p.rows(),
        expect=stated_rows,
        controls=(
            Control("rows from the first step on", "row 0 is the start", observe=shifted),
            Control(
                "gradient descent",
                "it has no radius",
                observe=lambda p, rng: p.rows(GD(p.h / 2)),
                change=lambda s: {**s, "T": max(s["T"], s.every)},
            ),
        ),
        **SHARED,
    ),
)
