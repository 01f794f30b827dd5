r"""The slope at $\eta=1/C$, and a ramp that ends with the last step.

$w_1$ starts at $e/C+\eta Te$ and moves by $\eta e$ a step, so it is at $e/C+(T-t)\eta e\ge e/C$ at $t\le T$: the
gradient is $e$ at all of $1,\dots,T$, and so is the mean of its square $e^2$.
"""

from paper_checks.zhang2024.enclosures._ramp import enclosure

ENCLOSURE = enclosure(lambda s: (s.T / s.C, s.C, s.gap), r"the statement, for all $T$, $C$ and $D$")
