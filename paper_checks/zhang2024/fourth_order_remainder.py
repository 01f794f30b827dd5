r"""$F-f-(s^2/2)\operatorname{tr}H=(s^4/8)\Delta^2f+O(s^6)$, on $\sum\cosh w_i$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.objectives import Smoothed, hessian_trace, value
from paper_checks.zhang2024.problems.cosh import CORNERS, DOMAIN, cosh

SCALES = 0.16 * 0.5 ** np.arange(5)


def slope_and_constant(p, rng, trace=1.0):
    """Return the slope in s of what is left of (F - f)/f, and its constant, with a share of the trace term removed."""
    objective, w = p
    here = value(objective, w)
    added = np.array([value(Smoothed(objective, s, 20), w) - here for s in SCALES])
    left = (added - trace * (SCALES**2 / 2 * hessian_trace(objective, w))) / here
    return [np.polyfit(np.log(SCALES), np.log(left), 1)[0], left[-1] / SCALES[-1] ** 4]


CLAIM = Claim(
    id="zhang2024/fourth-order-remainder",
    title="the remainder is of fourth order",
    statement=r"""$F - f - (s^2/2)\operatorname{tr}H = (s^4/8)\Delta^2 f + O(s^6)$; for $\sum\cosh w_i$ the slope is 4,
        the constant 1/8.""",
    source="Gaussian smoothing",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.01),
    problem=cosh,
    observe=slope_and_constant,
    expect=(4, 1 / 8),
    domain=DOMAIN,
    corners=CORNERS,
    quick=4,
    full=60,
    note="No sampling: five noise scales from .16 to .01. The next term moves the slope by less than .0086.",
    controls=(
        Control(
            "trace term left in", "then the slope is 2", observe=lambda p, rng: slope_and_constant(p, rng, trace=0.0)
        ),
        Control("wrong constant", "1/4 in place of 1/8", expect=(4, 1 / 4)),
    ),
)
