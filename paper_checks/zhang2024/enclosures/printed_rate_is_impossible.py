r"""The least value over all step sizes lies between L1 and the value at one step size; so does the slope of the five.

With $n=\sqrt\nu$, $g=\sqrt{2q}$, $u=gn$ and $h=g/(Tn)$ the least value over $CD^2$ is from $u(1-\frac u8)$, by L1, to
$u(\frac12+(1-\frac u4)/(2-h))$, which the step $h/C$ leaves (``lower_bound_attained`` with $\tau=1$, where $p=n/(2g)<1$
and $x=gn/(2-h)<2$). The slope of $\log(T\cdot\text{least})$ in $\log T$ is a sum over the five times with fixed
weights: its ends take the lower or the upper one by the sign of the weight. Here $\nu T$ is one number, and $n$ that at
$T=100$. For every $T\ge100$ the same two values are $\sqrt{2q\nu T}$ times a number near 1, so $T\cdot\text{least}$
grows without limit.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, lowered
from flatlab.evidence.enclosures.formula import exp, log, sqrt
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.enclosures.lower_bound_attained import ATTAINED, of_attained

ABOVE, BELOW = "slope above its lower limit", "upper limit above slope"
TIMES = (100, 316, 1000, 3162, 10_000)
TOLERANCE = Fraction(15, 1000)


def ends(T, n, g):
    """Return the logarithms of T times the ends of the least value."""
    u, h = g * n, g / (T * n)
    return log(T * u * (1 - u / 8)), log(T * u * (Fraction(1, 2) + (1 - u / 4) / (2 - h)))


def slope(n):
    """Return the ends of the slope, less 0.485 and from 0.515."""
    logs = [log(T + 0 * n) for T in TIMES]
    offsets = [one - sum(logs) / 5 for one in logs]
    squares, low, high = sum(one**2 for one in offsets), 0, 0
    for T, offset in zip(TIMES, offsets):
        g = sqrt(2 + 0 * n) * exp(T * log(1 - Fraction(1, 2 * T) + 0 * n))
        pair = ends(T, n * sqrt(Fraction(100, T) + 0 * n), g)
        least, most = pair if T >= 1000 else pair[::-1]  # the weights are below 0 for the first two times
        low, high = low + offset * least / squares, high + offset * most / squares
    half = Fraction(1, 2)
    return {ABOVE: low - half + TOLERANCE, BELOW: half + TOLERANCE - high}


def tie(cases, observed, expected):
    nu, descent = cases[0]
    yield At("slope", {"n": np.sqrt(nu)}, {ABOVE: observed - expected + 0.015, BELOW: expected + 0.015 - observed})
    least = best_step(nu, descent.steps).constant * descent.unit
    yield from of_attained(cases[0], least, descent.warm_quadratic)


ENCLOSURE = Enclosure(
    proves=r"""the slope over the five times is within 0.015 of $\frac12$ for all $C$, $D$, $k$ and $\nu$ at $T=100$
        from 0.01 to 0.1, and $T$ times the least value grows without limit""",
    parts=(
        Chart("slope", {"n": (3 / 32, 41 / 128)}, slope, lowered(slope, Fraction(1, 64)), precision=80),
        *ATTAINED,
    ),
    tie=tie,
    rtol=0.012,
)
