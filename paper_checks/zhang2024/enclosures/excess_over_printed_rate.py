r"""L1 at $\nu=1/T$ in units of $CD^2/T$ is $\sqrt{2qT}-q/4$; its proof is that of ``lower_bound_quadratic``.

The two numbers are those of the statement, to the digits that it gives. $T$ is a real number near the whole one.
"""

from fractions import Fraction

from flatlab.evidence.enclosures.enclosure import At, Chart, Enclosure, lowered
from flatlab.evidence.enclosures.formula import exp, log, sqrt
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.enclosures._hard_instances import QUADRATIC, of_quadratic
from paper_checks.zhang2024.problems.descent import FixedStep

NUMBERS = {100: (Fraction(845, 100), Fraction(855, 100)), 10_000: (Fraction(855, 10), Fraction(865, 10))}
NEAR = 2.0**-10
ABOVE, BELOW = "L1 less its lower limit", "upper limit less L1"


def within(low, high):
    def limits(T):
        q = exp(2 * T * log(1 - 1 / (2 * T)))
        value = sqrt(2 * q * T) - q / 4
        return {ABOVE: value - low, BELOW: high - value}

    return limits


def tie(cases, observed, expected):
    for descent, least, stated in zip(cases, observed, expected):
        T, unit = descent.steps, descent.smoothness * descent.gap
        p = FixedStep(best_step(1 / T, T).eta / descent.smoothness, descent)
        yield from of_quadratic(p, least * unit / T, stated * unit / T)
        low, high = map(float, NUMBERS[T])
        yield At(f"T = {T}", {"T": T}, {ABOVE: stated - low, BELOW: high - stated})


ENCLOSURE = Enclosure(
    proves=r"the statement, for all $k$, $C$ and $D$, with the two numbers to the digits that it gives",
    parts=(
        *QUADRATIC,
        *(
            Chart(f"T = {T}", {"T": (T - NEAR, T + NEAR)}, within(*ends), lowered(within(*ends), Fraction(1, 2)))
            for T, ends in NUMBERS.items()
        ),
    ),
    tie=tie,
    rtol=1e-6,
)
