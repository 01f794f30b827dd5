"""Does SAM follow the drift flow along a curved manifold of minima in many variables, until it comes to rest?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_frame, bounce_start, follow_drift, nearest_minimum
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import GD, SAM
from flatlab.objectives import LeastSquares
from flatlab.storage.records import labelled


def run(
    *,
    d: int = 50,
    m: int = 10,
    h: Annotated[float, Range(0, 2)] = 0.5,
    rho: tuple[float, ...] = (0.1, 0.05, 0.025),
    time: float = 30.0,
    records: int = 24,
    features: float = 1.0,
    seed: int = 2,
) -> xr.Dataset:
    """Run SAM at several radii over the same time, and the flow.

    Parameters
    ----------
    d, m : int
        Variables and residuals of the least-squares problem.
    h : float
        Step size times the largest eigenvalue at the start, which is 1.
    rho : tuple of float
        Radii of the ascent step.
    time : float
        Length of the runs, in eta rho^2 times steps.
    records : int
        Points kept along a run, evenly spaced in the logarithm of time.
    features : float
        Size of the nonlinear part.
    seed : int
        Seed of the problem.

    Returns
    -------
    xarray.Dataset
        Sharpness, slope of the sharpness and distance to the flow at the minimum under the bounce.
    """
    problem = _problem(d, m, features, np.random.default_rng(seed))
    frame = bounce_frame(problem, np.zeros(d), h)
    times = np.geomspace(time / 300, time, records)
    flow = follow_drift(problem, frame.minimum, times, h)
    found = {"sharpness": [], "slope": [], "distance": []}
    for method, radius in (*((SAM(h, radius), radius) for radius in rho), (GD(h), rho[0])):
        minima = _minima_under(method, problem, bounce_start(frame, h, radius), times / (h * radius**2), m)
        frames = [bounce_frame(problem, z) for z in minima]
        found["sharpness"].append([one.sharpness for one in frames])
        found["slope"].append([np.linalg.norm(one.tangential) for one in frames])
        found["distance"].append(np.linalg.norm(minima - flow, axis=1))
    on_flow = [bounce_frame(problem, z, near=1e-5) for z in flow]
    return xr.Dataset(
        {
            "sharpness": labelled(("run", "time"), found["sharpness"], "largest eigenvalue", "curvature"),
            "slope": labelled(
                ("run", "time"), found["slope"], "slope of the largest eigenvalue along the minima", "curvature/length"
            ),
            "distance": labelled(("run", "time"), found["distance"], "distance to the flow", "length"),
            "flow_sharpness": labelled(
                "time", [one.sharpness for one in on_flow], "largest eigenvalue along the flow", "curvature"
            ),
            "second": labelled(
                "time", [float(one.eigenvalues[1]) for one in on_flow], "second eigenvalue along the flow", "curvature"
            ),
            "flow_slope": labelled(
                "time", [np.linalg.norm(one.tangential) for one in on_flow], "slope along the flow", "curvature/length"
            ),
        },
        coords={
            "run": labelled("run", [*(f"{one:g}" for one in rho), "GD"], "rho, or GD"),
            "time": labelled("time", times, "eta rho^2 steps"),
        },
    )


def _problem(d, m, features, rng):
    """Return least squares with a minimum at 0, where the largest eigenvalue is 1."""
    sizes = np.concatenate([[1.0], np.sort(rng.uniform(0.3, 0.7, m - 1))[::-1]])
    jacobian = sizes[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    rows, shifts = features * rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    return LeastSquares(jacobian - (1 + shifts + shifts**2 / 2)[:, None] * rows, rows, shifts, "cubic")


def _minima_under(method, problem, point, moments, m):
    """Run on, and return the minimum under the bounce after each of so many steps; each run takes one at least."""
    minima, done = [], 0
    for moment in moments:
        steps = max(1, round(moment) - done)
        point = trajectory(method, problem, point, steps=steps, record_every=steps)[-1]
        done += steps
        pair = trajectory(method, problem, point, steps=1)
        minima.append(nearest_minimum(problem, pair.mean(axis=0), m))
    return np.array(minima)


if __name__ == "__main__":
    main(run)
