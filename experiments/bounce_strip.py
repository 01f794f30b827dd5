"""What does bouncing and drifting look like, frame by frame?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_frame, bounce_start
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, OneOf
from flatlab.methods import SAM
from flatlab.objectives import Valley, value
from flatlab.objectives.valleys.named_profiles import NAMED, named_profile
from flatlab.storage.records import labelled


def run(
    *,
    profile: Annotated[str, OneOf(tuple(NAMED))] = "double-well",
    eta: float = 0.3,
    rho: float = 0.22,
    start: Annotated[float, ANY] = 0.3,
    frames: int = 5,
    steps: int = 10,
    shown: int = 8,
) -> xr.Dataset:
    """Run SAM in a ravine and keep a window of consecutive iterates for every frame.

    Parameters
    ----------
    profile : str
        Shape of the curvature along the bottom.
    eta : float
        Step size.
    rho : float
        Radius of the ascent step, large so that the drift is seen.
    start : float
        Position along the bottom.
    frames : int
        Number of frames.
    steps : int
        Steps from one frame to the next.
    shown : int
        Iterates in a frame.

    Returns
    -------
    xarray.Dataset
        The iterates of each frame, and the loss on a grid.
    """
    ravine = Valley(named_profile(profile))
    frame = bounce_frame(ravine, [0.0, start], eta)
    path = trajectory(SAM(eta, rho), ravine, bounce_start(frame, eta, rho), steps=steps * (frames - 1) + shown)
    windows = np.array([path[k * steps : k * steps + shown] for k in range(frames)])
    reach = 3.0 * np.abs(path[:, 0]).max()
    x, y = np.linspace(-reach, reach, 81), np.linspace(path[:, 1].min() - 0.2, path[:, 1].max() + 0.2, 81)
    loss = [[value(ravine, np.array([a, b])) for a in x] for b in y]
    return xr.Dataset(
        {
            "window": labelled(("frame", "iterate", "coordinate"), windows, "iterate", "length"),
            "first_step": labelled("frame", steps * np.arange(frames), "first step shown", "step"),
            "loss": labelled(("y", "x"), loss, "loss", "loss"),
        },
        coords={
            "x": labelled("x", x, "across", "length"),
            "y": labelled("y", y, "along the bottom", "length"),
        },
    )


if __name__ == "__main__":
    main(run)
