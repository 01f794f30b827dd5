r"""What is left of F - f after the trace is of order $s^4$, after three terms of order $s^8$, on $\sum\cosh w_i$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import CoshSum, Smoothed, hessian_trace, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.enclosures import eighth_order_remainder, fourth_order_remainder

SMALL_SCALES = 0.16 * 0.5 ** np.arange(5)
SCALES = 0.4 * 2.0 ** (-np.arange(5) / 2)
DOMAIN = {"d": Whole(1, 50, log=True), "scale": LogUniform(0.1, 3.0), "seed": SEED}
CORNERS = ({"d": 1, "scale": 0.1, "seed": 1}, {"d": 50, "scale": 3.0, "seed": 2})


def cosh(d, scale, seed):
    return CoshSum(), scale * np.random.default_rng(seed).standard_normal(d)


def after_the_trace(p, rng, trace=1.0):
    """Return the slope in s of what is left of (F - f)/f, and its constant, with a share of the trace term removed."""
    objective, w = p
    here = value(objective, w)
    added = np.array([value(Smoothed(objective, s, 20), w) - here for s in SMALL_SCALES])
    left = (added - trace * (SMALL_SCALES**2 / 2 * hessian_trace(objective, w))) / here
    return [np.polyfit(np.log(SMALL_SCALES), np.log(left), 1)[0], left[-1] / SMALL_SCALES[-1] ** 4]


def after_three_terms(p, rng, terms=(1, 1, 1)):
    """Return the slope in s of what the expansion leaves of F - f, and its constant times 384."""
    objective, w = p
    here = value(objective, w)  # and so are all powers of the Laplacian
    powers = here * np.array(terms, dtype=float)
    left = np.array([value(Smoothed(objective, s, 20), w) - here - GaussianNoise(s).gap(*powers) for s in SCALES])
    return [np.polyfit(np.log(SCALES), np.log(np.abs(left)), 1)[0], 384 * left[-1] / here / SCALES[-1] ** 8]


CLAIMS = (
    Claim(
        id="zhang2024/fourth-order-remainder",
        title="the remainder is of fourth order",
        statement=r"""$F - f - (s^2/2)\operatorname{tr}H = (s^4/8)\Delta^2 f + O(s^6)$; for $\sum\cosh w_i$ the slope
            is 4, the constant 1/8.""",
        source="Gaussian smoothing",
        origin="derived",
        kind="rate",
        relation=Equal(rtol=0.0025),
        problem=cosh,
        observe=after_the_trace,
        expect=(4, 1 / 8),
        domain=DOMAIN,
        corners=CORNERS,
        quick=4,
        full=200,
        seconds=0.005,
        note="No sampling: five noise scales from .16 to .01. The next term moves the slope by less than .0086.",
        enclosure=fourth_order_remainder.ENCLOSURE,
        controls=(
            Control(
                "trace term left in", "then the slope is 2", observe=lambda p, rng: after_the_trace(p, rng, trace=0.0)
            ),
            Control("wrong constant", "1/4 in place of 1/8", expect=(4, 1 / 4)),
        ),
    ),
    Claim(
        id="zhang2024/eighth-order-remainder",
        title="the remainder after three terms is of eighth order",
        statement=r"""$F - f - (s^2/2)\Delta f - (s^4/8)\Delta^2 f - (s^6/48)\Delta^3 f = (s^8/384)\Delta^4 f +
            O(s^{10})$; for $\sum\cosh w_i$ the slope is 8 and 384 times the constant is 1.""",
        source="Gaussian smoothing",
        origin="derived",
        kind="rate",
        relation=Equal(rtol=0.0025),
        problem=cosh,
        observe=after_three_terms,
        expect=(8, 1),
        domain=DOMAIN,
        corners=CORNERS,
        quick=4,
        full=200,
        seconds=0.0017,
        note="""No sampling: five noise scales from .4 to .1, above rounding. The next term, s^2/10 of this one, moves
            the slope by about .01.""",
        enclosure=eighth_order_remainder.ENCLOSURE,
        controls=(
            Control(
                "cut after fourth order",
                "then the slope is 6",
                observe=lambda p, rng: after_three_terms(p, rng, terms=(1, 1, 0)),
            ),
            Control(
                "wrong factorial",
                "1/24 in place of 1/48 leaves a sixth order",
                observe=lambda p, rng: after_three_terms(p, rng, terms=(1, 1, 2)),
            ),
        ),
    ),
)
