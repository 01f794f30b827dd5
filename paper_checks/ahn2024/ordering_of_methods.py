r"""On a diagonal network SAP leaves less excess trace than random smoothing, and that less than gradient descent."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED
from flatlab.evidence.relations import AtLeast
from paper_checks.ahn2024.problems.sparse_recovery import CLEAR, Recovery


def excess(p, method):
    return p.run(method, np.random.default_rng(p.seed))[0][-1] - p.least


def observe(p, rng):
    """Return the excess of random smoothing over that of SAP, and of gradient descent over random smoothing."""
    smoothed = excess(p, "smoothed")
    return smoothed / excess(p, "sharpness-aware"), excess(p, "descent") / smoothed


CLAIM = Claim(
    id="ahn2024/ordering-of-methods",
    title="sharpness-aware before smoothed before gradient descent",
    statement=r"""At equal $\eta,\rho$ and steps the excess trace $\mathrm{tr}-4\min\|x\|_1$ left by random smoothing is
        at least twice that left by SAP, and gradient descent leaves at least $1.1$ times that of random smoothing.""",
    source="Sparse recovery",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    problem=Recovery,
    observe=observe,
    expect=(2.0, 1.1),
    fixed={"steps": 60000},
    domain={"seed": SEED},
    corners=({"seed": 2, "steps": 40000},),
    hypotheses=CLEAR,
    quick=0,
    full=8,
    note="The paper has the first half of this order on a ResNet; only the order is compared.",
    controls=(
        Control(
            "exchanged",
            "the ordering is the other way",
            observe=lambda p, rng: [excess(p, "sharpness-aware") / excess(p, "smoothed")] * 2,
        ),
    ),
)
