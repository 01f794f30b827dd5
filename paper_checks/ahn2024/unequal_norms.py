r"""With orthogonal gradients of norms $s_1,s_2$ the drift at $B=2$ is $s_i/(s_1+s_2)$ of that at $B=1$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform
from flatlab.evidence.relations import Equal
from flatlab.theory.sam import gaussian_shares
from paper_checks.ahn2024.problems.gradients import unequal_ratios

CLAIM = Claim(
    id="ahn2024/unequal-norms",
    title="with unequal norms the loss depends on who carries the trace",
    statement=r"""Orthogonal gradients of norms $s_1,s_2$, Gaussian residuals: drift at $B=2$ over that at $B=1$:
        $s_i/(s_1+s_2)$ when sample $i$ carries the slope of the trace.""",
    source="Batch size",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-3),
    observe=lambda s, rng: unequal_ratios(**s),
    expect=lambda s: gaussian_shares([1.0, s.norm]),
    fixed={"angles": 300},
    domain={"norm": Uniform(1.5, 10), "seed": SEED},
    quick=1,
    full=40,
    few="300 vectors of residuals, each with all batches",
    seconds=0.26,
    note="For the norms 1 and 10 the two ratios are 1/11 and 10/11. Only the angle of the residuals matters.",
    controls=(
        Control(
            "equal norms",
            "each sample then has half the drift",
            observe=lambda s, rng: unequal_ratios(**{**s, "norm": 1.0}),
        ),
    ),
)
