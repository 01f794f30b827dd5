r"""A search finds the minimum of a smooth margin, shrinks a counterexample and tells it from rounding."""

import numpy as np

from flatlab.evidence.claim import Claim, Control, Setting
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.nearest import RAISES, ROUNDING, Nearest
from flatlab.evidence.relations import FAILS, HOLDS, Close
from paper_checks.laboratory.problems.planted_margins import EVALUATIONS, TRUE, WHAT, Planted

STATUSES = (RAISES, FAILS, ROUNDING, HOLDS)
NEAR = 1e-6
DEARER = ("true of 0", "dies once")  # in the full budget only
PLAIN = {"u": 0.3, "v": 0.6, "least": 0.01, "seed": 7}
# few values: a search does not descend in them, and a descent within a descent would lock up in SciPy's COBYQA
PLACES = (0.0, 0.013, 0.123, 0.2718, 0.3, 0.437, 0.5, 0.618, 0.7071, 0.83, 0.9171, 0.987, 1.0)


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
    if p.what in TRUE:
        near = abs(p.margin(s) - p.least) < NEAR
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
        $m+(u-u_0)^2+(v-v_0)^2$ over two ranges, also of a bound or an equality with 0; where $m\le-0.01$ it ends at a
        counterexample with at most three digits that no value of the corner simplifies, at the one found first where
        judging that one raises, or at the exception raised there. It tells rounding from a counterexample, and reports
        an exception that is raised once, but not a lack of memory that occurs once.""",
    source="Searches",
    origin="measured",
    kind="equality",
    relation=Close(),
    problem=Planted,
    observe=lambda p, rng: found(p, p.search()),
    expect=lambda p: [float(STATUSES.index(WHAT[p.what])), 1.0, 300.0],
    domain={
        "what": Choice(tuple(WHAT)),
        "u": Choice(PLACES[1:]),  # not at the end that a hypothesis excludes
        "v": Choice(PLACES),
        "least": Choice((0.01, 0.02, 0.05, 0.1, 0.2, 0.5)),
        "seed": SEED,
    },
    corners=tuple(PLAIN | {"what": what} for what in WHAT if what not in DEARER),
    full_corners=tuple(PLAIN | {"what": what} for what in DEARER),
    quick=1,
    full=200,
    seconds=0.22,
    few="a search of 300 evaluations for each of the corners",
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
