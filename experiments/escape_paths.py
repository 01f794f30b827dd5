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
    *,
    eta: float = 0.02,
    rho: float = 0.1,
    start: float = 4.0,
    steps: int = 60000,
    records: int = 300,
    replicates: int = 8,
    seed: int = 1,
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
    replicates : int
        Runs of each method.
    seed : int
        Seed of the perturbations.

    Returns
    -------
    xarray.Dataset
        The paths, the traces, and the stated traces of both perturbed methods.
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
        draws = [replicate_rng(seed, k + len(runs) * replicate) for replicate in range(replicates)]
        kept = [trajectory(method, objective, begin, steps=steps, record_every=every, rng=rng) for rng in draws]
        path = np.array(kept)
        paths.append(path if k < 2 else np.stack([path[..., 0] + path[..., 1], path[..., 0] - path[..., 1]], axis=-1))
    time = every * np.arange(paths[0].shape[1])
    point, step = HyperbolaPoint(w[0] ** 2 - w[1] ** 2), FlowStep(eta, rho)
    # with samples the drift is d = 2 times as large
    stated = [[point.after(factor * t * step.time).trace / 2 for t in time] for factor in (0, 1, 2)]
    return xr.Dataset(
        {
            "path": labelled(("method", "replicate", "step", "coordinate"), np.array(paths), "iterate", "length"),
            "trace": labelled(
                ("method", "replicate", "step"),
                [[[_trace(point) for point in path] for path in kept] for kept in paths],
                "normalised trace at the limit of the gradient flow",
                "curvature",
            ),
            "stated": labelled(("method", "step"), stated, "stated trace", "curvature"),
        },
        coords={
            "method": labelled("method", list(METHODS), "method"),
            "step": labelled("step", time, "step", "step"),
            "coordinate": labelled("coordinate", ["x", "y"], "coordinate"),
        },
    )


if __name__ == "__main__":
    main(run)
