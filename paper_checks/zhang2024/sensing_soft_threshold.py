r"""NSO shifts the eigenvalues of $X^*$ by what its penalty $s^2/2\langle C,X\rangle$ does on the tangent space."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.soft_threshold import Threshold, least_eigenvalue, least_slope, shifts, stated

CLAIM = Claim(
    id="zhang2024/sensing-soft-threshold",
    title="NSO soft-thresholds the eigenvalues",
    statement=r"""At $d=6$ and $8$, $r=1$ and $2$, $d(d+1)\le n\le\frac52d(d+1)$ and $0.08\le s\le0.1$, over the second
        half of 12000 steps, $WW^\top$ is $X^\star+\Delta$ in the mean, $\Delta$ the minimiser of
        $\frac1{2n}\sum\langle S_i,\Delta\rangle^2+\frac{s^2}2\langle C,\Delta\rangle$ on the tangent space at
        $X^\star$, where the eigenvalues of $X^\star$ are at least $20\lambda$ and the gradient at $\Delta$ is at least
        $\lambda/5$ off the $u_j$, $\lambda=s^2(d+1+p)$: in units of $\lambda$ the shifts $-u_j^\top\Delta u_j$, and 0
        off the $u_j$, come out up to $0.1$.""",
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
        "share": Uniform(2.0, 5.0),
        "s": Uniform(0.08, 0.1),
        "seed": SEED,
    },
    fixed={"steps": 12000},
    hypotheses={
        "the eigenvalues are at least twenty thresholds": lambda s: least_eigenvalue(Threshold(**s)) >= 20,
        "the gradient off the truth is at least a fifth": lambda s: least_slope(Threshold(**s)) >= 0.2,
    },
    quick=4,
    full=100,
    seconds=0.076,
    few="runs of 12000 steps",
    note="""In units of the population's threshold. The shifts of one sample are .5 to 2.2 of it. What is derived is of
        first order in s^2; what is left, the second order and NSO's noise, has a root mean square of .02. With fewer
        measurements, or an eigenvalue of a few thresholds, it is larger: an eigenvalue below one is cut off.""",
    controls=(
        Control(
            "three times the noise",
            "the shift is proportional to s^2",
            observe=lambda p, rng: shifts(p, rng, 3.0),
            change={"steps": 3000},
        ),
    ),
)
