r"""The moment of up to seven samples as exact numbers, and Stirling's estimate of it below $2\sqrt n$ from eight on.

Each term of the binomial sum has $L^j(1-L)^{n-j}$ over itself, so the moment is a number $\xi(n)$ for every mean $L$ in
$(0,1)$; $\xi(1)=2=2\sqrt1$ and $\xi(n)^2<4n$ for $n=2,\dots,7$. From eight on the README bounds $\xi(n)/\sqrt n$ by
$2z+e^{z^2/12}\sqrt{\pi/2}$ with $z=1/\sqrt n$, which is below 2 for $0\le z\le1/\sqrt8$; $\sqrt{\pi/2}<1.2534$. That
binary losses have the largest moment is proved there too.
"""

from fractions import Fraction
from math import comb

import numpy as np
from scipy.stats import binom

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import exp

FEW = range(1, 8)
ROOT = Fraction(12534, 10000)  # above the root of pi/2
ESTIMATE = "2 less Stirling's estimate over sqrt n"


def word(n):
    return f"n = {n}"


def xi(n):
    """Return the moment of n samples, exactly."""
    return sum(comb(n, j) * Fraction(j, n) ** j * Fraction(n - j, n) ** (n - j) for j in range(n + 1))


def moments(L, wrong=0):
    """Return E exp(n kl) at the mean L and its value."""
    found = {}
    for n in FEW:
        chances = [comb(n, j) * L**j * (1 - L) ** (n - j) for j in range(n + 1)]
        ratios = [Fraction(j, n) ** j / L**j * (Fraction(n - j, n) / (1 - L)) ** (n - j) for j in range(n + 1)]
        found[word(n)] = sum(a * b for a, b in zip(chances, ratios)), xi(n) + wrong
    return found


def squares(L):
    """Return 4 n less the squared moments, which are the same for all L."""
    return {word(n): 4 * n - xi(n) ** 2 + 0 * L for n in FEW[1:]}


def stirling(z):
    return {ESTIMATE: 2 - ROOT * exp(z**2 / 12) - 2 * z}


def by_sum(n, L):
    """Return the moment by the binomial law."""
    k = np.arange(n + 1)
    q = k / n
    ratios = (q / L) ** k * ((1 - q) / (1 - L)) ** (n - k)
    return float(binom.pmf(k, n, L) @ ratios)


def tie(case, observed, expected):
    p, risk = case
    pairs = {n: (by_sum(n, risk), 2 * n**0.5) for n in FEW}
    if p.n in pairs:
        pairs[p.n] = expected, observed
    numbers = {}
    for n, (moment, _) in pairs.items():
        numbers |= both(word(n), moment, moment)
    numbers |= both(word(1), *pairs[1])
    yield At("moments", {"L": risk}, numbers)
    rest = {word(n): allowed**2 - moment**2 for n, (moment, allowed) in pairs.items() if n > 1}
    yield At("squares", {"L": risk}, rest)
    if p.n > 7:
        z = p.n**-0.5
        yield At("Stirling", {"z": z}, {ESTIMATE: observed * z - float(ROOT) * np.exp(z**2 / 12) - 2 * z})


ENCLOSURE = Enclosure(
    proves=r"$2\sqrt n\ge E\exp(n\,\mathrm{kl}(\hat L\Vert L))$ for all $n$ and all $L$, with equality at $n=1$",
    measured="that the budget of the bound is this one",
    parts=(
        Identity("moments", ("L",), moments, lambda L: moments(L, wrong=1)),
        Chart("squares", {"L": (0, 1)}, squares, lowered(squares, 2)),
        Chart("Stirling", {"z": (0, Fraction(5793, 16384))}, stirling, lowered(stirling, Fraction(1, 32))),
    ),
    tie=tie,
    rtol=1e-5,
)
