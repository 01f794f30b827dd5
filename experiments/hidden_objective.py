"""What does SAM descend? The path of the alternating gradient over the contours of J."""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, Range
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import HiddenObjective, SAMOnQuadratic


def run(
    *,
    flat_curvature: Annotated[float, Range(0, 1)] = 0.75,
    h: Annotated[float, Range(0, 2)] = 0.7,
    rho: float = 1.0,
    start_u1: Annotated[float, ANY] = 0.01,
    start_u2: Annotated[float, ANY] = 0.75,
    steps: int = 40,
    grid: int = 101,
) -> xr.Dataset:
    """Evaluate J on a grid and follow one run of SAM over it.

    Parameters
    ----------
    flat_curvature : float
        Second eigenvalue; the first is 1.
    h : float
        Step size times the largest eigenvalue, in (0, 2).
    rho : float
        Radius of the ascent step.
    start_u1, start_u2 : float
        Alternating gradient at the start.
    steps : int
        Steps of the run.
    grid : int
        Points on a side of the grid.

    Returns
    -------
    xarray.Dataset
        J on the grid, the path, J along it above its minimum, and the stationary points.
    """
    eigenvalues = np.array([1.0, flat_curvature])
    sam = SAMOnQuadratic(eigenvalues, h, rho)
    hidden = HiddenObjective(sam)
    path = trajectory(SAM(h, rho), Quadratic(eigenvalues), np.array([start_u1, start_u2]) / eigenvalues, steps=steps)
    u = np.array([hidden.variable(w, t) for t, w in enumerate(path)])
    norms = sam.cycles.gradient_norm
    edge = 1.6 * norms[0]
    axis = np.linspace(-edge, edge, grid)
    surface = [[hidden.value(np.array([x, y])) if x or y else 0.0 for x in axis] for y in axis]
    along = np.array([hidden.value(point) for point in u]) + norms[0] / 2
    return xr.Dataset(
        {
            "J": labelled(("u2", "u1"), surface, "hidden objective J", "gradient"),
            "path": labelled(("step", "coordinate"), u, "alternating gradient u", "gradient"),
            "excess": labelled("step", along, "J above its minimum", "gradient"),
            "cycle_gradient": labelled("coordinate", norms, "gradient size on the cycle of each axis", "gradient"),
        },
        coords={
            "u1": labelled("u1", axis, "u_1", "gradient"),
            "u2": labelled("u2", axis, "u_2", "gradient"),
        },
    )


if __name__ == "__main__":
    main(run)
