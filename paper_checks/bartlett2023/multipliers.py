r"""At the cycle along $e_j$ the Jacobian has the diagonal $m_j=1-h_j$, $m_i=1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import FEW, FEW_CORNERS, STABLE, quadratic

DIFFERENCE = 1e-5  # half-width of the central differences, in units of the scale on which the gradient turns


def step(p, point):
    return trajectory(p.sam, p.objective, point, steps=1)[1]


def diagonals(p, rng):
    """Return the diagonal of the Jacobian of one compiled step at every cycle, by central differences."""
    found = []
    for j in range(p.eigenvalues.size):
        centre = p.axis(j, p.theory.cycle(j).radius)
        for i in range(centre.size):
            # the gradient turns on the scale of the cycle times the ratio of the eigenvalues
            width = DIFFERENCE * centre[j] * min(1.0, p.eigenvalues[j] / p.eigenvalues[i])
            nudge = p.axis(i, width)
            found.append((step(p, centre + nudge)[i] - step(p, centre - nudge)[i]) / (2 * width))
    return found


def multipliers(p):
    return np.concatenate([p.theory.multipliers(j) for j in range(p.eigenvalues.size)])


def plain_ratios(p):
    ratios = p.eigenvalues / p.eigenvalues[:, None]  # row j belongs to the cycle along e_j
    wrong = 1 - p.eta * p.eigenvalues - (2 - p.eta * p.eigenvalues[:, None]) * ratios
    np.fill_diagonal(wrong, 1 - p.eta * p.eigenvalues)
    return wrong.ravel()


def other_cycle(**setting):
    """Return a quadratic and the index of a cycle that is not the top one."""
    return quadratic(**setting), 1 + setting["seed"] % (setting["d"] - 1)


def growth(case, rng):
    """Return the growth of a tiny component on e_1, in the second step after starting on the cycle."""
    p, j = case
    radius = p.theory.cycle(j).radius
    path = trajectory(p.sam, p.objective, p.axis(j, radius) + p.axis(0, 1e-12 * radius), steps=2)
    return abs(path[-1, 0] / path[-2, 0])


def plain_ratio(case):
    p, j = case
    return p.h + (2 - p.eta * p.eigenvalues[j]) * (p.eigenvalues[0] / p.eigenvalues[j]) - 1


CLAIMS = (
    Claim(
        id="bartlett2023/multipliers",
        title="multipliers of every two-cycle",
        statement=r"""At the cycle along $e_j$ the Jacobian of one SAM step has the diagonal $m_j = 1-h_j$,
            $m_i = 1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$, with no $\rho$ in it.""",
        source="Multipliers of a two-cycle",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-6, atol=1e-6),
        problem=quadratic,
        observe=diagonals,
        expect=multipliers,
        domain=FEW,
        corners=FEW_CORNERS,
        hypotheses=STABLE,
        quick=6,
        full=100,
        note="Tolerance: the error of the central differences.",
        controls=(
            Control(
                "ratio not squared",
                "the off-axis part falls with the square of the ratio",
                expect=plain_ratios,
                change={"gap": 0.3},
            ),
            Control(
                "multipliers of gradient descent",
                "GD has 1 - h_i everywhere",
                expect=lambda p: np.tile(1 - p.eta * p.eigenvalues, p.eigenvalues.size),
            ),
        ),
    ),
    Claim(
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
        controls=(
            Control(
                "without the square", "the growth depends on the square of the ratio of eigenvalues", expect=plain_ratio
            ),
            Control("no growth", "a factor of 1 would make the cycle neutral", expect=1),
        ),
    ),
)
