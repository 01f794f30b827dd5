r"""$F-f-(s^2/2)\Delta f-(s^4/8)\Delta^2f-(s^6/48)\Delta^3f=(s^8/384)\Delta^4f+O(s^{10})$, on $\sum\cosh w_i$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.objectives import Smoothed, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.problems.cosh import CORNERS, DOMAIN, cosh

SCALES = 0.4 * 2.0 ** (-np.arange(5) / 2)


def slope_and_constant(p, rng, terms=(1, 1, 1)):
    """Return the slope in s of what the expansion leaves of F - f, and its constant times 384."""
    objective, w = p
    here = value(objective, w)  # and so are all powers of the Laplacian
    powers = here * np.array(terms, dtype=float)
    left = np.array([value(Smoothed(objective, s, 20), w) - here - GaussianNoise(s).gap(*powers) for s in SCALES])
    return [np.polyfit(np.log(SCALES), np.log(np.abs(left)), 1)[0], 384 * left[-1] / here / SCALES[-1] ** 8]


CLAIM = Claim(
    id="zhang2024/eighth-order-remainder",
    title="the remainder after three terms is of eighth order",
    statement=r"""$F - f - (s^2/2)\Delta f - (s^4/8)\Delta^2 f - (s^6/48)\Delta^3 f = (s^8/384)\Delta^4 f + O(s^{10})$;
        for $\sum\cosh w_i$ the slope is 8 and 384 times the constant is 1.""",
    source="Gaussian smoothing",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.02),
    problem=cosh,
    observe=slope_and_constant,
    expect=(8, 1),
    domain=DOMAIN,
    corners=CORNERS,
    quick=4,
    full=60,
    note="""No sampling: five noise scales from .4 to .1, above rounding. The next term, s^2/10 of this one, moves the
        slope by about .01.""",
    controls=(
        Control(
            "cut after fourth order",
            "then the slope is 6",
            observe=lambda p, rng: slope_and_constant(p, rng, terms=(1, 1, 0)),
        ),
        Control(
            "wrong factorial",
            "1/24 in place of 1/48 leaves a sixth order",
            observe=lambda p, rng: slope_and_constant(p, rng, terms=(1, 1, 2)),
        ),
    ),
)
