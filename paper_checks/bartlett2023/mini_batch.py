r"""With one residual a step SAM goes down the trace: $EP(w_1-w_0)=-\frac12\eta\rho^2P\nabla\mathrm{tr}H+O(\rho^3)$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import GD, SAM
from flatlab.objectives import LeastSquares, third_derivative
from paper_checks.bartlett2023.problems.bounces import (
    CURVED,
    CURVED_CORNERS,
    MANY,
    NEAR_TWO,
    SHORT,
    curved_problem,
    pooled_order,
    replicates,
)
from paper_checks.bartlett2023.problems.quadratic import STABLE


def starts(seed, **setting):
    """Return replicates of curved problems, each with a normal vector for the start."""

    def draw(rng):
        bounce = curved_problem(rng, **setting)
        return bounce, bounce.frame.eigenvectors[:, : bounce.rank] @ rng.standard_normal(bounce.rank)

    return replicates(draw, seed)


def batches(objective):
    """Yield F_i^2/2 for every residual F_i; their sum is the objective."""
    fields = objective.linear, objective.features, objective.shifts
    for i in range(objective.shifts.size):
        linear, features, shifts = (field[i : i + 1] for field in fields)
        yield LeastSquares(linear, features, shifts, objective.activation)


def trace_gradient(bounce):
    return sum(third_derivative(bounce.objective, bounce.frame.minimum, v) for v in bounce.frame.eigenvectors.T)


def error(one, rho, method=SAM, whole=False, pull=trace_gradient):
    """Return the mean move along the minima over all batches, less the stated one; ``whole`` takes one batch of all."""
    bounce, normal = one
    start, parts = bounce.frame.minimum + rho**2 * normal, list(batches(bounce.objective))
    eta = bounce.eta if whole else len(parts) * bounce.eta
    losses = [bounce.objective] if whole else parts
    ends = [trajectory(method(eta, rho), loss, start, steps=1)[-1] for loss in losses]
    return bounce.frame.projector @ (np.mean(ends, axis=0) - start + bounce.eta * rho**2 / 2 * pull(bounce))


def order(**breach):
    return lambda found, rng: pooled_order(
        found, lambda one: [error(one, one[0].rho(reach), **breach) for reach in SHORT], SHORT
    )


def plain(eta, rho):
    return GD(eta)


CLAIM = Claim(
    id="bartlett2023/batches-of-one-lower-the-trace",
    title="with batches of one residual SAM goes down the trace, not the largest eigenvalue",
    statement=r"""For $l=\frac12\sum_{i\le m}F_i^2$ and SAM on a random $\frac m2F_i^2$ at every step, within
        $O(\rho^2)$ of a minimum with $F=0$ and normal to the minima, the mean move along the minima is
        $-\frac{\eta\rho^2}2P\nabla\mathrm{tr}\,\nabla^2l+O(\rho^3)$.""",
    source="Batches of one residual",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=starts,
    observe=order(),
    expect=3,
    domain=CURVED,
    corners=(NEAR_TWO,),
    full_corners=(CURVED_CORNERS[0],),
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.3,
    few=MANY,
    note="Observed: the order in rho of what is left of the mean over all batches, which is taken exactly.",
    controls=(
        Control("all residuals", "the step is along one direction: an error of order 2", observe=order(whole=True)),
        Control("gradient descent", "it does not drift at this order", observe=order(method=plain)),
        Control(
            "largest eigenvalue",
            "its gradient is that of full batches",
            observe=order(pull=lambda bounce: bounce.frame.tau),
        ),
    ),
)
