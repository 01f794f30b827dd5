"""The first step at which the bounds of local convergence are met, for step sizes up to the ends of their range."""

import math
from functools import partial

from benchmarks.harness import row, turns
from flatlab.theory.sam import LocalTube, SAMOnQuadratic

STEP_SIZES = {
    "1e-12": 1e-12,
    "1e-6": 1e-6,
    "0.01": 0.01,
    "1": 1.0,
    "1.99": 1.99,
    "2 - 1e-6": 2 - 1e-6,
    "2 - 1e-12": 2 - 1e-12,
}


def report(rounds, quick):
    """Print the table's rows."""
    for name, h in STEP_SIZES.items():
        bound = LocalTube(SAMOnQuadratic([1.0, 0.5], h), 0.1, 0.1 * math.sqrt(min(h, 2 - h)), tight=True).bound
        times = turns({"ours": partial(bound.hitting_time, 1e-9)}, rounds)["ours"]
        row(f"`LocalBound.hitting_time`, h = {name}", "a call", times * 1e3, ("<=", 1), " ms")
