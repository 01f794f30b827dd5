r"""If $\lambda_1=\dots=\lambda_k$ the limit is $\pm a_1v$, $v$ the unit projection of $w_0$ on the top eigenspace."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Close
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.quadratic import (
    CORNERS,
    MOST_UPDATES,
    REACHES,
    SEVERAL,
    late,
    quadratic,
    updates,
)


def repeated(copies, **setting):
    """Return a quadratic whose ``copies`` + 1 largest eigenvalues are the same, or all of them."""
    p = quadratic(**setting)
    spectrum = p.eigenvalues.copy()
    spectrum[: copies + 1] = spectrum[0]
    return p._replace(eigenvalues=spectrum)


def limit(p, top=None):
    target = np.where(p.eigenvalues == p.eigenvalues[0] if top is None else top, p.start, 0.0)
    return p.radius * target / np.linalg.norm(target)


def of_two(p):
    return limit(p, np.arange(p.start.size) < 2)


def five_per_cent(s):
    return {name: value for name, value in s.items() if name != "copies"} | {"gap": 0.05}


def end(p, rng, method=None):
    """Return a late iterate; its reflection where that one is nearer to the limit."""
    point = late(p, method)[0]
    return point if point @ limit(p) >= 0 else -point


CLAIM = Claim(
    id="bartlett2023/repeated-eigenvalue",
    title="with a repeated top eigenvalue the direction is kept",
    statement=r"""If $\lambda_1=\dots=\lambda_k$ are the largest eigenvalues the limit is $\pm a_1v$ with $v$ the unit
        projection of $w_0$ on the top eigenspace.""",
    source="Repeated top eigenvalue",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-10),
    problem=repeated,
    observe=end,
    expect=limit,
    fixed={"gap": 0.0},
    domain={
        **{name: values for name, values in SEVERAL.items() if name != "gap"},
        "d": Whole(2, 50, log=True),
        "copies": Whole(1, 10),
    },
    corners=({**{name: value for name, value in CORNERS[1].items() if name != "gap"}, "d": 2, "copies": 1},),
    hypotheses={**REACHES, "a run to the cycle is short": lambda s: updates(repeated(**s)) <= MOST_UPDATES / 10},
    quick=10,
    full=200,
    seconds=0.008,
    controls=(
        Control(
            "eigenvalues five per cent apart", "it turns to e_1", problem=quadratic, expect=of_two, change=five_per_cent
        ),
        Control("gradient descent", "GD goes to the minimum", observe=lambda p, rng: end(p, rng, GD(p.eta))),
    ),
)
