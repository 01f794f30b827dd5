r"""NSO shifts the eigenvalues of $X^*$ by what its penalty $s^2/2\langle C,X\rangle$ does on the tangent space."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.soft_threshold import Threshold, least_slope, shifts, stated

CLAIM = Claim(
    id="zhang2024/sensing-soft-threshold",
    title="NSO soft-thresholds the eigenvalues",
    statement=r"""With $n\ge\frac34d(d+1)$ measurements $WW^\top$ settles at $X^\star+\Delta$, $\Delta$ the minimiser of
        $\frac1{2n}\sum\langle S_i,\Delta\rangle^2+\frac{s^2}2\langle C,\Delta\rangle$ on the tangent space at
        $X^\star$, where the gradient of that at $\Delta$ is at least $\lambda/10$ off the $u_j$,
        $\lambda=s^2(d+1+p)$: in units of $\lambda$ the shifts $-u_j^\top\Delta u_j$, and 0 off the $u_j$, come out up
        to $0.1$.""",
    source=("Soft threshold", "Threshold of one sample"),
    origin="derived",
    kind="equality",
    relation=Equal(atol=0.1),
    problem=Threshold,
    observe=shifts,
    expect=stated,
    domain={
        "d": Choice((6, 8)),
        "rank": Choice((1, 2)),
        "share": Uniform(1.5, 5.0),
        "s": Uniform(0.08, 0.1),
        "seed": SEED,
    },
    fixed={"steps": 12000},
    hypotheses={"the gradient off the truth is at least a tenth": lambda s: least_slope(Threshold(**s)) >= 0.1},
    quick=5,
    full=100,
    seconds=0.09,
    few="runs of 12000 steps",
    note=r"""In units of the population's threshold. The shifts of one sample are .7 to 1.5 of it. The statement is of
        first order in s^2; what is left is NSO's noise and the second order.""",
    controls=(
        Control(
            "twice the noise",
            "the shift is proportional to s^2",
            observe=lambda p, rng: shifts(p, rng, 2.0),
        ),
    ),
)
