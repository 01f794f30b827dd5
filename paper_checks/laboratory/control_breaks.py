r"""A control breaks where the conclusion fails by more than ten tolerances, or by an interval that decides."""

import math
from typing import NamedTuple

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.judge import verify
from flatlab.evidence.relations import AtLeast, AtMost, Close, Equal, Estimate, WithinInterval
from paper_checks.laboratory.problems.tiny_claims import tiny_claim

OUTCOMES = ("undefined", "holds", "inconclusive", "too close", "breaks")
ROUNDING = 1e-13
EXACT = ("equal", "equal absolutely", "vector", "at most", "at least", "at most exactly", "near")


class Miss(NamedTuple):
    """A control that misses a stated number by a multiple of the tolerance, and how far its interval reaches."""

    relation: str
    tolerance: float
    multiple: float
    reach: float
    stated: float
    seed: int

    @property
    def parts(self):
        """Return the relation, the tolerance as an absolute number, and the side on which the number lies."""
        t, size = self.tolerance, self.tolerance * self.stated
        return {
            "equal": (Equal(rtol=t), size, 1),
            "equal absolutely": (Equal(atol=t), t, -1),
            "vector": (Close(rtol=t), size, 1),
            "at most": (AtMost(slack=t), size, 1),
            "at least": (AtLeast(slack=t), size, -1),
            "at most exactly": (AtMost(), ROUNDING * self.stated, 1),
            "near": (WithinInterval(rtol=t), size, 1),
            "undefined": (WithinInterval(rtol=t), math.nan, 1),
            "interval": (WithinInterval(rtol=t), size, 1),
            "interval at most": (AtMost(), size, 1),
        }[self.relation]

    @property
    def breach(self):
        """Return what the control observes."""
        _, size, side = self.parts
        number = self.stated + side * self.multiple * size
        if self.relation.startswith("interval"):
            return Estimate(number, number - self.reach * size, number + self.reach * size)
        return [number] if self.relation == "vector" else number


def outcome(p, seed):
    """Return what the judge says of the control, as a number, and whether the verdict holds."""
    stated = [p.stated] if p.relation == "vector" else p.stated
    control = Control("miss", "", observe=lambda s, rng: p.breach)
    claim = tiny_claim(relation=p.parts[0], observe=lambda s, rng: stated, expect=stated, controls=(control,))
    verdict = verify(claim, seed)
    (found,) = verdict.controls
    return [float(OUTCOMES.index(found.outcome)), float(found.broke), float(verdict.status == "holds")]


def defined(p):
    """Return the same by the definition."""
    edge = 0.0 if p.relation == "interval at most" else 1.0  # tolerances that the relation itself allows
    if p.relation.startswith("interval"):
        word = "holds" if p.multiple + p.reach <= edge else "inconclusive"
        word = "breaks" if p.multiple - p.reach > edge else word
    elif (word := p.relation) != "undefined":
        edge = 0.0 if p.relation == "at most exactly" else 1.0
        word = "breaks" if p.multiple > 10 else "too close" if p.multiple > edge else "holds"
    return [float(OUTCOMES.index(word)), *2 * [float(word == "breaks")]]


CLAIM = Claim(
    id="laboratory/controls-break-by-ten-tolerances",
    title="controls break by ten tolerances",
    statement=r"""A control breaks where a number without an interval misses what is stated by more than ten tolerances,
        and where the whole interval of an estimate is on the wrong side; the tolerance of a bound that declares none is
        $10^{-13}$ of it. Nan is no break. A verdict holds only where its control breaks.""",
    source="Verdicts",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=Miss,
    observe=lambda p, rng: outcome(p, p.seed),
    expect=defined,
    domain={
        "relation": Choice((*EXACT, "undefined", "interval", "interval at most")),
        "tolerance": LogUniform(1e-9, 0.02),
        "multiple": LogUniform(0.1, 300.0),
        "reach": Uniform(0.01, 3.0),
        "stated": LogUniform(1.0, 1e3),
        "seed": SEED,
    },
    corners=tuple(
        {"relation": name, "tolerance": 1e-3, "multiple": m, "reach": 0.4, "stated": 2.0, "seed": 1}
        for name in (*EXACT, "undefined", "interval")
        for m in (9.5, 10.5)
    ),
    hypotheses={
        "the miss is not at an edge": lambda s: all(
            abs(m - edge) > 0.01
            for m in (s.multiple, s.multiple - s.reach, s.multiple + s.reach)
            for edge in (0, 1, 10)
        )
    },
    quick=8,
    full=300,
    seconds=0.003,
    controls=(
        Control(
            "a breach of another size",
            "half of the miss is no break where all of it is",
            observe=lambda p, rng: outcome(p._replace(multiple=p.multiple / 2), p.seed),
            change=lambda s: {**s, "multiple": 12.0} if s.relation in EXACT else None,
        ),
    ),
)
