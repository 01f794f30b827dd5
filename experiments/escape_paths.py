"""Which way do gradient descent, random smoothing and sharpness-aware perturbations go on a hyperbola of minima?"""

import numpy as np
import xarray as xr

from flatlab import replicate_rng, trajectory
from flatlab.geometry.limit_map import limit_map
from flatlab.lab.experiment import main
from flatlab.methods import GD, RandomlySmoothed, SharpnessAwarePerturbation
from flatlab.objectives import DiagonalNetwork, Product, hessian_trace
from flatlab.storage.records import labelled
from flatlab.theory.escape import FlowStep, HyperbolaPoint

METHODS = ("gradient descent", "random smoothing", "sharpness-aware")


def _trace(point):
    return hessian_trace(Product(2), limit_map(Product(2), point)) / 2


def run(
    *, eta: float = 0.02, rho: float = 0.1, start: float = 4.0, steps: int = 60000, records: int = 300, seed: int = 1
) -> xr.Dataset:
    """Follow three methods from a sharp minimum of (xy - 1)^2 / 2 and record the normalised trace at the limit.

    The sharpness-aware run has one sample: it is taken on (u^2 - v^2 - 1)^2 / 2, the same function in rotated
    coordinates, u = (x + y) / 2 and v = (x - y) / 2, with step and radius rotated along.

    Parameters
    ----------
    eta : float
        Step size.
    rho : float
        Radius of the perturbation.
    start : float
        x of the start (x, 1/x).
    steps : int
        Steps of each run.
    records : int
        Points kept of each run.
    seed : int
        Of the perturbations.

    Returns
    -------
    xarray.Dataset
        The paths, the traces, and the stated trace of random smoothing.
    """
    every = max(1, steps // records)
    w = np.array([start, 1 / start])
    network = DiagonalNetwork([[1.0]], [1.0])
    turned = np.array([(w[0] + w[1]) / 2, (w[0] - w[1]) / 2])
    # x = u + v stretches lengths by sqrt 2: a step of eta / 2 and a radius of rho / sqrt 2 are the same there
    runs = [
        (GD(eta), Product(2), w),
        (RandomlySmoothed(eta, eta, rho, np.inf), Product(2), w),
        (SharpnessAwarePerturbation(eta / 2, eta / 2, rho / np.sqrt(2), np.inf), network, turned),
    ]
    paths = []
    for k, (method, objective, begin) in enumerate(runs):
        path = trajectory(method, objective, begin, steps=steps, record_every=every, rng=replicate_rng(seed, k))
        paths.append(path if k < 2 else np.stack([path[:, 0] + path[:, 1], path[:, 0] - path[:, 1]], axis=1))
    time = every * np.arange(len(paths[0]))
    point, step = HyperbolaPoint(w[0] ** 2 - w[1] ** 2), FlowStep(eta, rho)
    stated = [point.after(t * step.time).trace / 2 for t in time]
    return xr.Dataset(
        {
            "path": labelled(("method", "step", "coordinate"), np.array(paths), "iterate", "length"),
            "trace": labelled(
                ("method", "step"),
                [[_trace(point) for point in path] for path in paths],
                "normalised trace at the limit of the gradient flow",
                "curvature",
            ),
            "stated": labelled("step", stated, "stated trace of random smoothing", "curvature"),
        },
        coords={
            "method": labelled("method", list(METHODS), "method"),
            "step": labelled("step", time, "step", "step"),
            "coordinate": labelled("coordinate", ["x", "y"], "coordinate"),
        },
    )


if __name__ == "__main__":
    main(run)
