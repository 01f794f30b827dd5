r"""If $\lambda_1=\lambda_2$ the limit is $\pm a_1v$ with $v$ the unit projection of $w_0$ on the top eigenspace."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Close
from paper_checks.bartlett2023.problems.quadratic import CORNERS, REACHES, SEVERAL, late, quadratic


def limit(p):
    target = np.zeros_like(p.start)
    target[:2] = p.radius * p.start[:2] / np.linalg.norm(p.start[:2])
    return target


def end(p, rng):
    """Return a late iterate; its reflection where that one is nearer to the limit."""
    point = late(p)[0]
    return point if point @ limit(p) >= 0 else -point


CLAIM = Claim(
    id="bartlett2023/repeated-eigenvalue",
    title="with a repeated top eigenvalue the direction is kept",
    statement=r"""If $\lambda_1=\lambda_2$ the limit is $\pm a_1v$ with $v$ the unit projection of $w_0$ on the top
        eigenspace.""",
    source="Repeated top eigenvalue",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-10),
    problem=quadratic,
    observe=end,
    expect=limit,
    fixed={"gap": 0.0},
    domain={**{name: values for name, values in SEVERAL.items() if name != "gap"}, "d": Whole(2, 50, log=True)},
    corners=({**{name: value for name, value in CORNERS[1].items() if name != "gap"}, "d": 2},),
    hypotheses=REACHES,
    quick=10,
    full=200,
    controls=(Control("eigenvalues five per cent apart", "the direction turns to e_1", change={"gap": 0.05}),),
)
