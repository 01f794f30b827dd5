"""Claims over two ranges whose margin is smallest at a planted point, and what a search of them has to say."""

import math
from typing import NamedTuple

from flatlab.evidence.claim import Claim
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.judge import judged
from flatlab.evidence.nearest import RAISES, ROUNDING, Nearest
from flatlab.evidence.relations import FAILS, HOLDS, AtMost, Equal
from flatlab.evidence.search import CONFIRMED, SEARCH, nearest_failure
from paper_checks.laboratory.problems.tiny_claims import tiny_claim

WHAT = {
    "true": HOLDS,
    "true of 0": HOLDS,
    "true, equal to 0": HOLDS,
    "true of 0 and of 1": HOLDS,
    "dies once": HOLDS,
    "false": FAILS,
    "raises when confirmed": FAILS,
    "raises": RAISES,
    "raises once": RAISES,
    "rounding": ROUNDING,
}
TRUE = ("true", "true of 0", "true, equal to 0")
EVALUATIONS = 300
ROUNDINGS = 4e-15  # of equality: more than the last digits, which a search takes for rounding at once
ONCE = {"raises once": "ValueError: planted", "dies once": "MemoryError: planted"}  # in the search, and not again
NARROW = 0.01  # of the squared distance to the point, within which it does


class Planted(NamedTuple):
    """A claim whose margin is smallest at a planted point (u, v) of the unit square."""

    what: str
    u: float
    v: float
    least: float
    seed: int

    @property
    def claim(self) -> Claim:
        """The claim; its bound is 1 if it is not 0."""
        relation, observe, expect = AtMost(), lambda s, rng: 1 - self.margin(s), 1.0
        if self.what == "true of 0":
            observe, expect = lambda s, rng: -self.margin(s), 0.0
        elif self.what == "true of 0 and of 1":
            observe, expect = lambda s, rng: -self.margin(s), lambda s: float(s.x > 2)
        elif self.what == "true, equal to 0":
            relation, observe, expect = Equal(atol=3.0), lambda s, rng: 3 - self.margin(s), 0.0
        elif self.what == "rounding":
            relation, observe, expect = Equal(rtol=ROUNDINGS), lambda s, rng: rounded(s.x, 1e3 * s.y), lambda s: s.x
        return tiny_claim(
            relation=relation,
            observe=observe,
            expect=expect,
            domain={"x": Uniform(1.0, 3.0), "y": LogUniform(1e-3, 10.0)},
            corners=({"x": 1.5, "y": 0.1},),
            hypotheses={"x is not 1": lambda s: s.x > 1},
        )

    def margin(self, s) -> float:
        """Return the margin of the claim: distance^2 + |m| if it is true, distance^2 - |m| otherwise."""
        distance = ((s.x - 1) / 2 - self.u) ** 2 + (math.log(s.y / 1e-3) / math.log(1e4) - self.v) ** 2
        margin = distance + (self.least if WHAT[self.what] == HOLDS or self.what in ONCE else -self.least)
        if self.what == "raises" and margin < 0:
            raise ValueError("planted")
        return margin

    def search(self) -> Nearest:
        """Return what a search of the claim finds."""
        differs = self.what in ONCE or self.what == "raises when confirmed"
        return nearest_failure(self.claim, EVALUATIONS, self.seed, self._look if differs else None)

    def _look(self, setting, *seeds):
        if seeds[-1] == SEARCH and self.what in ONCE and self.margin(setting) < self.least + NARROW:
            return ONCE[self.what]
        if seeds[-1] == CONFIRMED and self.what not in ONCE:
            return ONCE["raises once"]
        return judged(self.claim, setting, *seeds)


def rounded(x, large):
    """Return x but for rounding, of the order of the large number."""
    return 3 * ((x / 3 + large) - large)
