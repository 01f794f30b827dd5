r"""From $z+av_1$: $w_1=z-av_1-\sum_ic_i\tau_iv_i$ and $w_2=z+av_1-\sum_i(1+m_i)c_i\tau_iv_i$, up to $O(\rho^3)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import WithinInterval
from paper_checks.bartlett2023.problems.bounces import (
    CURVED,
    CURVED_CORNERS,
    MANY,
    NEAR_TWO,
    SHORT,
    curved,
    order_in_rho,
)
from paper_checks.bartlett2023.problems.quadratic import STABLE


def error(bounce, rho, steps, flat=False, offset=0.0):
    """Return ``w_steps - z - (-1)^steps a v_1 - e_steps``; flat, with nothing moved but the flat directions.

    ``offset``, times ``(a + rho)^2 (1, ..., 1)``, is added to the start.
    """
    frame, across = bounce.frame, bounce.start(rho) - bounce.frame.minimum
    path = bounce.path(rho, steps, start=(across + offset * bounce.cycle(rho).ascent_distance ** 2) / rho)
    tau = frame.eigenvectors.T @ frame.tau
    moved = bounce.offset(rho).after(steps, np.where(frame.eigenvalues > 0, 0.0, tau) if flat else tau)
    return path[steps] - frame.minimum - (-1) ** steps * across - frame.eigenvectors @ moved


def orders(**breach):
    return lambda found, rng: [
        order_in_rho(found, lambda one, rho, n=n: error(one, rho, n, **breach), SHORT) for n in (1, 2)
    ]


CLAIM = Claim(
    id="bartlett2023/whole-vector",
    title="all coordinates after one and two steps",
    statement=r"""From $z+a v_1$: $w_1 = z-av_1-\sum_i c_i\tau_i v_i+O(\rho^3)$,
        $w_2 = z+av_1-\sum_i(1+m_i)c_i\tau_i v_i+O(\rho^3)$.""",
    source="Offset recursion",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=curved,
    observe=orders(),
    expect=3,
    domain=CURVED,
    corners=(*CURVED_CORNERS, NEAR_TWO),
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.12,
    few=MANY,
    controls=(
        Control("a start off the bounce", "its offset of order 2 does not go away", observe=orders(offset=1.0)),
        Control("tangential part only", "the normal coordinates move at order 2 too", observe=orders(flat=True)),
    ),
)
