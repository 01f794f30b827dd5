"""From where in the plane is the cycle reached quickly, and which curves are slow?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import hitting_times
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.objectives.observables import CycleDistance
from flatlab.storage.records import labelled
from flatlab.theory.sam import SAMOnQuadratic


def run(
    *,
    flat_curvature: Annotated[float, Range(0, 1)] = 0.6,
    h: Annotated[float, Range(0, 1)] = 0.5,
    rho: float = 1.0,
    edge: float = 3.0,
    grid: Annotated[int, Range(2, even=True)] = 240,
    tolerance: float = 1e-6,
    steps: int = 2000,
) -> xr.Dataset:
    """Count the steps to the cycle from every point of a grid.

    Parameters
    ----------
    flat_curvature : float
        Second eigenvalue; the first is 1.
    h : float
        Step size times the largest eigenvalue, in (0, 1) for the critical ellipse to exist.
    rho : float
        Radius of the ascent step.
    edge : float
        The grid covers [-edge, edge] in both coordinates, in units of rho.
    grid : int
        Points on a side of the grid; even, so that no point lies on an axis.
    tolerance : float
        Distance to the cycle that counts as reached, in units of rho.
    steps : int
        Most steps.

    Returns
    -------
    xarray.Dataset
        Steps to the cycle (-1 where it was not reached) and the critical gradient norm.
    """
    eigenvalues = np.array([1.0, flat_curvature])
    axis = rho * np.linspace(-edge, edge, grid)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    sam = SAMOnQuadratic(eigenvalues, h, rho)
    target = [sam.cycle().radius, 0.0]
    times = hitting_times(
        SAM(h, rho),
        Quadratic(eigenvalues),
        starts,
        CycleDistance(target),
        below=tolerance * rho,
        steps=steps,
        progress=True,
    )
    return xr.Dataset(
        {
            "steps": labelled(("w2", "w1"), times.reshape(grid, grid).astype(np.int16), "steps to the cycle", "steps"),
            "critical_norm": labelled((), sam.critical_norm, "critical gradient norm s*", "gradient"),
            "eigenvalues": labelled("coordinate", eigenvalues, "eigenvalues", "curvature"),
            "cycle_radius": labelled((), target[0], "predicted cycle radius", "length"),
        },
        coords={
            "w1": labelled("w1", axis, "w_1 at the start", "length"),
            "w2": labelled("w2", axis, "w_2 at the start", "length"),
        },
    )


if __name__ == "__main__":
    main(run)
