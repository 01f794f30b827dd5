r"""For $h>2$ no step grows $|w_1|$ by less than the factor $h-1$ that it tends to."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtLeast
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.quadratic import DOMAIN, quadratic

STEPS = 60


def ratios(p, rng, method=None):
    sizes = np.abs(trajectory(method or p.sam, p.objective, p.start, steps=STEPS)[:, 0])
    return sizes[1:] / sizes[:-1]


CLAIM = Claim(
    id="bartlett2023/above-two-at-every-step",
    title="above h = 2 every step leads away",
    statement=r"For $h>2$ and $w_{0,1}\neq0$, $|w_{t+1,1}|\ge(h-1)|w_{t,1}|$ at every step.",
    source="Outside h < 2",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-12, tight_within=1.01),
    problem=quadratic,
    observe=ratios,
    expect=lambda p: p.theory.divergence.ratio,
    domain={**DOMAIN, "h": Uniform(2.01, 6.0)},
    hypotheses={"eta times the largest eigenvalue is above 2": lambda s: s.h > 2},
    quick=12,
    full=200,
    seconds=0.002,
    note="Observed: the factors of sixty steps.",
    controls=(
        Control(
            "gradient descent with a shorter step",
            "its factor is 0.9 h - 1 in size",
            observe=lambda p, rng: ratios(p, rng, GD(0.9 * p.eta)),
        ),
    ),
)
