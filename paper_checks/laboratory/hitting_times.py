r"""The hitting time of a level is the first $t\ge0$ with $|w_t|$ at or beyond it, and $-1$ where no $t\le n$ is."""

from typing import NamedTuple

from flatlab import hitting_time, hitting_times, trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import Coordinate
from flatlab.simulation.cost import tally
from flatlab.simulation.stopping import Above, Below

ALONG = Coordinate(0)


class Passage(NamedTuple):
    """Gradient descent with q and w_0 powers of two: |w_t| = |q|^t w_0 without rounding; the level is |w_first|."""

    q: float
    power: int
    first: int
    steps: int

    @property
    def start(self):
        return 2.0**self.power

    def times(self, level, method=None):
        """Return hitting times from one start and from two, steps of a stopped path and gradients of the first run."""
        method, objective, starts = method or GD(1 - self.q), Quadratic([1.0]), [[self.start], [-self.start]]
        falls = abs(self.q) < 1
        rule = {"below" if falls else "above": level}
        with tally() as count:
            one = hitting_time(method, objective, starts[0], ALONG, steps=self.steps, **rule)
        both = hitting_times(method, objective, starts, ALONG, steps=self.steps, **rule)
        until = (Below if falls else Above)(ALONG, level)
        path = trajectory(method, objective, starts[1], steps=self.steps, until=until)
        return one, *both, len(path) - 1, count.gradients

    @property
    def level(self):
        return abs(self.q) ** self.first * self.start


def observe(p, rng):
    return p.times(p.level)


def expect(p):
    reached = p.first <= p.steps
    time, run = (p.first, p.first) if reached else (-1, p.steps)
    return time, time, time, run, run


CLAIM = Claim(
    id="laboratory/hitting-times",
    title="hitting times and stopped runs",
    statement=r"""For $|w_t|=|q|^t|w_0|$ the hitting time of the level $|w_s|$ is $s$ if $s\le n$ and $-1$ otherwise,
        for one start and for several; a run until then has $\min(s,n)$ steps, each counted.""",
    source="Geometric runs",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Passage,
    observe=observe,
    expect=expect,
    domain={
        "q": Choice((0.5, -0.5, 0.25, -2.0, -4.0)),
        "power": Whole(-40, 40),
        "first": Whole(0, 3),
        "steps": Whole(0, 5),
    },
    corners=({"q": 0.5, "power": 0, "first": 3, "steps": 3}, {"q": -2.0, "power": 0, "first": 3, "steps": 2}),
    quick=6,
    full=200,
    seconds=0.002,
    note="Powers of two leave no rounding, so the level itself is hit.",
    controls=(
        Control(
            "strictly beyond the level",
            "a level that has to be passed is passed one step later",
            observe=lambda p, rng: p.times(p.level * (1 - 1e-9 if abs(p.q) < 1 else 1 + 1e-9)),
            change=lambda s: s if s.first <= s.steps else None,
        ),
        Control(
            "one step further back",
            "the level is reached one step later",
            observe=lambda p, rng: p.times(p.level * abs(p.q)),
            change=lambda s: s if s.first <= s.steps else None,
        ),
        Control(
            "SAM",
            "its iterates are others",
            observe=lambda p, rng: p.times(p.level, SAM(0.5, p.start)),
            change=lambda s: {**s, "q": 0.5, "first": 3, "steps": 3},
        ),
    ),
)
