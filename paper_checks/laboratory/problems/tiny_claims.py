"""Claims about drawn numbers, whose verdicts can be worked out by hand."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost, Estimate

RANGES = {
    "even": Uniform(-1.0, 2.0),
    "wide": LogUniform(1e-3, 10.0),
    "whole": Whole(-2, 7),
    "scale": Whole(1, 100, log=True),
    "choice": Choice(("a", "b", "c")),
}


def tiny_claim(**changes) -> Claim:
    """Return a claim of five ranges, one corner and a hypothesis, that observes a random number."""
    declared = {
        "id": "laboratory/tiny",
        "title": "tiny",
        "statement": "$x$",
        "source": "Verdicts",
        "origin": "derived",
        "kind": "upper bound",
        "relation": AtMost(),
        "observe": lambda s, rng: rng.random(),
        "expect": 2.0,
        "note": "It is tiny.",
        "controls": (Control("twice", "twice", expect=-1.0),),
        "domain": RANGES,
        "corners": ({"even": 0.5, "wide": 1.0, "whole": 3, "scale": 10, "choice": "b"},),
        "hypotheses": {"even is below 1": lambda s: s.even < 1},
    }
    return Claim(**{**declared, **changes})


def bounded_claim(p, lost) -> Claim:
    """Return a claim about three numbers a setting, each an interval of half length ``p.reach`` around it.

    ``lost`` says in which settings the second number is nan.
    """

    def observe(s, rng):
        values = [p.level * s.x, p.level * s.x**2, -0.5 * p.level * s.x]
        if lost(s):
            values[1] = float("nan")
        return [Estimate(value, value - p.reach, value + p.reach) for value in values]

    return tiny_claim(
        kind=p.kind,
        relation=AtMost(tight_within=p.tight_within),
        observe=observe,
        expect=p.bound,
        domain={"x": Uniform(0.0, 1.0)},
        corners=({"x": 0.75},),
        hypotheses={},
        quick=p.count,
        controls=(
            Control("in all settings", "", expect=p.control),
            Control("in one setting", "", expect=p.control, everywhere=False),
            Control("above the middle", "", expect=p.control, change=lambda s: s if s.x > 0.5 else None),
            Control("elsewhere", "", change={"x": p.moved}),
        ),
    )
