"""Do flat minima of a diagonal network recover sparse coefficients?"""

import numpy as np
import xarray as xr

from flatlab import replicate_rng, trajectory
from flatlab.geometry.limit_map import limit_map
from flatlab.lab.experiment import main
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
    problems: int = 8,
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
        Steps of each run.
    records : int
        Points kept of each run.
    problems : int
        Number of problems, each drawn and run with numbers of its own.
    seed : int
        Seed of the problems and the perturbations.

    Returns
    -------
    xarray.Dataset
        Trace over 4 times the least l1-norm along the runs, and the coefficients before, after and of the truth.
    """
    every = max(1, steps // records)
    found = []
    for number in range(problems):
        problem = sparse_instance(replicate_rng(seed, number), samples, coefficients, nonzero)
        found.append(_runs(problem, eta, rho, every * records, every, replicate_rng(seed, problems + number)))
    traces, starts, ends, sparse = (np.array(values) for values in zip(*found))
    length, one = "coefficient", ("problem", "coefficient")
    return xr.Dataset(
        {
            "trace": labelled(
                ("problem", "method", "step"), traces, "trace over 4 times the least l1-norm, at the limit"
            ),
            "end": labelled(("problem", "method", "coefficient"), ends, "coefficients at the end", length),
            "start": labelled(one, starts, "coefficients at the start", length),
            "sparse": labelled(one, sparse, "sparse coefficients", length),
        },
        coords={
            "method": labelled("method", list(METHODS), "method"),
            "step": labelled("step", every * np.arange(traces.shape[2]), "step", "step"),
            "coefficient": labelled("coefficient", np.arange(coefficients), "index"),
        },
    )


def _runs(problem, eta, rho, steps, every, rng):
    """Return the traces along the three runs over their least, and the coefficients at start, ends and truth."""
    objective = problem.objective
    chosen = (
        (GD(eta), objective._replace(batch=len(objective.labels))),
        (RandomlySmoothed(eta, eta, rho, np.inf), objective),
        (SharpnessAwarePerturbation(eta, eta, rho, np.inf), objective),
    )
    least = least_l1(objective.features, objective.labels).value
    traces, ends = [], []
    for method, target in chosen:
        path = trajectory(method, target, problem.start, steps=steps, record_every=every, rng=rng)
        limits = np.array([limit_map(objective, w) for w in path])
        traces.append([hessian_trace(objective, w) / 4 / least for w in limits])
        ends.append(objective.coefficients(limits)[-1])
    return traces, objective.coefficients(problem.start), ends, problem.coefficients


if __name__ == "__main__":
    main(run)
