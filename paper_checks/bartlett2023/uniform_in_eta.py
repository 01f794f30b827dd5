r"""The remainder $O(\rho^3)$ of the offset recursion is $O(\eta\rho^3)$, also where $\eta\to0$ with $\rho$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform
from flatlab.evidence.relations import WithinInterval
from paper_checks.bartlett2023.problems.bounces import CURVED, MANY, NEAR_TWO, curved, pooled_order

POOLED = 6
STEP_SIZES = np.geomspace(2e-4, 1.2e-3, 5)  # times lambda_1 = 1


def problem(radius, **setting):
    """Return replicates of curved problems, and the radius in units of the length 1 on which they change."""
    return curved(h=1.0, pooled=POOLED, **setting), radius


def error(bounce, rho, steps, offset=0.0):
    """Return what the recursion leaves of ``w_steps`` from ``z + a v_1 + rho^2 offset (1, ..., 1)``, eigenbasis."""
    frame, recursion = bounce.frame, bounce.offset(rho)
    bouncing = recursion.cycle.radius * np.eye(frame.minimum.size)[0]
    tau, e = frame.eigenvectors.T @ frame.tau, np.full(frame.minimum.size, offset * rho**2)
    end = bounce.path(rho, steps, start=frame.eigenvectors @ (bouncing + e) / rho)[-1]
    for _ in range(steps):
        e = recursion.multipliers * e - recursion.pulls * tau
    return frame.eigenvectors.T @ (end - frame.minimum) - (-1) ** steps * bouncing - e


def orders(case, rng, offset=0.0):
    """Return the orders in eta after one and two steps: at a fixed radius, and with the radius in proportion to eta."""
    found, radius = case
    fixed, both = np.full_like(STEP_SIZES, radius), radius * STEP_SIZES / STEP_SIZES[-1]

    def errors(bounce, radii, steps):
        return [error(bounce._replace(eta=eta), rho, steps, offset) for eta, rho in zip(STEP_SIZES, radii)]

    return [
        pooled_order(found, lambda one, radii=radii, n=n: errors(one, radii, n), STEP_SIZES)
        for radii in (fixed, both)
        for n in (1, 2)
    ]


CLAIM = Claim(
    id="bartlett2023/uniform-in-eta",
    title="the drift law is uniform in the step size",
    statement=r"""From the bounce, $e_0=0$, the error of the offset recursion after one and two steps is $O(\eta\rho^3)$
        as $\eta\to0$: order 1 in $\eta$ at fixed $\rho$, and order 4 where $\rho$ is in proportion to $\eta$.""",
    source="Offset recursion",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=problem,
    observe=orders,
    expect=[1, 1, 4, 4],
    domain={**{name: CURVED[name] for name in ("model", "d", "m", "gap", "slow")}, "radius": LogUniform(8e-3, 1.25e-2)}
    | {"seed": CURVED["seed"]},
    corners=({name: value for name, value in NEAR_TWO.items() if name != "h"} | {"radius": 1e-2},),
    quick=1,
    full=40,
    seconds=0.4,
    few=MANY,
    controls=(
        Control(
            "an offset of order rho^2",
            r"a normal offset that does not shrink with eta leaves an error of order eta rho^3 / h^2",
            observe=lambda case, rng: orders((case[0], 3e-5), rng, offset=1.0),
        ),
    ),
)
