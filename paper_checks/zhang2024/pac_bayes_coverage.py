r"""Chosen among $J$ posteriors, the rigorous bound fails with probability at most $\delta$, and may with $\delta/2$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.exact_coverage import Draws, Shells

ANY = {"J": Whole(1, 200, log=True), "delta": LogUniform(1e-6, 0.3), "outcome": Uniform(0.0, 0.99)}
TIGHT = {"J": 200, "delta": 0.05, "outcome": 0.0}

CLAIMS = (
    Claim(
        id="zhang2024/pac-bayes-coverage",
        title="the rigorous bound fails with probability at most δ",
        statement=r"""At $W=W_0$, over samples whose losses under $J$ posteriors are independent: the bound
            $\mathrm{kl}^{-1}(\hat L, \log(2J\sqrt n/\delta)/n)$ is below the risk of one of the $J$ with probability at
            most $\delta$.""",
        source=("Rigorous bound", "Where the bound is reached"),
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=2.1),
        problem=Shells,
        observe=lambda p, rng: p.failure(p.rule()),
        expect=lambda p: p.delta,
        domain={"n": Whole(1, 60, log=True), **ANY},
        corners=({"n": 1, **TIGHT},),
        quick=20,
        full=400,
        note="""An exact binomial sum: no sample is drawn. The risk is set just above the bound of one outcome. Hardly
            anything is paid for draws, all of which have one loss.""",
        seconds=0.001,
        controls=(
            Control(
                "one of J paid for",
                "the best of J posteriors needs the union bound",
                observe=lambda p, rng: p.failure(p.rule(paid=1)),
                change={"J": 200, "n": 1},
            ),
            Control(
                "confidence left out",
                "at log(2 J sqrt(n)) one sample of two breaks the bound",
                observe=lambda p, rng: p.failure(p.rule(delta=0.99)),
                change={"n": 1, "outcome": 0.0},
            ),
        ),
    ),
    Claim(
        id="zhang2024/pac-bayes-draws",
        title="the correction for draws fails with probability at most δ'/2",
        statement=r"""With $m$ draws from each of $J$ posteriors the mean loss of the draws, raised to
            $\mathrm{kl}^{-1}(\hat L_{mc}, \log(2J/\delta')/m)$ in the rigorous bound, falls short of $E_Q\hat L$ for
            one of the $J$ with probability at most $\delta'/2$.""",
        source=("Monte Carlo correction", "Where the bound is reached"),
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=1.1),
        problem=Draws,
        observe=lambda p, rng: p.failure(p.rule()),
        expect=lambda p: p.delta / 2,
        domain={"m": Whole(1, 60, log=True), **ANY},
        corners=({"m": 1, **TIGHT},),
        quick=20,
        full=400,
        note="""An exact binomial sum. The loss is decided by the draw alone and the sample is so large that next to
            nothing is paid for it.""",
        seconds=0.001,
        controls=(
            Control(
                "draws taken as exact",
                "a mean of few draws is not the posterior's",
                observe=lambda p, rng: p.failure(p.rule(copies=20_000)),
                change=lambda s: {**s, "m": min(s.m, 10), "outcome": min(s.outcome, 0.5)},
            ),
            Control(
                "one look paid for",
                "the draws of the levels that were not chosen were looked at as well",
                observe=lambda p, rng: p.failure(p.rule(looks=1)),
                change={"J": 200, "m": 1},
            ),
        ),
    ),
)
