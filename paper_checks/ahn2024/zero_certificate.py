r"""A minimum with $|\nabla h|=0$ need not be flattest: $x=(0,1,1,-1)$ has three times the least trace."""

import numpy as np

from flatlab.evidence.claim import Claim, Control, Setting
from flatlab.evidence.relations import Equal
from flatlab.geometry.limit_map import certificate
from flatlab.objectives import DiagonalNetwork, hessian_trace
from paper_checks.ahn2024.enclosures.zero_certificate import ENCLOSURE
from paper_checks.ahn2024.problems.sparse_recovery import dual_excess, least_l1

FEATURES = np.array([[1.0, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1]])


def observe(s, rng):
    """Return the certificate, the trace over the least one, and by how much the multiplier exceeds its bound."""
    x, objective = np.array(s.coefficients), DiagonalNetwork(FEATURES, np.ones(3))
    w = np.concatenate([np.sqrt(np.maximum(x, 0)), np.sqrt(np.maximum(-x, 0))])
    least = 4 * least_l1(objective.features, objective.labels).value
    return certificate(objective, w), hessian_trace(objective, w) / least, dual_excess(objective, w)


CLAIM = Claim(
    id="ahn2024/zero-certificate",
    title="a zero certificate does not mean flattest",
    statement=r"""On the diagonal network with the rows $(1,1,1,1)$, $(1,1,-1,-1)$, $(1,-1,1,-1)$ of $A$ and labels 1
        the minimum with the coefficients $x=(0,1,1,-1)$ has $|\nabla h|=0$ and three times the least trace, that of
        $x=(1,0,0,0)$. The multiplier with $(A^\top\lambda)_j=\mathrm{sign}\,x_j$ where $x_j\ne0$ shows it:
        $\max_j|(A^\top\lambda)_j|-1$ is 2, and 0 at the least trace.""",
    source="Test problems",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-9),
    observe=observe,
    expect=lambda s: (0, 3, 2) if s.coefficients[0] == 0 else (0, 1, 0),
    corners=tuple({"coefficients": x} for x in ([0.0, 1.0, 1.0, -1.0], [1.0, 0.0, 0.0, 0.0])),
    few="two points of one network",
    note="Contradicts the reading that a small certificate means a flat minimum: it means a stationary one.",
    controls=(
        Control(
            "the flattest point in its place",
            "there the trace is least",
            problem=lambda coefficients: Setting(coefficients=[1.0, 0.0, 0.0, 0.0]),
            expect=(0, 3, 2),
        ),
        Control(
            "certificate taken for optimality",
            "the trace is three times the least",
            expect=(0, 1, 0),
            change=lambda s: s if s.coefficients[0] == 0 else None,
        ),
    ),
    enclosure=ENCLOSURE,
)
