r"""Replicates that advance together in machine code end where each ends alone in machine code, bit for bit."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import Close
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from paper_checks.laboratory.problems.replicates import Replicates


def compiled_pair(method, d, replicates, steps, eta, seed):
    """Return replicates of a pair whose block form is compiled, on curvatures up to 1."""
    rng = np.random.default_rng(seed)
    made = GD(eta) if method == "GD" else SAM(eta, 0.1)
    return Replicates(made, Quadratic(rng.uniform(0, 1, d)), rng.standard_normal((replicates, d)), steps)


CLAIM = Claim(
    id="laboratory/compiled-block-form",
    title="the compiled block form is the compiled single form",
    statement=r"""For gradient descent and SAM on $\frac12\sum_i\lambda_iw_i^2$ $N$ replicates that machine code
        advances together end where machine code brings each alone, to the last bit, for any $N$.""",
    source="Block form",
    origin="derived",
    kind="equality",
    relation=Close(),
    problem=compiled_pair,
    observe=lambda p, rng: p.together(),
    expect=Replicates.alone,
    domain={
        "method": Choice(("GD", "SAM")),
        "d": Whole(1, 20),
        "replicates": Whole(2, 70),
        "steps": Whole(1, 400, log=True),
        "eta": Uniform(0.01, 1.9),
        "seed": SEED,
    },
    corners=tuple(
        {"method": method, "d": 3, "replicates": 67, "steps": 100, "eta": 0.7, "seed": 1} for method in ("GD", "SAM")
    ),
    quick=3,
    full=200,
    seconds=0.005,
    controls=(
        Control(
            "one step more",
            "another end",
            observe=lambda p, rng: p.together(steps=p.steps + 1),
            change=lambda s: {**s, "eta": 0.3, "steps": min(s.steps, 50)},
        ),
        Control(
            "one coordinate of one replicate changed",
            "by one part in a million",
            observe=lambda p, rng: p.together(starts=p.one_changed),
            change=lambda s: {**s, "eta": 0.3, "steps": min(s.steps, 20)},
        ),
    ),
)
