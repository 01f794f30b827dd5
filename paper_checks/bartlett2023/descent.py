r"""At every step, for any $\eta$ and $\rho$, J falls by at least $\tfrac12\eta^2\rho|\Lambda^{3/2}\nabla J(u_t)|^2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from flatlab.methods import GD
from paper_checks.bartlett2023.enclosures.descent import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, BEYOND, CORNERS, gradients, quadratic


def drop(p, rng, method=None):
    """Return by how much J falls in one step, plus an allowance for rounding."""
    before, after = gradients(p, 1, method)
    rounding = sum(np.sum(np.abs(p.hidden.curvature) * u**2) + np.linalg.norm(u) for u in (before, after))
    return p.hidden.value(before) - p.hidden.value(after) + 1e-14 * rounding


def guarantee(p):
    return p.hidden.guaranteed_decrease(p.gradient)


CLAIM = Claim(
    id="bartlett2023/descent",
    title="J falls at every step, for every step size",
    statement=r"""$J(u_{t+1}) \le J(u_t) - \tfrac{\eta^2\rho}{2}\,|\Lambda^{3/2}\nabla J(u_t)|^2$, with no condition on
        $\eta$ or $\rho$.""",
    source="Descent of J",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(tight_within=1.05),
    problem=quadratic,
    observe=drop,
    expect=guarantee,
    domain=ANY_STEP,
    corners=(*CORNERS, *BEYOND),
    quick=30,
    full=1000,
    seconds=0.002,
    note="Observed: the drop of J in one step, plus 1e-14 of the size of all terms for rounding.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "twice the guarantee",
            "the constant is attained where the direction of u hardly turns",
            expect=lambda p: 2 * guarantee(p),
            everywhere=False,
        ),
        Control(
            "gradient descent",
            "GD does not lower J near its minimum",
            observe=lambda p, rng: drop(p, rng, GD(p.eta)),
            change=lambda s: {**s, "scale": 1e-3 * s.h},
        ),
    ),
)
