r"""Almost every start with $w_{0,1}=0$ ends on the second cycle $\pm a_2e_2$."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Close
from paper_checks.bartlett2023.problems.quadratic import (
    CORNERS,
    MOST_UPDATES,
    REACHES,
    SEVERAL,
    enough_steps,
    late,
    quadratic_of,
    updates,
    without_first,
)

SECOND_REACHES = {
    "the run to the second cycle is not too long": lambda s: updates(others_of(quadratic_of(s))) <= MOST_UPDATES
}


def others_of(p):
    return p._replace(eigenvalues=p.eigenvalues[1:], start=p.start[1:])


def end(p, rng):
    """Return a late iterate; its reflection where that one has the positive second coordinate."""
    point = late(p, steps=enough_steps(p) + enough_steps(others_of(p)))[0]
    return point if point[1] >= 0 else -point


CLAIM = Claim(
    id="bartlett2023/second-axis",
    title="a start without a component on e_1 ends on the second cycle",
    statement=r"""Let $h<2$ and $\lambda_2>\lambda_3$. From almost every start with $w_{0,1}=0$ the orbit converges to
        $\pm a_2e_2$.""",
    source="Theorem A: which starts converge",
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-9),
    problem=without_first,
    observe=end,
    expect=lambda p: p.axis(1, p.theory.cycle(1).radius),
    domain={**SEVERAL, "d": Whole(2, 50, log=True)},
    corners=({**CORNERS[0], "h": 0.5, "d": 2},),
    hypotheses={**REACHES, **SECOND_REACHES},
    quick=6,
    full=200,
    seconds=0.006,
    note="""Observed: a late iterate of a random start. Exact zeros survive in floating point because the Hessian is
        diagonal.""",
    controls=(
        Control(
            "a first coordinate of 1e-9",
            "any component on e_1 grows until the orbit reaches the top cycle",
            problem=partial(without_first, first=1e-9),
        ),
    ),
)
