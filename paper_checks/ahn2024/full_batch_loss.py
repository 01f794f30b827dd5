r"""With $n$ orthogonal samples of equal norm full-batch SAP is $n$ times slower than one-sample SAP."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.race import Race


def observe(p, rng):
    fast = p.sharpness_aware(rng)
    return mean(p.sharpness_aware(rng, p.d - 1) / fast)


CLAIM = Claim(
    id="ahn2024/full-batch-loss",
    title="full-batch sharpness-aware steps lose the gain",
    statement=r"""With $n$ orthogonal samples of equal norm the full-batch steps are $n$ times slower than
        one-sample steps, $T_n/T_1=n$ to leading order in $\eta$.""",
    source=("What the paper states", "Batch size"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(rtol=0.2),
    problem=Race,
    observe=observe,
    expect=lambda p: p.d - 1,
    fixed={"replicates": 24},
    domain={"d": Whole(3, 17), "eta": Uniform(0.03, 0.1), "rho": Uniform(0.1, 0.15), "fall": Uniform(0.5, 1.0)},
    corners=tuple({"d": d, "eta": 0.1, "rho": 0.15, "fall": 0.7, "replicates": 16} for d in (4, 9)),
    quick=0,
    full=12,
    note="""Observed: the ratio of first times on n = d - 1 samples. That the gain needs stochastic gradients is the
        paper's; the factor is derived here.""",
    controls=(Control("no loss", "the full batch would be as fast", expect=1),),
)
