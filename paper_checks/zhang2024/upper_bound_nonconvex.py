r"""Upper bound $E|\nabla F(W_t)|^2\le A+\sqrt{A^2+2AV/k}$, $A=CD^2/T$, on a nonconvex well in replicates."""

from typing import NamedTuple

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.well import METHODS, WellProblem


class Runs(NamedTuple):
    """Replicates of T steps on a well."""

    well: WellProblem
    T: int
    seed: int
    replicates: int


def runs(sigma, s, k, estimator, **given):
    return Runs(WellProblem(sigma, s, k, estimator), **given)


def observe(p, rng):
    return mean(p.well.means(p.T, p.seed, p.replicates))


CLAIM = Claim(
    id="zhang2024/upper-bound-nonconvex",
    title="upper bound, a nonconvex well",
    statement=r"""At $1/\eta=C/2+\sqrt{C^2/4+CVT/(2kD^2)}$: $E|\nabla F(W_t)|^2 \le A+\sqrt{A^2+2AV/k}$, $A=CD^2/T$,
        $V=\sigma^2+C^2H(P)$, $t$ uniform on $1..T$, on $\sum w_i^2/(1+w_i^2)$ with $C=2$.""",
    source="Upper bound",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=1.5),
    problem=runs,
    observe=observe,
    expect=lambda p: p.well.bound(p.T),
    fixed={"replicates": 100},
    domain={
        "sigma": LogUniform(0.5, 4.0),
        "s": LogUniform(0.1, 0.6),
        "k": Whole(1, 8, log=True),
        "estimator": Choice(tuple(METHODS)),
        "T": Whole(100, 1500, log=True),
        "seed": SEED,
    },
    corners=(
        {"sigma": 4.0, "s": 0.1, "k": 1, "estimator": "pair", "T": 1500, "seed": 1},
        {"sigma": 1.0, "s": 0.5, "k": 4, "estimator": "one point", "T": 500, "seed": 2},
    ),
    quick=1,
    full=40,
    seconds=0.15,
    few="a hundred replicates of thousands of steps",
    controls=(
        Control(
            "a hundredth of the step",
            "the gap is not travelled",
            observe=lambda p, rng: mean(p.well.means(p.T, p.seed, p.replicates, eta=p.well.step(p.T) / 100)),
            change=lambda s: {**s, "T": 1000, "k": 1, "replicates": 12} if s.sigma == 4.0 else None,
        ),
        Control(
            "noise left out of the bound",
            "without V the bound falls as 1/T",
            expect=lambda p: p.well.bound(p.T, 0.0, 0.0),
            change=lambda s: {**s, "T": 500, "replicates": 20} if s.sigma == 4.0 else None,
        ),
        Control(
            "two thirds of the bound",
            "the bound is nearly reached where the oracle's noise is large, as in the first corner",
            everywhere=False,
            expect=lambda p: p.well.bound(p.T) * 2 / 3,
        ),
    ),
)
