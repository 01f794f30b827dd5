"""A claim under judgement, and its evidence worked out by hand."""

import math
from typing import NamedTuple

from flatlab.evidence.claim import Claim
from paper_checks.laboratory.problems.tiny_claims import bounded_claim


class Judged(NamedTuple):
    """The parameters of a claim, and the seed of its settings."""

    level: float
    reach: float
    kind: str
    tight_within: float
    count: int
    bound: float
    control: float
    moved: float
    lost_above: float
    seed: int

    @property
    def claim(self) -> Claim:
        return bounded_claim(self, lambda s: s.x > self.lost_above)

    def evidence(self, x: float, bound: float) -> tuple:
        """Return status, margin and number of the setting x: those of the smallest margin of three, nan before all."""
        values = [self.level * x, math.nan if x > self.lost_above else self.level * x**2, -0.5 * self.level * x]
        found = []
        for value in values:
            margins = [min((bound - value + far) / abs(bound), 1.0) for far in (-self.reach, self.reach)]
            status = 3 if margins[0] >= 0 else 0 if margins[1] < 0 or math.isnan(value) else 2
            found.append((status, math.nan if math.isnan(value) else margins[0], value))
        return min(found, key=order)


def order(one: tuple) -> float:
    """Return what the evidence of smallest margin is chosen by: nan is before all."""
    return -math.inf if math.isnan(one[1]) else one[1]
