"""The upper bound with explicit constants, on quadratics (exact moments) and on a nonconvex objective (replicates)."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024._rates import QUADRATICS, SMOOTHNESS, WellProblem, quadratic_problem

SOURCE = "README, Upper bound"
STATEMENT = (
    r"At $\eta=\min(1/C,\sqrt{2D^2k/(CVT)})$: $E|\nabla F(W_t)|^2 \le \sqrt{8CD^2V/(kT)} + 2CD^2/T$, "
    r"$V=\sigma^2+C^2H(P)$, $t$ uniform on $1..T$"
)
_PLAIN = {"d": 10, "condition": 10.0, "C": 1.0, "oracle": 1.0, "weight": 0.1, "k": 1, "estimator": "pair", "seed": 1}


def _observe_quadratic(setting, rng):
    return quadratic_problem(setting).mean(setting["T"])


def _expect_quadratic(setting, factor=1.0):
    return factor * quadratic_problem(setting).bound(setting["T"])


def _expect_without_root(setting):
    problem = quadratic_problem(setting)
    return 8 * problem.bound_variance / setting["T"] + 2 * setting["C"] * problem.gap / setting["T"]


QUADRATIC = Claim(
    id="zhang2024/upper-bound-quadratic",
    title="upper bound, quadratics",
    statement=STATEMENT + ".",
    source=SOURCE,
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=4.0),
    observe=_observe_quadratic,
    expect=_expect_quadratic,
    domain={**QUADRATICS, "T": Whole(10, 100_000, log=True)},
    corners=(
        *({**_PLAIN, "k": k, "T": T} for k in (1, 4, 16) for T in (100, 100_000)),
        {**_PLAIN, "estimator": "one point", "weight": 3.0, "T": 1000},
        {**_PLAIN, "oracle": 0.01, "weight": 0.0, "T": 1},
    ),
    quick=20,
    full=1000,
    note="Exact second moments, no sampling error and no slack. The root is needed: the authors' poster prints the "
    "rate "
    "as 1/(kT).",
    controls=(
        Control(
            "a quarter of the bound",
            "the bound is within a factor 3 of the truth",
            expect=lambda s: _expect_quadratic(s, 0.25),
            everywhere=False,
        ),
        Control(
            "no root",
            "8 V/(kT) in place of the root of 8 C D^2 V/(kT) is exceeded",
            expect=_expect_without_root,
            change=lambda s: {**s, "T": 100_000, "oracle": 1.0, "weight": 0.1},
        ),
    ),
)


def _well(setting):
    return WellProblem(setting["sigma"], setting["s"], setting["k"], setting["estimator"])


def _observe_well(setting, rng):
    means = _well(setting).means(setting["T"], setting["seed"], setting["replicates"])
    return mean(means).high


WELL = {
    "sigma": LogUniform(0.5, 4.0),
    "s": LogUniform(0.1, 0.6),
    "k": Whole(1, 8, log=True),
    "estimator": Choice(("pair", "one point")),
    "T": Whole(100, 10_000, log=True),
    "seed": SEED,
    "replicates": Whole(40, 40),
}
NONCONVEX = Claim(
    id="zhang2024/upper-bound-nonconvex",
    title="upper bound, a nonconvex well",
    statement=STATEMENT + r", on $\sum w_i^2/(1+w_i^2)$ with $C=2$.",
    source=SOURCE,
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=5.0),
    observe=_observe_well,
    expect=lambda setting: _well(setting).bound(setting["T"]),
    domain=WELL,
    corners=(
        {"sigma": 1.0, "s": 0.5, "k": 1, "estimator": "pair", "T": 2000, "seed": 1, "replicates": 40},
        {"sigma": 1.0, "s": 0.5, "k": 4, "estimator": "one point", "T": 500, "seed": 2, "replicates": 40},
    ),
    quick=1,
    full=40,
    hypotheses={"the step size of the bound is at most 1/C": lambda s: _well(s).step(s["T"]) <= 1 / SMOOTHNESS},
    note="Observed: the upper end of the interval for the mean over replicates.",
    controls=(
        Control(
            "noise left out of the bound",
            "without V the bound falls as 1/T",
            expect=lambda s: _well(s).bound(s["T"], 0.0, 0.0),
            change=lambda s: {**s, "T": max(s["T"], 500), "replicates": 20},
        ),
        Control(
            "an eighth of the bound",
            "the bound is within a factor 5 of the truth",
            everywhere=False,
            expect=lambda s: _well(s).bound(s["T"]) / 8,
            change=lambda s: {**s, "replicates": 20},
        ),
    ),
)
