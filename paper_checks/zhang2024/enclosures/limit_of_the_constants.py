r"""The upper bound over L3 less its limit, with a bound that vanishes as $T$ grows.

In units of $CD^2$ and with $W=\sqrt{1+C^2H/\sigma^2}$, $n=\sqrt\nu$, $m=1/(Tn)$ the upper bound is $n(\sqrt8W+2m)$ and
L3 is $n(\sqrt2-n/2)$. Their ratio exceeds $2W$ by $(2m+Wn)/(\sqrt2-n/2)$, where the denominator is above 1 for
$n\le3/4$. As $T\to\infty$ with $\sigma$, $k$, $C$, $D$ and $H$ fixed, $n=\sigma/(D\sqrt{kCT})$ and
$m=D\sqrt{kC}/(\sigma\sqrt T)$ tend to 0.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import sqrt

EXCESS, LOWER = "ratio less limit", "sqrt 2 - n/2 - 1"


def excess(W, m, n, root, half=2):
    """Take sqrt 2 as a variable: the equation holds whatever it is."""
    ratio = (2 * root * W + 2 * m) / (root - n / 2)
    return {EXCESS: (ratio - 2 * W, (2 * m + W * n * half / 2) / (root - n / 2))}


def constant(n):
    return {LOWER: sqrt(2 + 0 * n) - n / 2 - 1}


def tie(p, observed, expected):
    c, gap, sigma, steps, k = p.descent
    n = sigma / np.sqrt(k * steps * c * gap)
    point = {"W": np.sqrt(1 + p.weight**2), "m": 1 / (steps * n), "n": n, "root": np.sqrt(2)}
    yield At("excess", point, both(EXCESS, observed - expected, observed - expected))
    yield At("constant of L3", {"n": n}, {LOWER: p.upper.value / observed / p.descent.unit - 1})


ENCLOSURE = Enclosure(
    proves=r"""the statement with a rate: for $\sqrt\nu\le3/4$ and all other parameters the ratio exceeds its limit by
        less than $2/(T\sqrt\nu)+\sqrt{\nu(1+C^2H/\sigma^2)}$, which vanishes as $T\to\infty$""",
    parts=(
        Identity("excess", ("W", "m", "n", "root"), excess, lambda *given: excess(*given, half=1)),
        Chart("constant of L3", {"n": (0, 0.75)}, constant, lowered(constant, Fraction(1, 16))),
    ),
    tie=tie,
)
