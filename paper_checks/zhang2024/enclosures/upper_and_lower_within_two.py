r"""The stated ratio is that of upper bound and L3, and L3 is below the value on the ramp, for every step size.

That it is below is the inequality of ``lower_bound_huber``, here at the upper bound's own step size; the value on the
ramp is the same at every $t\le T$, so the mean is that value.
"""

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Enclosure, Identity, both
from paper_checks.zhang2024.enclosures._hard_instances import RAMP, of_ramp
from paper_checks.zhang2024.problems.descent import FixedStep

RATIO = "upper bound over L3"


def ratio(W, T, n, root, wrong=0):
    """Take roots of 1 + C^2 H/sigma^2, of nu, and of 2 as variables: the equation holds whatever they are."""
    upper, lower = 2 * root * W * n + 2 / T, root * n - n**2 / 2
    return {RATIO: (upper / lower, (2 * root * W + 2 / (T * n)) / (root - n / 2) + wrong)}


def tie(p, observed, expected):
    c, gap, sigma, steps, k = p.descent
    n = sigma / np.sqrt(k * steps * c * gap)
    point = {"W": np.sqrt(1 + p.weight**2), "T": steps, "n": n, "root": np.sqrt(2)}
    yield At("ratio", point, both(RATIO, p.upper_over_lower, expected))
    yield from of_ramp(FixedStep(p.upper.step_size, p.descent), p.upper.value / observed, p.upper.value / expected)


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $T$, $k$, $C$, $D$, $H$ and $\sigma$ with $\nu<8$",
    parts=(Identity("ratio", ("W", "T", "n", "root"), ratio, lambda *given: ratio(*given, wrong=1)), *RAMP),
    tie=tie,
    rtol=1e-7,
)
