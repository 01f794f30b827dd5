r"""At the cycle along $e_j$ the Jacobian has the diagonal $m_j=1-h_j$, $m_i=1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.multipliers import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import FEW, FEW_CORNERS, STABLE, quadratic

DIFFERENCE = 1e-5  # half-width of the central differences, in units of the scale on which the gradient turns


def step(p, point, method=None):
    return trajectory(method or p.sam, p.objective, point, steps=1)[1]


def jacobians(p, rng, method=None):
    """Return the Jacobian of one step at every cycle, by central differences."""
    found = []
    for j in range(p.eigenvalues.size):
        centre = p.axis(j, p.theory.cycle(j).radius)
        for i in range(centre.size):
            # the gradient turns on the scale of the cycle times the ratio of the eigenvalues
            width = DIFFERENCE * centre[j] * min(1.0, p.eigenvalues[j] / p.eigenvalues[i])
            nudge = p.axis(i, width)
            found.append((step(p, centre + nudge, method) - step(p, centre - nudge, method)) / (2 * width))
    return np.concatenate(found)


def diagonal(rows):
    """Return the entries of the diagonal matrices whose diagonals are given, matrix by matrix."""
    return np.concatenate([np.diag(row).ravel() for row in rows])


def multipliers(p):
    return diagonal([p.theory.multipliers(j) for j in range(p.eigenvalues.size)])


def plain_ratios(p):
    ratios = p.eigenvalues / p.eigenvalues[:, None]  # row j belongs to the cycle along e_j
    wrong = 1 - p.eta * p.eigenvalues - (2 - p.eta * p.eigenvalues[:, None]) * ratios
    np.fill_diagonal(wrong, 1 - p.eta * p.eigenvalues)
    return diagonal(wrong)


CLAIM = Claim(
    id="bartlett2023/multipliers",
    title="multipliers of every two-cycle",
    statement=r"""At the cycle along $e_j$ the Jacobian of one SAM step is diagonal with entries $m_j = 1-h_j$,
        $m_i = 1-h_i-(2-h_j)(\lambda_i/\lambda_j)^2$, with no $\rho$ in it.""",
    source="Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-6, atol=1e-6),
    problem=quadratic,
    observe=jacobians,
    expect=multipliers,
    domain=FEW,
    corners=FEW_CORNERS,
    hypotheses=STABLE,
    quick=6,
    full=200,
    note="Observed: every entry of the Jacobian at every cycle. Tolerance: the error of the central differences.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "ratio not squared",
            "the off-axis part falls with the square of the ratio",
            expect=plain_ratios,
            change={"gap": 0.3},
        ),
        Control("gradient descent", "GD has 1 - h_i everywhere", observe=lambda p, rng: jacobians(p, rng, GD(p.eta))),
    ),
)
