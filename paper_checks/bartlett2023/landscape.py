r"""The points $\pm b_je_j$ are stationary for $J$, with value $-b_j/2$ and Morse index $j-1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, STABLE, quadratic

MOST_AXES = 12


def axes(p):
    return range(min(p.start.size, MOST_AXES))


def observe(p, rng):
    found = []
    for j in axes(p):
        length = p.theory.cycle(j).gradient_norm
        point = p.axis(j, length)
        curvatures = np.linalg.eigvalsh(p.hidden.hessian(point))
        found += [np.linalg.norm(p.hidden.gradient(point)), p.hidden.value(point) / length, (curvatures < 0).sum()]
    return found


CLAIM = Claim(
    id="bartlett2023/landscape",
    title="only the top cycle is a minimum of J",
    statement=r"""For distinct eigenvalues and $h<2$ the points $\pm b_je_j$ are stationary for $J$, with value $-b_j/2$
        and Morse index $j-1$.""",
    source="Stationary points of J",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-12),
    problem=quadratic,
    observe=observe,
    expect=lambda p: [number for j in axes(p) for number in (0, -0.5, j)],
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    note="""Observed for the first twelve axes: the size of the gradient of J, which has no units, its value over b_j,
        the number of negative curvatures. That there are no other stationary points is proved, not measured.""",
    controls=(
        Control(
            "every axis a minimum",
            "the other cycles are saddles",
            expect=lambda p: [number for _ in axes(p) for number in (0, -0.5, 0)],
            change=lambda s: s if s.d > 1 else None,
        ),
        Control(
            "value -b_j",
            "the value is half of that",
            expect=lambda p: [number for j in axes(p) for number in (0, -1, j)],
        ),
    ),
)
