"""How fast does each coordinate of SAM approach the two-cycle, and is it the predicted rate?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import SAMOnQuadratic


def run(
    *,
    dimension: int = 6,
    relative_gap: Annotated[float, Range(0, 1)] = 0.1,
    h: Annotated[float, Range(0, 2)] = 0.6,
    rho: float = 0.1,
    steps: int = 260,
    seed: int = 3,
) -> xr.Dataset:
    """Run SAM from a random start and follow every coordinate.

    Parameters
    ----------
    dimension : int
        Number of variables.
    relative_gap : float
        Gap between the two largest eigenvalues, in units of the largest.
    h : float
        Step size times the largest eigenvalue, in (0, 2).
    rho : float
        Radius of the ascent step.
    steps : int
        Steps of the run.
    seed : int
        Seed of the start.

    Returns
    -------
    xarray.Dataset
        Distance to the cycle by coordinate and step, and the predicted factor per step.
    """
    eigenvalues = np.concatenate([[1.0], np.linspace(1 - relative_gap, 0.15, dimension - 1)])
    rng = np.random.default_rng(seed)
    path = trajectory(SAM(h, rho), Quadratic(eigenvalues), rho * rng.standard_normal(dimension), steps=steps)
    sam = SAMOnQuadratic(eigenvalues, h, rho)
    distance = np.abs(path)
    distance[:, 0] = np.abs(distance[:, 0] - sam.cycle().radius)
    factors = np.abs(sam.multipliers())
    factors[0] = sam.leading_coordinate_rate
    return xr.Dataset(
        {
            "distance": labelled(("step", "coordinate"), distance, "distance to the cycle", "length"),
            "factor": labelled("coordinate", factors, "predicted factor per step"),
            "eigenvalues": labelled("coordinate", eigenvalues, "eigenvalues", "curvature"),
        }
    )


if __name__ == "__main__":
    main(run)
