r"""At equal cost NSO has a lower test loss than naive noise, and a hundredth of that of descent from a unit start."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import DETERMINED, RECOVERY


def naive_over_nso(p, rng):
    nso = p.end("nso").test
    return [p.end("naive").test / nso, p.end("naive-2").test / nso]


def share_of_gain(p, rng, budget=1.0):
    """Return log(L_GD/L_naive) over log(L_GD/L_NSO), with a share of the budget for naive noise."""
    descent, nso = p.end("gd").test, p.end("nso").test
    naive = p._replace(gradients=int(budget * p.gradients)).end("naive").test
    return np.log(descent / naive) / np.log(descent / nso)


CLAIMS = (
    Claim(
        id="zhang2024/sensing-nso-over-naive",
        title="NSO beats naive noise at equal cost",
        statement=r"""At equal gradient evaluations the test loss of NSO ($k=1$) is below that of naive noise, with one
            point or the mean of two: $L_{\rm naive}/L_{\rm NSO}\ge1$ in every problem.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=10),
        observe=naive_over_nso,
        expect=1,
        **RECOVERY,
        note="First of four readings. Ratios of 2 to 7 are seen.",
        controls=(
            Control(
                "noise too small for the budget",
                "the penalty has no time to act, and naive noise takes more steps for the same cost",
                change=lambda s: {**s, "s": 0.02, "gradients": 4000} if s.seed <= 2 else None,
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-nso-over-descent",
        title="NSO beats gradient descent from a unit start a hundredfold",
        statement=r"From a start with $N(0,1)$ entries $L_{\rm GD}/L_{\rm NSO}\ge100$ on test measurements.",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        observe=lambda p, rng: p.end("gd").test / p.end("nso").test,
        expect=100,
        **RECOVERY,
        controls=(
            Control(
                "determined system",
                "with more measurements than entries gradient descent recovers the matrix",
                change=lambda s: {**s, **DETERMINED} if s.seed <= 2 else None,
            ),
        ),
    ),
    Claim(
        id="zhang2024/sensing-naive-takes-most",
        title="Naive noise takes most of the gain over gradient descent",
        statement=r"""On the logarithmic scale $\log(L_{\rm GD}/L_{\rm naive})\ge\frac12\log(L_{\rm GD}/L_{\rm NSO})$:
            most of the gain needs no symmetric pair.""",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(tight_within=2),
        observe=share_of_gain,
        expect=1 / 2,
        **RECOVERY,
        note="Second of four readings.",
        controls=(
            Control(
                "a twentieth of the budget",
                "naive noise needs its gradient evaluations as well",
                observe=lambda p, rng: share_of_gain(p, rng, budget=1 / 20),
            ),
        ),
    ),
)
