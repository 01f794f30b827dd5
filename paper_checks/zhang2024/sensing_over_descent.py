r"""From a unit start the test loss of NSO is a hundredth of gradient descent's; naive noise takes most of that gain."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.sensing import AT_PAPER_SCALE, CORNERS, DETERMINED, FIXED, UNDERDETERMINED, Sensing


def share_of_gain(p, rng, budget=1.0):
    """Return log(L_GD/L_naive) over log(L_GD/L_NSO), with a share of the budget for naive noise."""
    descent, nso = p.end("gd").test, p.end("nso").test
    naive = p._replace(gradients=int(budget * p.gradients)).end("naive").test
    return np.log(descent / naive) / np.log(descent / nso)


CLAIMS = (
    Claim(
        id="zhang2024/sensing-nso-over-descent",
        title="NSO beats gradient descent from a unit start a hundredfold",
        statement=r"From a start with $N(0,1)$ entries $L_{\rm GD}/L_{\rm NSO}\ge100$ on test measurements.",
        source="Recovery, measured",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        problem=Sensing,
        observe=lambda p, rng: p.end("gd").test / p.end("nso").test,
        expect=100,
        fixed=FIXED,
        corners=CORNERS,
        full_corners=AT_PAPER_SCALE,
        hypotheses=UNDERDETERMINED,
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
        problem=Sensing,
        observe=share_of_gain,
        expect=1 / 2,
        fixed=FIXED,
        corners=CORNERS,
        full_corners=AT_PAPER_SCALE,
        hypotheses=UNDERDETERMINED,
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
