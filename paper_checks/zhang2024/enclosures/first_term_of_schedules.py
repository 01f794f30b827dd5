r"""The slope for a schedule of total length $S$, and a ramp that ends with the last step.

$w_1$ starts at $e/C+Se$ and moves by $\eta_te$ a step, so it is at $e/C$ or above up to the last step: the gradient is
$e$ at each output, and the weighted mean of its square is $e^2$.
"""

from paper_checks.zhang2024.enclosures._ramp import enclosure

ENCLOSURE = enclosure(
    lambda p: (p.etas.sum(), p.descent.smoothness, p.descent.gap, p.etas.max()),
    r"the statement in the limit $\sigma\to0$, for all schedules, $T$, $C$ and $D$",
)
