"""Where do the iterates of SAM and of gradient descent go on a quadratic ravine in the plane?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, Range
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import TwoCycle


def run(
    *,
    curvature: float = 1.0,
    flat_curvature: Annotated[float, Range(0, below="curvature")] = 0.2,
    eta: float = 0.9,
    rho: float = 0.3,
    start_x: Annotated[float, ANY] = 0.55,
    start_y: Annotated[float, ANY] = 1.0,
    steps: int = 60,
) -> xr.Dataset:
    """Run SAM and gradient descent from one start.

    Parameters
    ----------
    curvature : float
        Largest eigenvalue.
    flat_curvature : float
        The other eigenvalue.
    eta : float
        Step size of both methods.
    rho : float
        Radius of SAM's ascent step.
    start_x, start_y : float
        The start, in the eigenbasis.
    steps : int
        Steps of each run.

    Returns
    -------
    xarray.Dataset
        Iterates of both methods, SAM's ascent points, and the cycle.
    """
    objective = Quadratic([curvature, flat_curvature])
    start = [start_x, start_y]
    sam = trajectory(SAM(eta, rho), objective, start, steps=steps)
    slopes = objective.eigenvalues * sam
    ascent = sam + rho * slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    return xr.Dataset(
        {
            "sam": labelled(("step", "coordinate"), sam, "SAM iterate", "length"),
            "ascent": labelled(("step", "coordinate"), ascent, "SAM ascent point", "length"),
            "gd": labelled(
                ("step", "coordinate"),
                trajectory(GD(eta), objective, start, steps=steps),
                "gradient descent iterate",
                "length",
            ),
            "cycle_radius": labelled((), TwoCycle(curvature, eta, rho).radius, "predicted cycle radius", "length"),
            "ascent_distance": labelled(
                (), TwoCycle(curvature, eta, rho).ascent_distance, "predicted distance of the ascent point", "length"
            ),
            "eigenvalues": labelled("coordinate", objective.eigenvalues, "eigenvalues", "curvature"),
        }
    )


if __name__ == "__main__":
    main(run)
