r"""The stated ratio is that of upper bound and L3, and L3 is below the value on the ramp, for every step size.

That it is below is the inequality of ``lower_bound_huber``, here at the upper bound's own step size; the value on the
ramp is the same at every $t\le T$, so the mean is that value.

With $W=\sqrt{1+C^2H/\sigma^2}$, $n=\sqrt\nu$, $m=1/(Tn)$ and $r=\sqrt{m^2+2W^2}$ the ratio exceeds $W$ by
$(m+r-\sqrt2W+Wn/2)/(\sqrt2-n/2)$. The numerator is at most $2m+Wn/2$, because $(m+\sqrt2W)^2-r^2=2\sqrt2mW$ is not
negative; the denominator is above 1 for $n\le3/4$. As $T\to\infty$ with $\sigma$, $k$, $C$, $D$ and $H$ fixed,
$n=\sigma/(D\sqrt{kCT})$ and $m=D\sqrt{kC}/(\sigma\sqrt T)$ tend to 0.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.evidence.enclosures.formula import sqrt
from paper_checks.zhang2024.enclosures._hard_instances import RAMP, of_ramp
from paper_checks.zhang2024.problems.descent import FixedStep

RATIO, EXCESS, ROOT, LOWER = "upper bound over L3", "ratio less limit", "square of its bound", "sqrt 2 - n/2 - 1"


def ratio(W, m, n, r, root, wrong=0):
    """Take the roots of 1 + C^2 H/sigma^2, of nu, of m^2 + 2 W^2 and of 2 as variables: all holds whatever they are."""
    unit = n**2 * m  # C D^2/T, in units of C D^2
    upper, lower = unit / n + r * n, root * n - n**2 / 2
    return {
        RATIO: (upper / lower, (m + r) / (root - n / 2) + wrong),
        EXCESS: ((m + r) / (root - n / 2) - W, (m + r - root * W + W * n / 2) / (root - n / 2)),
        ROOT: ((m + root * W) ** 2 - (m**2 + root**2 * W**2), 2 * root * m * W),
    }


def constant(n):
    return {LOWER: sqrt(2 + 0 * n) - n / 2 - 1}


def tie(p, observed, expected):
    c, gap, sigma, steps, k = p.descent
    n, W = sigma / np.sqrt(k * steps * c * gap), np.sqrt(1 + p.weight**2)
    m, root = 1 / (steps * n), np.sqrt(2)
    point = {"W": W, "m": m, "n": n, "r": np.sqrt(m**2 + 2 * W**2), "root": root}
    limit = p.descent.constant_gap(p.second_moment)
    above = 2 * root * m * W
    numbers = both(RATIO, p.upper_over_lower, expected) | both(EXCESS, *[expected - limit] * 2)
    yield At("ratio", point, numbers | both(ROOT, above, above))
    yield At("constant of L3", {"n": n}, {LOWER: p.upper.value / p.upper_over_lower / p.descent.unit - 1})
    yield from of_ramp(FixedStep(p.upper.step_size, p.descent), p.upper.value / observed, p.upper.value / expected)


ENCLOSURE = Enclosure(
    proves=r"""the statement, for all $T$, $k$, $C$, $D$, $H$ and $\sigma$ with $\nu<8$; and the limit with a rate: for
        $\sqrt\nu\le3/4$ the stated ratio exceeds $\sqrt{1+C^2H/\sigma^2}$ by less than
        $2/(T\sqrt\nu)+\sqrt{\nu(1+C^2H/\sigma^2)}/2$""",
    parts=(
        Identity("ratio", ("W", "m", "n", "r", "root"), ratio, lambda *given: ratio(*given, wrong=1)),
        Chart("constant of L3", {"n": (0, 0.75)}, constant, lowered(constant, Fraction(1, 16))),
        *RAMP,
    ),
    tie=tie,
    rtol=1e-7,
)
