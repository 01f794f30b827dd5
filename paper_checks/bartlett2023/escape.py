r"""Off the cycle along $e_j$ a component on $e_1$ grows by $h_1+(2-h_j)(\lambda_1/\lambda_j)^2-1>1$ per step."""

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.escape import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import FEW, FEW_CORNERS, STABLE, quadratic


def other_cycle(**setting):
    """Return a quadratic and the index of a cycle that is not the top one."""
    return quadratic(**setting), 1 + setting["seed"] % (setting["d"] - 1)


def growth(case, rng, method=None):
    """Return the growth of a tiny component on e_1, in the second step after starting on the cycle."""
    p, j = case
    radius, grown = p.theory.cycle(j).radius, p.theory.escape_factor(j) * p.eigenvalues[0] / p.eigenvalues[j]
    start = p.axis(j, radius) + p.axis(0, 1e-9 * radius / grown)  # its gradient is tiny after a step too
    path = trajectory(method or p.sam, p.objective, start, steps=2)
    return abs(path[-1, 0] / path[-2, 0])


def plain_ratio(case):
    p, j = case
    return p.h + (2 - p.eta * p.eigenvalues[j]) * (p.eigenvalues[0] / p.eigenvalues[j]) - 1


CLAIM = Claim(
    id="bartlett2023/escape",
    title="the other cycles repel",
    statement=r"""Off the cycle along $e_j$ a component on $e_1$ grows by
        $h_1+(2-h_j)(\lambda_1/\lambda_j)^2-1 > 1$ per step.""",
    source="Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=other_cycle,
    observe=growth,
    expect=lambda case: case[0].theory.escape_factor(case[1]),
    domain={**FEW, "d": Whole(2, 200, log=True)},
    corners=FEW_CORNERS,
    hypotheses=STABLE,
    quick=20,
    full=500,
    seconds=0.002,
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "without the square", "the growth depends on the square of the ratio of eigenvalues", expect=plain_ratio
        ),
        Control(
            "gradient descent",
            "its factor is |1 - h|",
            observe=lambda case, rng: growth(case, rng, GD(case[0].eta)),
            change=lambda s: s if abs(s.h - 1) > 1e-3 else None,
        ),
    ),
)
