r"""On $\sum a_iw_i^3$ at $w=0$ the pair has exactly twice the variance of two independent points."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.enclosures.pair_loses_on_a_cubic import ENCLOSURE
from paper_checks.zhang2024.problems.estimators import SEPARABLE, SEPARABLE_CORNERS, one_sided, pair, separable


def pair_over_two_points(p, rng, kind="cubic", shift=0.0):
    p = p._replace(w=np.full(p.w.size, shift))
    return p.variance(pair(p.s), kind, rng) / p.variance(one_sided(p.s, 2), kind, rng)


CLAIM = Claim(
    id="zhang2024/pair-loses-on-a-cubic",
    title="where only the even part is left the pair is twice as bad",
    statement=r"For $\sum a_iw_i^3$ at $w=0$ the pair has exactly twice the variance of two independent points.",
    source="Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=separable,
    observe=pair_over_two_points,
    expect=2,
    domain=SEPARABLE,
    corners=SEPARABLE_CORNERS,
    quick=4,
    full=200,
    note="""Contradicts the reading that the pair is always better. At equal cost it is better exactly where the odd
        part of the gradient varies more than the even part.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "far from the centre",
            "there the odd part leads and the pair wins",
            observe=lambda p, rng: pair_over_two_points(p, rng, shift=3 * p.s),
        ),
        Control(
            "a quartic off its centre",
            "its odd part leads",
            observe=lambda p, rng: pair_over_two_points(p, rng, "quartic", shift=p.s),
        ),
    ),
)
