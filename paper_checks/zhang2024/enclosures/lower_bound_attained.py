r"""Steps near $\eta=\sqrt{2q/\nu}/(CT)$ leave at most 1.015 times L1 on the quadratic built against them.

In the notation of ``lower_bound_quadratic`` with $g=\sqrt{2q}$, $n=\sqrt\nu$, $u=gn$ and $h=\tau g/(Tn)$:
$p=n/(2g\tau)$, $x=\tau gn/(2-h)$, and the value over $gn$ is $\frac1{2\tau}+(\tau-\frac u4)/(2-h)$, while L1's second
branch over $gn$ is $1-\frac u8$. From $T\sqrt\nu\ge30$ and $\nu\le0.8$ it follows that $T\ge34$, $0.85<g<0.86$,
$u<0.77$, $h<1/32$, $p<1$ and $x<2$ for $\tau\le17/16$, and the second branch is the smaller one where $g-n+gn^2/8>0$.
No step leaves less than L1.
"""

from fractions import Fraction

import numpy as np

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, Identity, both, lowered
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.enclosures._hard_instances import OF_SECOND, REST, SECOND, of_quadratic, value
from paper_checks.zhang2024.problems.descent import FixedStep

NEAR, BRANCHES, SCALED = "1.015 L1 - value, over g n", "first branch less second, over g", "value over g n"


def scaled(tau, h, u):
    return 1 / (2 * tau) + (tau - u / 4) / (2 - h)


def near(tau, h, u):
    return {NEAR: Fraction(1015, 1000) * (1 - u / 8) - scaled(tau, h, u)}


def branches(n, g):
    return {BRANCHES: g - n + g * n**2 / 8}


def formula(tau, h, n, g, wrong=0):
    """Return the value with p = n/(2 g tau) and x = tau g n/(2 - h), against its scaled form."""
    found = value(n / (2 * g * tau) * g**2 / 2, tau * g * n / (2 - h)) / (g * n)
    return {SCALED: (found, scaled(tau, h, g * n) + wrong)}


def of_attained(case, observed, expected):
    """Tie all parts but the chart of the tolerance to the least value over step sizes and to the stated bound."""
    nu, descent = case
    unit, steps, n = descent.smoothness * descent.gap, descent.steps, np.sqrt(nu)
    g, h = np.sqrt(2) * (1 - 1 / (2 * steps)) ** steps, best_step(nu, steps).eta
    point = {"tau": h * steps * n / g, "h": h, "n": n, "g": g}
    yield At("formula", point, both(SCALED, *[observed / (unit * g * n)] * 2))
    yield At("branches", {"n": n, "g": g}, {BRANCHES: (g**2 - expected / unit) / g})
    parts = of_quadratic(FixedStep(h / descent.smoothness, descent), observed, expected)
    yield from (at for at in parts if at.part in (SECOND, "rest"))


def tie(case, observed, expected):
    found, *others = of_attained(case, observed, expected)
    tau, h, n, g = found.point.values()
    unit = case[1].smoothness * case[1].gap * g * n
    yield At("near", {"tau": tau, "h": h, "u": g * n}, {NEAR: (1.015 * expected - observed) / unit})
    yield from (found, *others)


ATTAINED = (
    Identity("formula", ("tau", "h", "n", "g"), formula, lambda *given: formula(*given, wrong=1)),
    Chart("branches", {"n": (0, 29 / 32), "g": (27 / 32, 7 / 8)}, branches, lowered(branches, Fraction(1, 32))),
    OF_SECOND,
    REST,
)
ENCLOSURE = Enclosure(
    proves=r"""the statement, for all $T$, $k$, $C$ and $D$: a step within a sixteenth of $\sqrt{2q/\nu}/(CT)$ leaves
        at most 1.015 times L1, and none leaves less than L1""",
    parts=(
        Chart(
            "near",
            {"tau": (15 / 16, 17 / 16), "h": (0, 1 / 32), "u": (0, 13 / 16)},
            near,
            lowered(near, Fraction(1, 128)),
        ),
        *ATTAINED,
    ),
    tie=tie,
    rtol=1e-6,
)
