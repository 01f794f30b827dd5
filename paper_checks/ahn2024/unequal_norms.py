r"""With orthogonal gradients of unequal norms each sample has its Gaussian share: $s_i/(s_1+s_2)$ at $B=2$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.theory.sam import gaussian_shares
from paper_checks.ahn2024.enclosures.unequal_norms import ENCLOSURE
from paper_checks.ahn2024.problems.gradients import carried_drifts, octant_rule, one_carrier, unequal_ratios


def three(s, rng, equal=False):
    """Return the drift at B = 3 for each carrier, over Gaussian residuals."""
    norms = (1.0, 1.0, 1.0) if equal else (1.0, s.second, s.third)
    points, weights = octant_rule(s.nodes)
    return [one_carrier(norms, s.seed, carrier).mean_drift(s.rho, points, weights) for carrier in range(3)]


CLAIMS = (
    Claim(
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
        few="300 vectors of residuals, two carriers each",
        seconds=0.05,
        note="For the norms 1 and 10 the two ratios are 1/11 and 10/11. Only the angle of the residuals matters.",
        controls=(
            Control(
                "equal norms",
                "each sample then has half the drift",
                observe=lambda s, rng: unequal_ratios(**{**s, "norm": 1.0}),
            ),
        ),
        enclosure=ENCLOSURE,
    ),
    Claim(
        id="ahn2024/unequal-norms-of-three",
        title="the shares of three samples of unequal norms",
        statement=r"""Orthogonal gradients of norms $s_1,s_2,s_3$, Gaussian residuals: the drift at $B=3$, when sample
            $i$ carries the slope of the trace, is that at $B=1$, $\frac{\rho^2}2\cdot\frac13\,t\cdot\nabla s_i^2$,
            times $\int_0^\infty s_i^2(1+2s_i^2t)^{-1}\prod_j(1+2s_j^2t)^{-1/2}\,dt$.""",
        source="Batch size",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-3),
        observe=three,
        expect=lambda s: carried_drifts(s.rho, [1.0, s.second, s.third]),
        fixed={"nodes": 12},
        domain={
            "second": Uniform(1.2, 3),
            "third": Uniform(1.2, 3),
            "rho": LogUniform(5e-4, 2e-3),
            "seed": SEED,
        },
        quick=1,
        full=40,
        few="576 vectors of residuals, three carriers each",
        seconds=0.094,
        note="The mean over residuals is Gauss' rule on an octant of the sphere, with all signs up to the opposite.",
        controls=(
            Control(
                "equal norms",
                "each sample then has a third of the drift",
                observe=lambda s, rng: three(s, rng, equal=True),
            ),
        ),
    ),
)
