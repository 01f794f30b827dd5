r"""At equal cost NSO has a lower test loss than naive noise, and a hundredth of that of descent from a unit start."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import RECOVERY

DEAR = {"quick": 1, "full": 10, "few": "two runs or more of thousands of steps on each of several problems"}


def following(p, problems):
    """Return the problem of a setting and those of the seeds that follow."""
    return [p._replace(seed=p.seed + k) for k in range(problems)]


def naive_over_nso(p, rng, problems=12, rivals=("naive", "naive-2")):
    """Return the ratios of the test losses with one point and with two, in the geometric mean over problems."""

    def one(p):
        nso = p.end("nso").test
        return [np.log(p.end(rival).test / nso) for rival in rivals]

    return np.exp(np.mean([one(problem) for problem in following(p, problems)], axis=0))


def gains(p, rng, budget=1.0, problems=3):
    """Return L_GD/L_NSO, and log(L_GD/L_naive) over log(L_GD/L_NSO), L a geometric mean over problems.

    Naive noise has a share ``budget`` of the gradient evaluations.
    """

    def one(p):
        naive = p._replace(gradients=int(budget * p.gradients))
        return np.log([p.end("gd").test, p.end("nso").test, naive.end("naive").test])

    descent, nso, naive = np.mean([one(problem) for problem in following(p, problems)], axis=0)
    return [np.exp(descent - nso), (descent - naive) / (descent - nso)]


CLAIMS = (
    Claim(
        id="zhang2024/sensing-nso-over-naive",
        title="NSO beats naive noise at equal cost",
        statement=r"""At $d=20$, $r=1$, $n=100$ and $0.08\le s\le0.12$, after 8000 gradient evaluations at $\eta=1/240$
            from $N(0,1)$ entries, the test loss of NSO ($k=1$) is below that of naive noise, with one point or the mean
            of two: $L_{\rm naive}/L_{\rm NSO}\ge1$ in the geometric mean over twelve problems.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=10),
        observe=naive_over_nso,
        expect=1,
        **{**RECOVERY, **DEAR, "domain": {"s": LogUniform(0.08, 0.12), "seed": SEED}},
        seconds=1.8,
        note="""Ratios of 0.94 to 11 are seen in single problems: both have NSO's bias, and naive noise has its noise
            besides. With two points the logarithm has the mean .49 and the deviation .32 at s = 0.12, .71 and .42 at
            0.08. Below s = 0.065 the order turns: there the penalty has not acted yet, and naive noise takes more
            steps for the same cost.""",
        controls=(
            Control(
                "half of the noise, s = 0.04",
                "the order of NSO and naive noise at one point is reversed",
                observe=lambda p, rng: naive_over_nso(p._replace(s=0.04), rng, 1, ("naive",)),
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-naive-takes-most",
        title="Naive noise takes most of the gain over gradient descent",
        statement=r"""At $d=20$, $r=1$, $n=100$ and $0.1\le s\le0.12$, after 8000 gradient evaluations at $\eta=1/240$
            from $N(0,1)$ entries, the geometric means $L$ of the test losses over three problems have
            $L_{\rm GD}/L_{\rm NSO}\ge100$, and on the logarithmic scale naive noise takes two thirds of that gain:
            $\log(L_{\rm GD}/L_{\rm naive})\ge\frac23\log(L_{\rm GD}/L_{\rm NSO})$.""",
        source=("Recovery, measured", "What the authors state"),
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=2),
        observe=gains,
        expect=(100, 2 / 3),
        **{**RECOVERY, **DEAR},
        seconds=0.66,
        note="""Contradicts the abstract of v3 outside of its setting: there naive noise gives no significant gains over
            SGD on three image sets; here it gains a hundredfold. In a single problem NSO may gain less, since descent
            from a unit start comes near the truth in a few: factors of 25 to 11700 are seen, and shares of .74 to .98.
            """,
        controls=(
            Control(
                "a twentieth of the budget",
                "naive noise needs its gradient evaluations as well",
                observe=lambda p, rng: gains(p, rng, budget=1 / 20),
            ),
        ),
    ),
)
