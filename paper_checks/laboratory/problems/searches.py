"""Two searches whose outcomes are kept in a paper that exists for one call."""

import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from flatlab.evidence.claim import Claim
from flatlab.evidence.domains import Uniform
from flatlab.evidence.judge import judge, verify
from flatlab.evidence.nearest import Nearest, keep
from paper_checks.laboratory.problems.tiny_claims import tiny_claim

PAPER = "laboratory_of_one_call"
OLDER = 295  # evaluations
LEVELS = {"measured": 0.0, "attacked": 1.0}


class Kept(NamedTuple):
    """A search of so many evaluations that ended at x, after an older one of 295 that ended at 0.5."""

    x: float
    margin: float
    status: str
    evaluations: int
    older_margin: float
    older_status: str
    change: str

    @property
    def searches(self):
        return (0.5, self.older_margin, self.older_status, OLDER), (self.x, self.margin, self.status, self.evaluations)

    @property
    def claim(self):
        return tiny_claim(
            id=f"{PAPER}/tiny",
            domain={"x": Uniform(0.0, 1.0)},
            corners=(),
            fixed={"k": 3},
            hypotheses={"x is below 0.9": lambda s: s.x < 0.9},
            quick=4,
            observe=lambda s, rng: s.x,
        )

    @property
    def later(self):
        """The claim when it is judged."""
        changes = {
            "none": {},
            "statement": {"statement": "$y$"},
            "range": {"domain": {"x": Uniform(0.6, 1.0)}},
            "constant": {"fixed": {"k": 4}},
            "parameter": {"domain": {"y": Uniform(0.0, 1.0)}, "observe": lambda s, rng: s.y, "hypotheses": {}},
        }
        now = {name: getattr(self.claim, name) for name in self.claim.__dataclass_fields__}
        return Claim(**{**now, **changes[self.change]})


def judged(p: Kept, forget: bool = False) -> list[float]:
    """Return how many settings are judged, what is observed in the last, and the level with the settings searched."""
    module = ModuleType(PAPER)
    with tempfile.TemporaryDirectory() as folder:
        module.__path__ = [folder]
        sys.modules[PAPER] = module
        # how Python notes that a module is not to be imported
        sys.modules[f"{PAPER}.barred"] = None  # pyright: ignore[reportArgumentType]
        try:
            for x, margin, status, evaluations in p.searches:
                keep(p.claim, Nearest({"x": x, "k": 3}, x, 1.0, margin, status, evaluations), seed=1)
            if forget:
                Path(folder, "nearest.json").unlink()
            evidence, verdict = judge(p.later), verify(p.later)
        finally:
            del sys.modules[PAPER], sys.modules[f"{PAPER}.barred"]
    kept = 0.0 if verdict.nearest is None else 1.0
    return [len(evidence), evidence[-1].observed if kept else 0.0, kept, LEVELS[verdict.level], verdict.searched]
