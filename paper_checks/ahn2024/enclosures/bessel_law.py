r"""Both sides of the law as power series in $s=k\rho$, term by term, and the first sign change of $W_{d+2}$.

As $a'(y+\rho g_1)=a'(y)\cos(sg_1)$ but for an odd part, the mean needs $E\cos(sg_1)$ and $E\cos(sg_1)|g_z|^2$, where
$|g_z|^2$ has the mean $(1-g_1^2)\frac n{d-1}$ for given $g_1$. Their series and those of $W_d$ and $\frac ndW_{d+2}$
converge for all $s$. The first terms agree, and so do the factors from each term to the next, by
$Eg_1^{2k+2}=Eg_1^{2k}(2k+1)/(d+2k)$ and, for the two $W$, by their shares $q_k=d/(d+2k)$, which
$q_{k+1}=q_k(d+2k)/(d+2k+2)$ keeps.

For $s\le\pi/2$ $W_{d+2}$ is positive, the mean of a cosine. Beyond, $F_n$, a positive multiple of $J_{d/2}$ with
$d=n+1$, is positive up to a number $z$ and negative from $z+2^{-20}$ to another one. Between $z$ and $z+2^{-20}$ it has
one zero, since $(s^\nu J_\nu)'=s^\nu J_{\nu-1}$ and $F_{n-2}<0$ there.
"""

from fractions import Fraction
from math import floor

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import bessel_j0, bessel_j1, cos, sin
from flatlab.theory.escape import SphereAverage, WavyValley

SHAPES = {
    -1: bessel_j0,
    0: sin,
    1: bessel_j1,
    2: lambda s: sin(s) - s * cos(s),
    3: lambda s: 2 * bessel_j1(s) - s * bessel_j0(s),
    4: lambda s: (3 - s**2) * sin(s) - 3 * s * cos(s),
    5: lambda s: (8 - s**2) * bessel_j1(s) - 4 * s * bessel_j0(s),
    6: lambda s: (15 - 6 * s**2) * sin(s) - (15 - s**2) * s * cos(s),
}
# F_n is s to the first number over the second one, times W
SCALES = {-1: (0, 1), 0: (1, 1), 1: (1, 2), 2: (3, 3), 3: (3, 8), 4: (5, 15), 5: (5, 48), 6: (7, 105)}
# the first two zeros of J_{d/2}
ZEROS = {
    1: (3.83170597, 7.0155),
    2: (4.49340945, 7.7252),
    3: (5.13562230, 8.4172),
    4: (5.76345919, 9.0950),
    5: (6.38016189, 9.7610),
    6: (6.98793200, 10.4171),
}


def below(zero, bits=20):
    return Fraction(floor(zero * 2**bits), 2**bits)


def law(d, n, k, s, wrong=0):
    """Return the factors from a term of a series to the next, and of the second series its share of the first."""
    mean_square = (2 * k + 1) / (d + 2 * k)  # of g_1, under the weight g_1^(2k)
    wave = -(s**2) / ((2 * k + 1) * (2 * k + 2)) * mean_square
    return {
        "next term": (wave, -((s / 2) ** 2) / ((k + 1) * (d / 2 + k))),
        "share across": (n / (d - 1) * (1 - mean_square), n / d * (d / (d + 2 * k)) + wrong),
        "share of the next term": (d / (d + 2 * k) * (d + 2 * k) / (d + 2 * k + 2), d / (d + 2 * (k + 1))),
    }


def charts(n):
    zero, second = ZEROS[n]
    before, past = below(zero), below(zero) + Fraction(1, 2**20)
    half = Fraction(1, 1024)
    signs = {
        f"n = {n}, up to the first zero": ((Fraction(3, 2), before), lambda s: {"W": SHAPES[n](s)}, half),
        f"n = {n}, at the first zero": ((before, past), lambda s: {"- slope of W": -SHAPES[n - 2](s)}, 1000),
        f"n = {n}, up to the second zero": ((past, below(second)), lambda s: {"-W": -SHAPES[n](s)}, half),
    }
    return [Chart(name, {"s": ends}, f, lowered(f, by), precision=80) for name, (ends, f, by) in signs.items()]


def scaled(n, s, factor):
    power, over = SCALES[n]
    return factor * s**power / over


def even_moments(d):
    """Return the means of g_1^2 and g_1^4 by quadrature in the angle."""
    at, weights = np.polynomial.legendre.leggauss(40)
    angle = np.pi * (at + 1) / 2
    weights = weights * np.sin(angle) ** (d - 2)
    return [weights @ np.cos(angle) ** power / weights.sum() for power in (2, 4)]


def tie(s, observed, expected):
    d, rho = s.n + 1, s.multiple / s.wavenumber
    (second, fourth), (_, above) = even_moments(d), even_moments(d + 2)
    wave = -(s.multiple**2) / 12 * fourth / second
    numbers = both("next term", wave, wave) | both("share of the next term", above / fourth, above / fourth)
    across = s.n / (d - 1) * (1 - fourth / second)
    yield At("law", {"d": d, "n": s.n, "k": 1, "s": s.multiple}, numbers | both("share across", across, across))
    sphere, rise = SphereAverage(rho, d), -s.wavenumber * np.sin(s.wavenumber * s.y)
    off, on = s.off**2 / 2 * sphere.wave_factor(s.wavenumber), sphere.drift * s.n / d
    for number in (observed, expected):
        yield from signs(s.n, s.multiple, (number / rise - off) / on)
    for n, zeros in ZEROS.items():
        for size in (2.0, sum(zeros) / 2):
            yield from signs(n, size, WavyValley(1.0, n, n + 1).drift_factor(size))
        flip = WavyValley(1.0, n, n + 1).sign_flip_radius
        falls = -scaled(n - 2, flip, SphereAverage(flip, n + 1).wave_factor(1.0))
        yield At(f"n = {n}, at the first zero", {"s": flip}, {"- slope of W": falls})


def signs(n, s, factor):
    """Yield the chart that holds s, where there is one, with what it must give there."""
    for chart in CHARTS[n]:
        (words,) = chart.program.outputs
        if chart.holds({"s": s}) and words != "- slope of W":
            yield At(chart.name, {"s": s}, {words: scaled(n, s, factor) * (-1 if words == "-W" else 1)})


CHARTS = {n: charts(n) for n in ZEROS}
ENCLOSURE = Enclosure(
    proves=r"""the statement, for all $n$, $d$, $\rho$, $z$ and $y$; and that for $n$ from 1 to 6 in $d=n+1$ dimensions
        the drift at $z=0$ changes its sign first at $k\rho$ = 3.8317, 4.4934, 5.1356, 5.7634, 6.3801 and 6.9879, each
        known to $2^{-20}$, and next not below 7.01, 7.72, 8.41, 9.09, 9.76 and 10.41""",
    parts=(
        Identity("law", ("d", "n", "k", "s"), law, lambda *given: law(*given, wrong=1)),
        *(chart for found in CHARTS.values() for chart in found),
    ),
    tie=tie,
    rtol=1e-7,
)
