r"""At the cycle along $e_j$ the Jacobian has the diagonal $m_j=1-h_j$, $m_i=1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import FEW, FEW_CORNERS, STABLE, quadratic

DIFFERENCE = 1e-5  # half-width of the central differences, in units of the cycle


def step(p, point):
    return trajectory(p.sam, p.objective, point, steps=1)[1]


def diagonals(p, rng):
    """Return the diagonal of the Jacobian of one compiled step at every cycle, by central differences."""
    found = []
    for j in range(p.eigenvalues.size):
        centre = p.axis(j, p.theory.cycle(j).radius)
        width = DIFFERENCE * centre[j]
        for i in range(centre.size):
            nudge = p.axis(i, width)
            found.append((step(p, centre + nudge)[i] - step(p, centre - nudge)[i]) / (2 * width))
    return found


def multipliers(p):
    return np.concatenate([p.theory.multipliers(j) for j in range(p.eigenvalues.size)])


def without_square(p):
    ratios = p.eigenvalues / p.eigenvalues[:, None]  # row j belongs to the cycle along e_j
    wrong = 1 - p.eta * p.eigenvalues - (2 - p.eta * p.eigenvalues[:, None]) * ratios
    np.fill_diagonal(wrong, 1 - p.eta * p.eigenvalues)
    return wrong.ravel()


CLAIM = Claim(
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
            expect=without_square,
            change={"gap": 0.3},
        ),
        Control(
            "multipliers of gradient descent",
            "GD has 1 - h_i everywhere",
            expect=lambda p: np.tile(1 - p.eta * p.eigenvalues, p.eigenvalues.size),
        ),
    ),
)
