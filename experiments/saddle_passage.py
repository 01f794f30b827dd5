"""How does SAM leave the cycle of the second eigenvector for that of the first?"""

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
    flat_curvature: Annotated[float, Range(0, 1)] = 0.9,
    h: Annotated[float, Range(0, 2)] = 0.5,
    rho: float = 1.0,
    nudge: float = 1e-12,
    steps: int = 160,
) -> xr.Dataset:
    """Start on the second cycle with a tiny component along the first eigenvector.

    Parameters
    ----------
    flat_curvature : float
        Second eigenvalue; the first is 1.
    h : float
        Step size times the largest eigenvalue, in (0, 2).
    rho : float
        Radius of the ascent step.
    nudge : float
        Component along the first eigenvector at the start, in units of the second cycle.
    steps : int
        Steps of the run.

    Returns
    -------
    xarray.Dataset
        Both coordinates by step, the predicted escape factor, and both cycle radii.
    """
    eigenvalues = np.array([1.0, flat_curvature])
    sam = SAMOnQuadratic(eigenvalues, h, rho)
    radii = sam.cycles.radius
    path = trajectory(SAM(h, rho), Quadratic(eigenvalues), [nudge * radii[1], radii[1]], steps=steps)
    return xr.Dataset(
        {
            "size": labelled(("step", "coordinate"), np.abs(path), "size of the coordinate", "length"),
            "radius": labelled("coordinate", radii, "cycle radius of the axis", "length"),
            "escape_factor": labelled((), sam.escape_factor(1), "predicted growth per step"),
        }
    )


if __name__ == "__main__":
    main(run)
