r"""Step sizes follow their schedule: $w_t=\prod_{i<t}(1-\eta_i)$."""

import math
from typing import NamedTuple

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import NSO
from flatlab.methods.schedules import Cosine, Exponential, Given, InverseRoot, Linear
from flatlab.objectives import Quadratic

SCHEDULES = {  # with first and last value, the step from which it stays, and what it is at step t
    "given": (lambda a, b, n: Given(np.linspace(a, b, n + 1)), lambda a, b, n, t: a + (b - a) * min(t, n) / n),
    "inverse root": (lambda a, b, n: InverseRoot(a), lambda a, b, n, t: a / math.sqrt(t + 1)),
    "exponential": (lambda a, b, n: Exponential(a, b), lambda a, b, n, t: a * b**t),
    "linear": (Linear, lambda a, b, n, t: a * (1 - min(t / n, 1)) + b * min(t / n, 1)),
    "cosine": (Cosine, lambda a, b, n, t: b + (a - b) * math.cos(math.pi * min(t, n) / (2 * n)) ** 2),
}


class Scheduled(NamedTuple):
    """Descent on w^2 / 2 by NSO without noise, whose step size is scheduled."""

    schedule: str
    first: float
    last: float
    until: int
    steps: int

    def path(self, rng, schedule=None):
        method = NSO((schedule or SCHEDULES[self.schedule][0])(self.first, self.last, self.until), 0.0)
        return trajectory(method, Quadratic([1.0]), [1.0], steps=self.steps, rng=rng)[:, 0]

    @property
    def stated(self):
        sizes = [SCHEDULES[self.schedule][1](self.first, self.last, self.until, t) for t in range(self.steps)]
        return np.cumprod([1.0, *(1 - size for size in sizes)])


CLAIM = Claim(
    id="laboratory/schedules",
    title="step sizes follow their schedule",
    statement=r"""Descent on $\frac12w^2$ from $w_0=1$ has $w_t=\prod_{i<t}(1-\eta_i)$ with the step sizes
        $\eta_i$ of the schedule: listed ones, $a/\sqrt{i+1}$, $ab^i$, a line or half a cosine from $a$ to $b$.""",
    source="Schedules and states",
    problem=Scheduled,
    observe=lambda p, rng: p.path(rng),
    expect=lambda p: p.stated,
    domain={
        "schedule": Choice(tuple(SCHEDULES)),
        "first": LogUniform(0.05, 0.9),
        "last": LogUniform(0.05, 0.9),
        "until": Whole(1, 8),
        "steps": Whole(1, 12),
    },
    corners=tuple({"schedule": name, "first": 0.6, "last": 0.2, "until": 4, "steps": 6} for name in SCHEDULES),
    quick=1,
    controls=(
        Control(
            "the first step size throughout",
            "the others are smaller",
            observe=lambda p, rng: p.path(rng, lambda first, *_: first),
            change=lambda s: {**s, "first": 0.6, "last": 0.2, "steps": 6},
        ),
    ),
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-12),
    full=200,
    seconds=0.002,
)
