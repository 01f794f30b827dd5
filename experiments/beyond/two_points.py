"""Two points have the smaller variance, where the formulas say so and elsewhere."""

from dataclasses import replace

from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024 import noisy_oracle


def wins(s):
    """Return whether the stated variance of the pair is the larger one."""
    return noisy_oracle.NoisyQuartic(s.x, s.ratio, s.oracle).stated >= 1


CLAIM = replace(
    noisy_oracle.CLAIM,
    id="beyond/two-points",
    kind="ordering",
    relation=AtLeast(),
    expect=1.0,
    corners=(),
    hypotheses={"the odd part varies less than the even part and the oracle": wins},
)
