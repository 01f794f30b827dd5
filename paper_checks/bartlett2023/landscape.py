r"""The points $\pm b_je_j$ are stationary for $J$, with value $-b_j/2$ and Morse index $j-1$; there are no others."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.landscape import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, FEW, STABLE, gradients, quadratic

MOST_AXES = 12
STARTS, NEWTON_STEPS = 30, 40
FOUND = 1e-12  # size of the gradient of J, which has no units, where Newton's method has converged


def axes(p):
    return range(min(p.start.size, MOST_AXES))


def observe(p, rng, method=None):
    """Return size of the gradient, value and index where a step takes ``b_j e_j``, without the sign of the bounce."""
    found = []
    for j in axes(p):
        length = p.theory.cycle(j).gradient_norm
        at = p._replace(start=p.axis(j, length / p.eigenvalues[j]))
        point = gradients(at, 1, method)[1]
        curvatures = np.linalg.eigvalsh(p.hidden.hessian(point))
        found += [np.linalg.norm(p.hidden.gradient(point)), p.hidden.value(point) / length, (curvatures < 0).sum()]
    return found


def with_equal_eigenvalues(**setting):
    p = quadratic(**setting)
    return p._replace(eigenvalues=np.full(p.eigenvalues.size, p.eigenvalues[0]))


def distances(p, rng):
    """Return how far the zeros of grad J that Newton's method finds are from the nearest known one, over its size."""
    norms, found = p.theory.cycles.gradient_norm, []
    listed = [point.radius * np.eye(norms.size)[point.morse_index] for point in p.hidden.stationary_points]
    for start in rng.standard_normal((STARTS, norms.size)) * norms * np.exp(rng.uniform(-2, 2, (STARTS, 1))):
        u = start
        for _ in range(NEWTON_STEPS):
            slope = p.hidden.gradient(u)
            if np.linalg.norm(slope) < FOUND:
                break
            u = u - np.linalg.solve(p.hidden.hessian(u), slope)
        if np.linalg.norm(slope) < FOUND:
            found.append(min(np.linalg.norm(np.abs(u) - point) / point.max() for point in listed))
    return [max(found), len(found) > 0]


SHARED = {"source": "Stationary points of J", "origin": "derived", "kind": "equality", "problem": quadratic}
CLAIMS = (
    Claim(
        id="bartlett2023/landscape",
        title="only the top cycle is a minimum of J",
        statement=r"""For distinct eigenvalues and $h<2$ the points $\pm b_je_j$ are stationary for $J$, with value
            $-b_j/2$ and Morse index $j-1$, and a step stays there.""",
        relation=Equal(atol=1e-12),
        observe=observe,
        expect=lambda p: [number for j in axes(p) for number in (0, -0.5, j)],
        domain={**DOMAIN, "d": Whole(1, 200, log=True)},
        corners=CORNERS,
        hypotheses=STABLE,
        quick=12,
        full=200,
        seconds=0.006,
        note="""Observed for the first twelve axes after one step from the point: the size of the gradient of J, which
            has no units, its value over b_j, the number of negative curvatures.""",
        enclosure=ENCLOSURE,
        controls=(
            Control(
                "gradient descent",
                "it does not stay on the cycle",
                observe=lambda p, rng: observe(p, rng, GD(p.eta)),
                change={"h": 0.3},
            ),
            Control(
                "every axis a minimum",
                "the other cycles are saddles",
                expect=lambda p: [number for _ in axes(p) for number in (0, -0.5, 0)],
                change=lambda s: s if s.d > 1 else None,
            ),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/all-stationary-points",
        title="J has no other stationary points",
        statement=r"For distinct eigenvalues and $h<2$ every zero of $\nabla J$ is one of the points $\pm b_je_j$.",
        relation=Equal(atol=1e-6),
        observe=distances,
        expect=[0, 1],
        domain={**FEW, "d": Whole(2, 6), "flat": DOMAIN["flat"]},
        hypotheses=STABLE,
        quick=8,
        full=200,
        note="""Observed: the largest distance, over its size, between a zero that Newton's method finds from one of 30
            random points and the nearest of the list; and whether it found any.""",
        controls=(Control("equal eigenvalues", "then a sphere is stationary", problem=with_equal_eigenvalues),),
        **SHARED,
    ),
)
