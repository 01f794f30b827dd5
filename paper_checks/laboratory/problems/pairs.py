"""A pair of numbers under every relation of the judge."""

import math
from typing import NamedTuple

from flatlab.evidence import relations as R
from flatlab.evidence.relations import Estimate

CODES = {R.HOLDS: 1.0, R.INCONCLUSIVE: 0.0, R.FAILS: -1.0}
INFINITE = -1000.0  # stands for a margin of minus infinity
NEAR = 0.01  # of the relation that needs a tolerance
BAD = (math.nan, math.inf, -math.inf)


class Pair(NamedTuple):
    """An observed number and a stated one, how far their intervals reach, and the tolerances of the relations."""

    observed: float
    below: float
    above: float
    expected: float
    half: float
    r: float
    a: float

    @property
    def interval(self):
        return Estimate(self.observed, self.observed - self.below, self.observed + self.above)

    @property
    def bound(self):
        return Estimate(self.expected, self.expected - self.half, self.expected + self.half)

    @property
    def relations(self):
        """Each relation with what it compares."""
        tolerance = {"rtol": self.r, "atol": self.a}
        within = R.WithinInterval(tolerance=self.a + NEAR, rtol=self.r)
        return [
            (R.Equal(**tolerance), self.observed, self.expected),
            (R.Close(**tolerance), [self.observed, 1.0], [self.expected, 0.5]),
            (R.AtMost(slack=self.r), self.interval, self.bound),
            (R.AtLeast(slack=self.r), self.interval, self.bound),
            (R.Inside(), self.interval, self.bound),
            (within, self.interval, self.expected),
        ]


def judged(p: Pair) -> list[float]:
    """Return status and margin of each relation, and how many findings of nan and infinity are no evidence."""
    findings = [relation.judge(observed, expected) for relation, observed, expected in p.relations]
    shown = [n for one in findings for n in (CODES[one.status], max(one.margin, INFINITE))]
    lost = [relation.judge(_like(observed, bad), e) for relation, observed, e in p.relations for bad in BAD]
    lost += [relation.judge(o, _like(expected, bad)) for relation, o, expected in p.relations for bad in BAD]
    return [*shown, sum(one.status == R.FAILS and math.isnan(one.margin) for one in lost)]


def _like(number, bad):
    return (
        type(number)(bad, bad, bad) if isinstance(number, Estimate) else [bad, 1.0] if isinstance(number, list) else bad
    )
