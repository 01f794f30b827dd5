r"""Without noise and at $\eta=1/C$ a zigzag keeps $|\nabla f(W_t)|^2=4CD^2/(3T+2)$ for $0\le t\le T$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import HuberSlope
from paper_checks.zhang2024.enclosures.second_term_zigzag import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES
from paper_checks.zhang2024.problems.zigzag import silent


def bounds_over_path(p, rng, **given):
    """Return both bounds over the mean over 1..T, and the bound on the least value over the least and the largest."""
    path = p.path(rng, **given)
    mean, least = path[1:].mean(), p.bound.least_without_noise
    return [p.bound.without_noise / mean, p.bound.value / mean, least / path.min(), least / path.max()]


def on_a_convex_slope(p, rng):
    """Take the slope of L3, which does not fall between two steps."""
    slope = np.sqrt(p.C * p.gap / (p.T + 0.5))
    return bounds_over_path(p, rng, objective=HuberSlope(slope, p.C), start=[(p.T + 1) * slope / p.C])


CLAIM = Claim(
    id="zhang2024/second-term-zigzag",
    title="a zigzag reaches the upper bound without noise",
    statement=r"""Without noise and at $\eta=1/C$ a $C$-smooth slope that falls to a half and rises again between two
        steps keeps $|\nabla f(W_t)|^2=4CD^2/(3T+2)$ for $0\le t\le T$. Over their mean on $1..T$ the bound $4CD^2/(3T)$
        is $1+\frac2{3T}$, and $2CD^2/T$, the upper bound at $v=0$, is $\frac32+\frac1T$.""",
    source="Without noise",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=lambda C, gap, T, k: silent(C, gap, T, k, d=1, reach=1.0, seed=0),
    observe=bounds_over_path,
    expect=lambda p: [1 + 2 / (3 * p.T), 1.5 + 1 / p.T, 1, 1],
    domain={**SCALES, "T": Whole(1, 100, log=True), "k": Whole(1, 3)},
    corners=({**PLAIN, "T": 100},),
    quick=6,
    full=200,
    note="Observed: both bounds over the mean, and $4CD^2/(3T+2)$ over the least and over the largest value.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "the convex slope of L3",
            "there the gradient is smaller for the same gap",
            observe=on_a_convex_slope,
        ),
        Control(
            "half as much step again",
            "the steps then end between two teeth",
            observe=lambda p, rng: bounds_over_path(p, rng, share=1.5),
            change=lambda s: {**s, "T": max(s.T, 8)},
        ),
    ),
)
