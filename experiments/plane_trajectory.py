"""Where do the iterates of SAM and of gradient descent go on a quadratic ravine in the plane?"""

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.methods import GD, SAM
from flatlab.objectives import Quadratic
from flatlab.theory.sam import TwoCycle


def run(
    *,
    curvature: float = 1.0,
    flat_curvature: float = 0.2,
    eta: float = 0.9,
    rho: float = 0.3,
    start_x: float = 0.55,
    start_y: float = 1.0,
    steps: int = 60,
    seed: int = 1,
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
    seed : int
        Unused: nothing here is random.

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
    plane = {"units": "length", "long_name": "point in the eigenbasis"}
    return xr.Dataset(
        {
            "sam": (("step", "coordinate"), sam, {**plane, "long_name": "SAM iterate"}),
            "ascent": (("step", "coordinate"), ascent, {**plane, "long_name": "SAM ascent point"}),
            "gd": (
                ("step", "coordinate"),
                trajectory(GD(eta), objective, start, steps=steps),
                {**plane, "long_name": "gradient descent iterate"},
            ),
            "cycle_radius": (
                (),
                TwoCycle(curvature, eta, rho).radius,
                {"units": "length", "long_name": "predicted cycle radius"},
            ),
            "ascent_distance": (
                (),
                TwoCycle(curvature, eta, rho).ascent_distance,
                {"units": "length", "long_name": "predicted distance of the ascent point"},
            ),
            "eigenvalues": ("coordinate", objective.eigenvalues, {"units": "curvature", "long_name": "eigenvalues"}),
        }
    )


if __name__ == "__main__":
    main(run)
