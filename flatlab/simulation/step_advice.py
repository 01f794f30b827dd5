"""What to say of a step size that diverges: the curvature that was measured, and a step that does not diverge."""

import numpy as np

from flatlab.base import checks
from flatlab.geometry.hessian_vector import hessian_operator, largest_eigenvalue
from flatlab.methods import GD
from flatlab.objectives import value
from flatlab.simulation.trajectories import DivergenceError, trajectory

__all__ = ["divergence", "step_that_descends"]

MOST_HALVINGS = 40


def step_that_descends(objective, start, *, steps=50):
    """Return the largest Hessian eigenvalue at a start, and a step size with which gradient descent goes down.

    The step is ``2^-m / lambda_1`` with the first m = 0, 1, ... for which a trial run of gradient descent stays finite
    and ends below its start.

    Parameters
    ----------
    objective : NamedTuple
        With a ``hessian_product`` or a closed-form ``hessian``.
    start : array_like, shape (d,)
    steps : int
        Length of the trial run.

    Returns
    -------
    tuple of float
        The eigenvalue and the step size.

    Raises
    ------
    DivergenceError
        If no step size down to ``2^-40 / lambda_1`` descends.

    Notes
    -----
    Source: definition.
    """
    start = checks.vector("start", start)
    steps = checks.integer("steps", steps, at_least=1)
    curvature = largest_eigenvalue(hessian_operator(objective, start), tolerance=1e-4).value
    step, before = 1 / max(curvature, np.finfo(float).tiny), value(objective, start)
    for _ in range(MOST_HALVINGS):
        path = trajectory(GD(step), objective, start, steps=steps, record_every=steps, keep_divergence=True)
        if np.isfinite(path[-1]).all() and value(objective, path[-1]) < before:
            return curvature, step
        step /= 2
    raise DivergenceError(f"no step size down to {step:g} descends from the start, whose curvature is {curvature:g}")


def divergence(method, objective, start):
    """Return the error to raise for a method that diverged from a start: one sentence with a step that does not.

    Parameters
    ----------
    method : NamedTuple
        With a step size ``eta``.
    objective : NamedTuple
    start : array_like, shape (d,)

    Returns
    -------
    DivergenceError

    Raises
    ------
    DivergenceError
        As for :func:`step_that_descends`.

    Notes
    -----
    Source: definition.
    """
    curvature, step = step_that_descends(objective, start)
    return DivergenceError(
        f"{type(method).__name__} diverged with eta = {method.eta:g}: the largest Hessian eigenvalue at the start is "
        f"{curvature:.4g} (eta times it {method.eta * curvature:.3g}); eta = {step:.3g} goes down there"
    )
