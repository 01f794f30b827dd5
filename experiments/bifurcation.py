"""How large is the bounce for every step size, and what happens at eta lambda_1 = 2?"""

import numpy as np
import xarray as xr

from flatlab import ensemble, trajectory
from flatlab.lab.experiment import main
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import TwoCycle


def run(
    *,
    dimension: int = 5,
    rho: float = 1.0,
    step_sizes: int = 60,
    largest_h: float = 2.05,
    starts: int = 8,
    steps: int = 4000,
    seed: int = 1,
) -> xr.Dataset:
    """Settle SAM from several starts at every step size.

    Parameters
    ----------
    dimension : int
        Number of variables.
    rho : float
        Radius of the ascent step.
    step_sizes : int
        Number of step sizes.
    largest_h : float
        Largest step size times the largest eigenvalue.
    starts : int
        Random starts at every step size.
    steps : int
        Steps before the last two iterates are read.
    seed : int
        Seed of the starts.

    Returns
    -------
    xarray.Dataset
        Signed first coordinate of the last two iterates over rho, and the predicted radius.
    """
    eigenvalues = np.linspace(1.0, 0.3, dimension)
    rng = np.random.default_rng(seed)
    objective = Quadratic(eigenvalues)
    h = np.linspace(0.02, largest_h, step_sizes)
    first = rho * rng.standard_normal((starts, dimension))
    late = np.empty((step_sizes, starts, 2))
    gd = np.empty(step_sizes)
    for k, step_size in enumerate(h):
        ends = ensemble(SAM(step_size, rho), objective, first, steps=steps, keep_divergence=True)
        after = ensemble(SAM(step_size, rho), objective, ends, steps=1, keep_divergence=True)
        late[k] = np.stack([ends[:, 0], after[:, 0]], axis=1) / rho
        gd[k] = trajectory(GD(step_size), objective, first[0], steps=400, record_every=400)[-1, 0] / rho
    stable = h < 2
    radius = np.full(step_sizes, np.nan)
    radius[stable] = [TwoCycle(1.0, step_size, 1.0).radius for step_size in h[stable]]
    return xr.Dataset(
        {
            "late": labelled(("h", "start", "phase"), late, "first coordinate over rho", "rho"),
            "gd": labelled("h", gd, "gradient descent: first coordinate over rho after 400 steps", "rho"),
            "radius": labelled("h", radius, "predicted radius over rho", "rho"),
        },
        coords={"h": labelled("h", h, "step size times largest eigenvalue")},
    )


if __name__ == "__main__":
    main(run)
