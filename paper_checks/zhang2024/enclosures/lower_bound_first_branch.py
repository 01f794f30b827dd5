r"""For $\nu\ge1$ the value on L1's quadratic exceeds $2qCD^2$, and that is the smaller branch for $\nu\le30$.

In the notation of ``lower_bound_quadratic``: where the noise is lowered or $p=1$, that is shown there. Else
$x\ge\nu/(4p)\ge1/(4p)$, and $4p$ times the excess is $1-9pq+8p^2q+(4px-1)(1-pq)$. The branches differ by $g$ times
$n-gn^2/8-g$ with $g=\sqrt{2q}$ and $n=\sqrt\nu$; from $q<1/e$ it follows that $g<7/8$.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from paper_checks.zhang2024.enclosures._hard_instances import (
    FIRST,
    LARGE,
    LAW,
    OF_FIRST,
    SMALL,
    at_stationary,
    value,
)

EXCESS, LESS, BRANCHES = "4 p (value - 2 q)", "at x = 1/(4 p)", "second branch less first, over g"


def least(p, q):
    return {LESS: 1 - 9 * p * q + 8 * p**2 * q}


def excess(p, q, x, wrong=0):
    return {EXCESS: (4 * p * (value(p * q, x) - 2 * q), least(p, q)[LESS] + (4 * p * x - 1) * (1 - p * q) + wrong)}


def branches(n, g):
    return {BRANCHES: n - g * n**2 / 8 - g}


def tie(p, observed, expected):
    c, gap, sigma, steps, k = p.descent
    found, unit, q = p.quadratic(), c * gap, expected / (2 * c * gap)
    share, x, n = found.kappa / c, c * found.fast**2 / gap, sigma / np.sqrt(k * steps * unit)
    kept = share * (1 - p.eta * found.kappa) ** (2 * steps)
    yield at_stationary(p, x)
    yield At(FIRST, {"kept": kept, "x": x, "q": q}, both(FIRST, *[(observed - expected) / unit] * 2))
    if share < 1 and x < 2:
        found = 4 * share * (observed - expected) / unit
        yield At("excess", {"p": share, "q": q, "x": x}, both(EXCESS, found, found))
    yield At("least", {"p": share, "q": q}, {LESS: 4 * share * (value(share * q, 1 / (4 * share)) - 2 * q)})
    second = (np.sqrt(2 * q) - q * n / 4) * n
    yield At("branches", {"n": n, "g": np.sqrt(2 * q)}, {BRANCHES: (second - expected / unit) / np.sqrt(2 * q)})


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $k$, $C$ and $D$, and that L1 is then its first branch",
    parts=(
        LAW,
        OF_FIRST,
        Identity("excess", ("p", "q", "x"), excess, lambda *given: excess(*given, wrong=1)),
        Chart("least", {"p": (0, 1), "q": (SMALL, LARGE)}, least, lowered(least, Fraction(1, 16))),
        Chart("branches", {"n": (1, 5.5), "g": (0.6875, 0.875)}, branches, lowered(branches, Fraction(1, 32))),
    ),
    tie=tie,
    rtol=1e-7,
)
