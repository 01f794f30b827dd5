"""How does mini-batch noise change SAM's drift?"""

import numpy as np
import xarray as xr

from flatlab import ensemble
from flatlab.geometry.bounce import bounce_frame, bounce_start, follow_drift, nearest_minimum
from flatlab.lab.experiment import main
from flatlab.methods import SAM
from flatlab.objectives import LeastSquares, ResidualBatch, hessian
from flatlab.storage.records import labelled


def run(
    *,
    d: int = 12,
    m: int = 5,
    batches: tuple[int, ...] = (1, 2, 5, 20),
    eta: float = 0.1,
    rho: float = 0.02,
    time: float = 3.0,
    records: int = 12,
    replicates: int = 16,
    seed: int = 3,
) -> xr.Dataset:
    """Run SAM with batches of several sizes on one least-squares problem, and without noise.

    Parameters
    ----------
    d, m : int
        Variables and residuals.
    batches : tuple of int
        Batch sizes; batches are drawn with replacement.
    eta : float
        Step size; the largest eigenvalue at the start is 1.
    rho : float
        Radius of the ascent step.
    time : float
        Length of the runs, in eta rho^2 times steps.
    records : int
        Points kept along a run.
    replicates : int
        Runs for each batch size.
    seed : int
        Seed of the problem and of the batches.

    Returns
    -------
    xarray.Dataset
        Largest eigenvalue and trace of the Hessian at the minimum under the runs, mean and standard error.
    """
    rng = np.random.default_rng(seed)
    sizes = np.concatenate([[1.0], np.sort(rng.uniform(0.5, 0.8, m - 1))[::-1]])
    jacobian = sizes[:, None] * np.linalg.qr(rng.standard_normal((d, m)))[0].T
    rows, shifts = rng.standard_normal((m, d)) / np.sqrt(d), rng.uniform(-0.9, 0.9, m)
    problem = LeastSquares(jacobian - (1 + shifts + shifts**2 / 2)[:, None] * rows, rows, shifts, "cubic")
    frame = bounce_frame(problem, np.zeros(d), eta)
    block = max(1, round(time / (eta * rho**2) / records))
    found = []
    for size in (*batches, 0):
        objective = ResidualBatch(problem, size) if size else problem
        count = replicates if size else 1
        points = np.tile(bounce_start(frame, eta, rho), (count, 1))
        course = [[_curvatures(problem, z, m) for z in points]]
        for record in range(records):
            points = ensemble(SAM(eta, rho), objective, points, steps=block, seed=1000 * seed + record)
            course.append([_curvatures(problem, z, m) for z in points])
        course = np.array(course)
        error = course.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.zeros_like(course[:, 0])
        found.append(np.stack([course.mean(axis=1), error]))
    times = eta * rho**2 * block * np.arange(records + 1)
    flow = np.vstack([frame.minimum, follow_drift(problem, frame.minimum, times[1:], eta)])
    return xr.Dataset(
        {
            "curvature": labelled(
                ("batch", "statistic", "time", "which"),
                np.array(found),
                "largest eigenvalue and trace of the Hessian",
                "curvature",
            ),
            "flow": labelled(
                ("time", "which"),
                [_curvatures(problem, z, m) for z in flow],
                "the same along the drift flow",
                "curvature",
            ),
        },
        coords={
            "batch": labelled("batch", [*batches, 0], "batch size, 0 for no noise", "residuals"),
            "statistic": labelled("statistic", ["mean", "error"], "mean, standard error"),
            "which": labelled("which", ["largest", "trace"], "measure of curvature"),
            "time": labelled("time", times, "eta rho^2 steps"),
        },
    )


def _curvatures(problem, point, rank):
    values = np.linalg.eigvalsh(hessian(problem, nearest_minimum(problem, point, rank)))
    return values[-1], values.sum()


if __name__ == "__main__":
    main(run)
