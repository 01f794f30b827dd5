r"""Beyond quadratics the curvature on SAM's two-cycle is off its edge by a term of order $\rho^2$ in closed form."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Close
from flatlab.geometry.curvature import leading_curvature
from flatlab.objectives import gradient, third_derivative
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023.isolated_minimum import DOMAIN, isolated
from paper_checks.bartlett2023.problems.bounces import MANY, common_order
from paper_checks.bartlett2023.problems.quadratic import STABLE

NEAR = 1e-3
DISTANCES = np.geomspace(0.004, 0.02, 5)  # a + rho; near h = 2 smaller for the ends, where terms of sixth order grow


def above_edge(bounce, rho, settled=True):
    """Return by how much the curvature along the step and the mean of lambda_max at its ends exceed the edge."""
    points = bounce.settled(rho) if settled else bounce.path(rho, 1)
    slopes = np.empty_like(points)
    for w, slope in zip(points, slopes):
        gradient(bounce.objective, w, slope)
    step, change = points[1] - points[0], slopes[1] - slopes[0]
    edge = sam_edge(np.linalg.norm(slopes, axis=1).mean(), bounce.eta, rho)
    tops = [leading_curvature(bounce.objective, w).value for w in points]
    return np.array([change @ step / (step @ step), np.mean(tops)]) - edge


def stated(bounce, rho):
    """Return both excesses in theory; the fourth derivative along v_1 is a difference, exact on these polynomials."""
    frame = bounce.frame
    v, z = frame.direction, frame.minimum
    ends = [third_derivative(bounce.objective, z + sign * NEAR * v, v) @ v for sign in (1, -1)]
    return np.array(bounce.offset(rho).above_edge(frame.eigenvectors.T @ frame.tau, (ends[0] - ends[1]) / (2 * NEAR)))


def orders(share=1.0, settled=True):
    """Observe the orders in rho of what the theory leaves, along the step and at its ends."""

    def observe(found, rng):
        h = found[0][0].h
        reach = DISTANCES * min(1.0, 2 * h)
        return [order(found, reach, 0), order(found, reach * min(1.0, np.sqrt(2 - h)), 1)]

    def order(found, reaches, k):
        return common_order(
            found, lambda one, rho: (above_edge(one, rho, settled) - share * stated(one, rho))[k], reaches
        )

    return observe


CLAIM = Claim(
    id="bartlett2023/edge-beyond-quadratics",
    title="the edge on a two-cycle beyond quadratics, with its next term",
    statement=r"""On the two-cycle at an isolated minimum the curvature along the step and the mean of
        $\lambda_{\max}$ at its ends exceed $\mathrm{edge}(s)$, $s$ the mean gradient norm, by
        $(A-B)(a+\rho)/(a+2\rho)$ and $(A(a+\rho)+B\rho)/(a+2\rho)$, up to $O(\rho^4)$.""",
    source="Edge on a two-cycle",
    origin="derived",
    kind="rate",
    relation=Close(atol=0.1),
    problem=isolated,
    observe=orders(),
    expect=(4, 4),
    domain={**DOMAIN, "h": Uniform(0.1, 1.9)},
    corners=({"family": "ravine", "d": 2, "h": 0.5, "seed": 1}, {"family": "polynomial", "d": 3, "h": 1.2, "seed": 2}),
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.45,
    few=MANY,
    note="""A and B, of order rho squared, stand under the heading. Observed: the orders in rho of what is left, over
        thirty random problems. Nearer to h = 2 what is left along the step falls below the rounding of a curvature.""",
    controls=(
        Control("no next term", "the curvature is at the edge to order 2 only", observe=orders(share=0.0)),
        Control(
            "before the bounce has settled",
            "on the cycle of the quadratic, where its centre is the minimum: order 2",
            observe=orders(settled=False),
        ),
    ),
)
