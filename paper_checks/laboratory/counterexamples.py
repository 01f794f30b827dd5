r"""A search finds the minimum of a smooth margin, shrinks a counterexample and tells it from rounding."""

import math
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control, Setting
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import RAISES, ROUNDING, Nearest
from flatlab.evidence.relations import FAILS, HOLDS, AtMost, Close, Equal
from flatlab.evidence.search import CONFIRMED, nearest_failure
from paper_checks.laboratory.problems.tiny_claims import tiny_claim

STATUSES = (RAISES, FAILS, ROUNDING, HOLDS)
WHAT = {"true": HOLDS, "false": FAILS, "raises": RAISES, "rounding": ROUNDING, "raises when confirmed": FAILS}
NEAR, EVALUATIONS = 1e-6, 300
# few values: a search does not descend in them, and a descent within a descent would lock up in SciPy's COBYQA
PLACES = (0.0, 0.013, 0.123, 0.2718, 0.3, 0.437, 0.5, 0.618, 0.7071, 0.83, 0.9171, 0.987, 1.0)
ROUNDINGS = 4e-15  # of equality: more than the last digits, which a search takes for rounding at once


class Planted(NamedTuple):
    """A claim whose margin is smallest at a planted point (u, v) of the unit square."""

    what: str
    u: float
    v: float
    least: float
    seed: int

    @property
    def claim(self):
        exact = self.what == "rounding"
        return tiny_claim(
            relation=Equal(rtol=ROUNDINGS) if exact else AtMost(),
            observe=lambda s, rng: 3 * ((s.x / 3 + 1e3 * s.y) - 1e3 * s.y) if exact else 1 - self.margin(s),
            expect=(lambda s: s.x) if exact else 1.0,
            domain={"x": Uniform(1.0, 3.0), "y": LogUniform(1e-3, 10.0)},
            corners=({"x": 1.5, "y": 0.1},),
            hypotheses={"x is not 1": lambda s: s.x > 1},
        )

    def margin(self, s):
        """Return the margin of the claim: distance^2 + |m| if it is true, distance^2 - |m| otherwise."""
        distance = ((s.x - 1) / 2 - self.u) ** 2 + (math.log(s.y / 1e-3) / math.log(1e4) - self.v) ** 2
        margin = distance + (self.least if self.what == "true" else -self.least)
        if self.what == "raises" and margin < 0:
            raise ValueError("planted")
        return margin


def searched(p):
    def look(setting, *seeds):
        return "ValueError: planted" if seeds[-1] == CONFIRMED else judged(p.claim, setting, *seeds)

    return nearest_failure(p.claim, EVALUATIONS, p.seed, look if p.what == "raises when confirmed" else None)


def drawn(p):
    """Return the nearest of as many random settings."""
    rng = np.random.default_rng(p.seed)
    (*_, first), claim = p.claim.settings(rng, 1), p.claim
    settings = [first, *p.claim.settings(rng, EVALUATIONS - 1)[1:]]
    margin, setting = min(((p.margin(s), s) for s in settings), key=lambda one: one[0])
    return Nearest(setting, 1 - margin, claim.expect, margin, HOLDS, EVALUATIONS)


def found(p, nearest):
    """Return the status, whether it is the minimum or a round counterexample, and the number of evaluations."""
    near, s = True, Setting(nearest.setting)
    if p.what == "true":
        near = abs(nearest.margin - p.least) < NEAR
    elif p.what == "raises when confirmed":
        near = abs(p.margin(s) + p.least) < NEAR  # no value is simplified
    elif p.what == "false":
        near = p.margin(s) < 0 and all(float(f"{value:.3g}") == value for value in s.values())
        plain = [Setting({**s, name: value}) for name, value in p.claim.corners[0].items()]
        near = near and all(other == s or p.margin(other) >= 0 for other in plain)
    return [float(STATUSES.index(nearest.status)), float(near), float(nearest.evaluations)]


CLAIM = Claim(
    id="laboratory/searches-find-what-is-planted",
    title="searches find what is planted",
    statement=r"""A search of 300 evaluations comes within $10^{-6}$ of the minimum $m\ge0.01$ of the margin
        $m+(u-u_0)^2+(v-v_0)^2$ over two ranges; where $m\le-0.01$ it ends at a counterexample with at most three
        digits that no value of the corner simplifies, at the one found first where judging that one raises, or at the
        exception raised there; equality that fails by rounding is told from a counterexample.""",
    source="Searches",
    origin="measured",
    kind="equality",
    relation=Close(),
    problem=Planted,
    observe=lambda p, rng: found(p, searched(p)),
    expect=lambda p: [float(STATUSES.index(WHAT[p.what])), 1.0, 300.0],
    domain={
        "what": Choice(tuple(WHAT)),
        "u": Choice(PLACES[1:]),  # not at the end that a hypothesis excludes
        "v": Choice(PLACES),
        "least": Choice((0.01, 0.02, 0.05, 0.1, 0.2, 0.5)),
        "seed": SEED,
    },
    corners=tuple({"what": what, "u": 0.3, "v": 0.6, "least": 0.01, "seed": 7} for what in WHAT),
    quick=2,
    full=200,
    seconds=0.2,
    controls=(
        Control(
            "random settings",
            "the nearest of 300 random settings is farther from the minimum",
            observe=lambda p, rng: found(p, drawn(p)),
            change=lambda s: {**s, "what": "true"},
            everywhere=False,
        ),
    ),
)
