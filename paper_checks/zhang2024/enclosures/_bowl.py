r"""The bowl of L5 under a schedule: what the squared slope exceeds $D^2/(4G)$ by.

Let $\beta=\frac{C\sigma^2}{2kD^2}\sum\eta_t^2\le1$. The hats cost $\frac\beta2D^2$ and the pushes leave them flat, so
$(w_0(0)/G)^2=(2-\beta)D^2/G$, and after the steps the slope has the factor $P=\prod(1-\eta_t/G)$. From
$(1-x)(1-y)=1-(x+y)+xy$ it follows by induction that $P\ge1-S/G\ge\frac12$. In units of $D^2/(4G)$ the value is
$4(2-\beta)P^2$, which exceeds 1 by $(1-\beta)(1+2r)^2+4r(1+r)$ with $r=P-\frac12$. Either $G=1/C$, or $G=2S$ and
$S^2\le T\sum\eta_t^2\le2kTD^2/(C\sigma^2)$, where $D^2/(8S)\ge D\sqrt{C\sigma^2/(128kT)}$.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Identity, both
from flatlab.theory.noise import NoisySchedule

EXCESS, STEP, RATE = "value over D^2/(4G) - 1", "one more step", "squared D^2/(8 S) over squared rate"


def value(beta, rest, part=4):
    """Take r = P - 1/2."""
    kept = rest + Fraction(1, 2)
    return {EXCESS: (4 * (2 - beta) * kept**2 - 1, (1 - beta) * (1 + 2 * rest) ** 2 + part * rest * (1 + rest))}


def step(share, x, more, wrong=0):
    """Take P = 1 - share + more, and a step with eta/G = x."""
    return {STEP: ((1 - share + more) * (1 - x) - (1 - share - x), share * x + more * (1 - x) + wrong)}


def rate(C, gap, v, T, part=128):
    """Return the square of D^2/(8 S) at the longest S over that of the rate, with v = sigma^2/k."""
    longest = 2 * T * gap / (C * v)  # squared
    return {RATE: (gap**2 / (64 * longest) / (gap * C * v / (part * T)), 1)}


def tie(p, observed, expected):
    """Tie the parts to a schedule, the least value measured and the stated bound."""
    found, (c, gap, sigma, T, k) = NoisySchedule(*p.against), p.descent
    shares = p.etas / found.stretch
    kept, before, first = np.prod(1 - shares), np.prod(1 - shares[:-1]), np.sum(shares[:-1])
    beta, unit = c * sigma**2 * (p.etas @ p.etas) / (2 * k * gap), gap / (4 * found.stretch)
    yield At("value", {"beta": beta, "rest": kept - 0.5}, both(EXCESS, *[(observed - expected) / unit] * 2))
    more = kept - (1 - first - shares[-1])
    yield At("step", {"share": first, "x": shares[-1], "more": before - (1 - first)}, both(STEP, more, more))
    longest, stated = np.sqrt(2 * k * T * gap / (c * sigma**2)), p.descent.unit / np.sqrt(128)
    point = {"C": c, "gap": gap, "v": sigma**2 / k, "T": T}
    yield At("rate", point, both(RATE, (gap / (8 * longest) / stated) ** 2, 1))


PARTS = (
    Identity("value", ("beta", "rest"), value, lambda *given: value(*given, part=2)),
    Identity("step", ("share", "x", "more"), step, lambda *given: step(*given, wrong=1)),
    Identity("rate", ("C", "gap", "v", "T"), rate, lambda *given: rate(*given, part=32)),
)
