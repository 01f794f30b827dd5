r"""For $h<2$ the gradients of J are summable: $\sum_t|\Lambda^{3/2}\nabla J(u_t)|^2\le2(J(u_0)+b_1/2)/(\eta^2\rho)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, STABLE, gradients, quadratic


def total(p, rng, method=None):
    u = gradients(p, 20000 // p.start.size + 200, method)  # the bound holds for any number of steps
    slopes = p.hidden.curvature * u - u / np.linalg.norm(u, axis=1, keepdims=True)
    return np.sum(p.eigenvalues**3 * slopes**2)


def bound(p):
    return p.hidden.summability_bound(p.gradient)


CLAIM = Claim(
    id="bartlett2023/summability",
    title="the gradients of J are summable",
    statement=r"$\sum_t |\Lambda^{3/2}\nabla J(u_t)|^2 \le S = 2\,(J(u_0)+b_1/2)/(\eta^2\rho)$ for $h<2$.",
    source="Summability",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-9, tight_within=1.01),
    problem=quadratic,
    observe=total,
    expect=bound,
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=STABLE,
    quick=12,
    full=200,
    seconds=0.004,
    note="Attained in the limit where the direction of u does not turn.",
    controls=(
        Control("half the bound", "the bound is attained", expect=lambda p: bound(p) / 2, everywhere=False),
        Control(
            "gradient descent",
            "its gradients of J do not tend to 0",
            observe=lambda p, rng: total(p, rng, GD(p.eta)),
            change=lambda s: {**s, "d": 2, "h": 0.02, "gap": 0.3, "scale": 1e-4},
        ),
        Control(
            "wrong power of eta",
            "S has eta squared in its denominator",
            expect=lambda p: bound(p) * p.eta,
            everywhere=False,
        ),
    ),
)
