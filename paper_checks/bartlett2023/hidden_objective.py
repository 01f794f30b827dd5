r"""A SAM step is a gradient step on J: $u_{t+1}=u_t-\eta\rho\Lambda^2\nabla J(u_t)$ with $u_t=(-1)^t\Lambda w_t$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods import GD, USAM
from paper_checks.bartlett2023.enclosures.hidden_objective import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, BEYOND, CORNERS, gradients, quadratic


def size(p):
    """Return the size of the largest term of the identity."""
    return np.abs(p.gradient).max() + p.eta * p.rho * p.eigenvalues[0] ** 2


def observe(p, rng, method=None):
    return gradients(p, 1, method)[1] / size(p)


CLAIM = Claim(
    id="bartlett2023/hidden-objective",
    title="a SAM step is a gradient step on J",
    statement=r"""With $u_t = (-1)^t\Lambda w_t$, $J(u) = \tfrac12 u^\top Cu - |u|$,
        $C = (2I-\eta\Lambda)/(\eta\rho\Lambda^2)$: $u_{t+1} = u_t - \eta\rho\Lambda^2\nabla J(u_t)$.""",
    source="The hidden objective J",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-13),
    problem=quadratic,
    observe=observe,
    expect=lambda p: p.hidden.step(p.gradient) / size(p),
    domain=ANY_STEP,
    corners=(*CORNERS, *BEYOND),
    quick=30,
    full=1000,
    seconds=0.002,
    note="Observed: each entry of u_1 in units of the largest term of the identity.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "gradient descent",
            "GD is a gradient step on another function",
            observe=lambda p, rng: observe(p, rng, GD(p.eta)),
        ),
        Control(
            "no normalisation",
            "USAM has no such objective",
            observe=lambda p, rng: observe(p, rng, USAM(p.eta, p.rho)),
            change=lambda s: s if s.scale > 0.2 else None,
        ),
    ),
)
