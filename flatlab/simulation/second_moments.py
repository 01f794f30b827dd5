"""Second moments of noisy gradient descent on a diagonal quadratic, step by step and without sampling error.

In an eigendirection ``w <- (1 - eta lambda) w - eta xi`` with E xi^2 = v, so E w^2 obeys
``m <- (1 - eta lambda)^2 m + eta^2 v``. This has the form of a method's path, so the loops of
``flatlab.simulation.trajectories`` run it. For a fixed step size ``flatlab.theory.noise.NoisyQuadratic`` has the closed
form; this recursion takes any schedule and is its witness.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.methods import step, workspace
from flatlab.methods.schedules import check_schedule, rate
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import observe
from flatlab.simulation.trajectories import Running, running

__all__ = ["running_moments"]


class _SecondMoments(NamedTuple):
    """One step of the recursion; the point is the vector of second moments."""

    eta: float | tuple
    variances: np.ndarray
    gradients_per_step = 0


class _ExpectedSquaredGradient(NamedTuple):
    """sum_i lambda_i^2 m_i at the point m."""


@workspace.register(_SecondMoments)
def _(method, objective, w):
    return (np.zeros(1, dtype=np.int64),)


@step.register(_SecondMoments)
def _(method, objective, w, work, rng):
    clock = work[0]
    eta = rate(method.eta, clock[0])
    clock[0] += 1
    for i in range(w.size):
        factor = 1 - eta * objective.eigenvalues[i]
        w[i] = factor * factor * w[i] + eta * eta * method.variances[i]


@observe.register(_ExpectedSquaredGradient)
def _(observable, objective, w):
    total = 0.0
    for i in range(w.size):
        total += objective.eigenvalues[i] * objective.eigenvalues[i] * w[i]
    return total


def running_moments(
    eta: float | tuple, eigenvalues: ArrayLike, variances: ArrayLike, start: ArrayLike, checkpoints: ArrayLike
) -> Running:
    """Return mean, minimum and last value of E|grad F(W_t)|^2 = sum lambda_i^2 m_i(t) up to each checkpoint.

    ``m_i(t+1) = (1 - eta_t lambda_i)^2 m_i(t) + eta_t^2 v_i``. Ten million steps take a fraction of a second.

    Parameters
    ----------
    eta
        Step size or schedule, above 0.
    eigenvalues
        Curvatures lambda_i, shape (d,).
    variances
        Variance v_i of one step's gradient in each direction, 0 or above.
    start
        Second moments m_i(0), 0 or above.
    checkpoints
        Numbers of steps T, whole and increasing.

    Notes
    -----
    Source: DERIVED, paper_checks/zhang2024/README.md, "Quadratic recursion".
    """
    objective = Quadratic(eigenvalues)
    eta = check_schedule("eta", eta, checks.positive)
    variances = checks.vector("variances", variances, objective.eigenvalues.size)
    start = checks.vector("start", start, objective.eigenvalues.size)
    for name, moments in (("variances", variances), ("start", start)):
        if moments.min() < 0:
            raise ValueError(f"{name} must be 0 or above, got {moments.min():g} at index {int(moments.argmin())}")
    return running(
        _SecondMoments(eta, variances), objective, start, _ExpectedSquaredGradient(), checkpoints=checkpoints
    )
