r"""Upper bound over L3 tends to $2\sqrt{1+C^2H(P)/\sigma^2}$ as $T\to\infty$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.enclosures.limit_of_the_constants import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, two_bounds

CLAIM = Claim(
    id="zhang2024/limit-of-the-constants",
    title="upper over lower constant in the limit",
    statement=r"Upper bound over L3 tends to $2\sqrt{1+C^2H(P)/\sigma^2}$ as $T\to\infty$.",
    source="Distance between the bounds",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=0.015),
    problem=two_bounds,
    observe=lambda p, rng: p.upper_over_lower,
    expect=lambda p: p.descent.constant_gap(p.second_moment),
    domain={
        **SCALES,
        "T": Whole(10**6, 10**8, log=True),
        "k": Whole(1, 16),
        "nu": LogUniform(1e-6, 1e-3),
        "weight": LogUniform(1e-3, 1.0),
    },
    corners=({**PLAIN, "T": 10**8, "nu": 1e-6, "weight": 1.0},),
    quick=4,
    full=200,
    note="A statement on the two formulas; the measured value is in zhang2024/upper-and-lower-within-two.",
    enclosure=ENCLOSURE,
    controls=(Control("few steps", "at nu = 3 the lower bound's correction is large", change={"T": 10**6, "nu": 3.0}),),
)
