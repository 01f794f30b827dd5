r"""For $h<2$ and $\lambda_1>\lambda_2$ a start drawn from a density reaches $\pm a_1e_1$ with probability 1."""

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.quadratic import (
    MOST_UPDATES,
    REACHES,
    SEVERAL,
    enough_steps,
    quadratic,
    short,
)


def many_starts(starts, scale, **setting):
    """Return a quadratic, the number of Gaussian starts and their size in units of rho."""
    return quadratic(scale=scale, **setting), starts, scale


def exceptions(case, rng, method=None):
    """Return how many Gaussian starts have a run that does not end on the top cycle."""
    p, count, scale = case
    d = p.eigenvalues.size
    starts = scale * p.rho * rng.standard_normal((count, d)) / np.sqrt(d)
    ends = ensemble(method or p.sam, p.objective, starts, steps=enough_steps(p))
    top = p.axis(0, p.radius)
    distance = np.minimum(np.linalg.norm(ends - top, axis=1), np.linalg.norm(ends + top, axis=1))
    return int((~(distance < 1e-8 * p.radius)).sum())


CLAIM = Claim(
    id="bartlett2023/most-starts",
    title="almost every start reaches the top cycle",
    statement=r"""Let $h<2$ and $\lambda_1>\lambda_2$. A start drawn from a density converges to $\pm a_1e_1$ with
        probability 1.""",
    source=("What the authors state", "Theorem A: which starts converge"),
    origin="derived",
    kind="probability",
    relation=Equal(),
    problem=many_starts,
    observe=exceptions,
    expect=0,
    fixed={"starts": 100},
    domain=SEVERAL,
    corners=tuple(
        {"d": d, "h": h, "rho": 0.1, "gap": 0.1, "top": 1.0, "scale": 3.0, "seed": 5, "starts": 400}
        for d, h in ((2, 0.5), (10, 1.5), (50, 0.3), (200, 1.0))
    ),
    hypotheses={**REACHES, **short(MOST_UPDATES / 50)},
    quick=1,
    full=200,
    seconds=0.05,
    note="""Observed: how many of 100 Gaussian starts, or 400, have a run that does not end there. The abstract says
        most random starts; starts that end elsewhere are those of bartlett2023/second-axis, critical-norm and
        onto-minimum.""",
    controls=(
        Control(
            "gradient descent",
            "GD ends at the minimum",
            observe=lambda case, rng: exceptions(case, rng, GD(case[0].eta)),
        ),
        Control(
            "repeated top eigenvalue", "the limit is then any point of a sphere, not a fixed pair", change={"gap": 0.0}
        ),
    ),
)
