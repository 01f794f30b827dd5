"""Do flat minima of a diagonal network recover sparse coefficients?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import replicate_rng, trajectory
from flatlab.geometry.limit_map import limit_map
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import GD, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import hessian_trace
from flatlab.storage.records import labelled
from paper_checks.ahn2024.problems.sparse_recovery import least_l1, sparse_instance

METHODS = ("gradient descent", "random smoothing", "sharpness-aware")


def run(
    *,
    samples: int = 10,
    coefficients: int = 20,
    nonzero: int = 2,
    eta: float = 0.01,
    rho: float = 0.1,
    steps: int = 40000,
    records: int = 100,
    instance: Annotated[int, Range(0)] = 2,
    seed: int = 1,
) -> xr.Dataset:
    """Start three methods at a spread-out minimum of a network with sparse labels and record the trace at the limit.

    Parameters
    ----------
    samples, coefficients, nonzero : int
        Rows and columns of the features, nonzero entries behind the labels.
    eta, rho : float
        Step size and radius.
    steps : int
        Of each run.
    records : int
        Points kept of each run.
    instance : int
        Draws the problem.
    seed : int
        Of the perturbations.

    Returns
    -------
    xarray.Dataset
        Trace over 4 and distance to the sparse coefficients along the runs, and the coefficients before and after.
    """
    problem = sparse_instance(np.random.default_rng(instance), samples, coefficients, nonzero)
    objective = problem.objective
    chosen = (
        (GD(eta), objective._replace(batch=samples)),
        (RandomlySmoothed(eta, eta, rho, np.inf), objective),
        (SharpnessAwarePerturbation(eta, eta, rho, np.inf), objective),
    )
    every = max(1, steps // records)
    traces, errors, ends = [], [], []
    for k, (method, target) in enumerate(chosen):
        path = trajectory(method, target, problem.start, steps=steps, record_every=every, rng=replicate_rng(seed, k))
        limits = np.array([limit_map(objective, w) for w in path])
        found = objective.coefficients(limits)
        traces.append([hessian_trace(objective, w) / 4 for w in limits])
        errors.append(np.linalg.norm(found - problem.coefficients, axis=1))
        ends.append(found[-1])
    both = ("method", "step")
    return xr.Dataset(
        {
            "trace": labelled(both, traces, "trace of the Hessian over 4, at the limit", "coefficient"),
            "error": labelled(both, np.array(errors), "distance to the sparse coefficients", "coefficient"),
            "end": labelled(("method", "coefficient"), np.array(ends), "coefficients at the end", "coefficient"),
            "start": labelled("coefficient", objective.coefficients(problem.start), "at the start", "coefficient"),
            "sparse": labelled("coefficient", problem.coefficients, "sparse coefficients", "coefficient"),
            "least": labelled(
                (),
                least_l1(objective.features, objective.labels).value,
                "least l1-norm, by linear programming",
                "coefficient",
            ),
        },
        coords={
            "method": labelled("method", list(METHODS), "method"),
            "step": labelled("step", every * np.arange(len(traces[0])), "step", "step"),
            "coefficient": labelled("coefficient", np.arange(coefficients), "index"),
        },
    )


if __name__ == "__main__":
    main(run)
