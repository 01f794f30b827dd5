"""How large may rho be before the picture of bounce and drift breaks? Explored, not claimed."""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_centres, bounce_frame, bounce_start
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, OneOf, Range
from flatlab.methods import SAM
from flatlab.objectives import Valley
from flatlab.objectives.valleys.named_profiles import NAMED, named_profile
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.storage.records import labelled
from flatlab.theory.sam import TwoCycle


def run(
    *,
    profile: Annotated[str, OneOf(tuple(NAMED))] = "bowl",
    h: Annotated[tuple[float, ...], Range(0, 2)] = (0.1, 0.5, 1.0, 1.8),
    shortest: Annotated[float, Range(0, below="longest")] = 0.01,
    longest: float = 3.0,
    radii: int = 40,
    start: Annotated[float, ANY] = 0.7,
) -> xr.Dataset:
    """Measure the first step's drift and the later bounce against the theory, from small radii to large.

    Parameters
    ----------
    profile : str
        Shape of the curvature along the bottom; its length is 1.
    h : tuple of float
        Step size times the largest eigenvalue at the start.
    shortest, longest : float
        Range of a + rho, in units of that length.
    radii : int
        Number of radii, evenly spaced in their logarithm.
    start : float
        Position along the bottom.

    Returns
    -------
    xarray.Dataset
        Relative error of the two-step drift, and of the bounce's amplitude after ten steps at the place it has got to.
    """
    ravine = Valley(named_profile(profile))
    frame = bounce_frame(ravine, [0.0, start])
    reaches = np.geomspace(shortest, longest, radii)
    drift, bounce = np.empty((2, len(h), radii))
    for i, one in enumerate(h):
        eta = one / frame.sharpness
        for k, reach in enumerate(reaches):
            rho = reach * (2 - one) / 2
            path = trajectory(SAM(eta, rho), ravine, bounce_start(frame, eta, rho), steps=11, keep_divergence=True)
            stated = 2 * TwoCycle(frame.sharpness, eta, rho).drift(frame.tau[1])
            drift[i, k] = abs((path[2, 1] - path[0, 1]) / stated - 1)
            bounce[i, k] = _amplitude_error(ravine, path[10:], eta, rho)
    return xr.Dataset(
        {
            "drift": labelled(("h", "reach"), drift, "relative error of the two-step drift"),
            "bounce": labelled(("h", "reach"), bounce, "relative error of the amplitude"),
        },
        coords={
            "h": labelled("h", list(h), "eta lambda_1 at the start"),
            "reach": labelled("reach", reaches, "a + rho", "length"),
        },
    )


def _amplitude_error(ravine, pair, eta, rho):
    """Return how far half the bounce is from the radius of the cycle there; infinite where there is no cycle."""
    if not np.isfinite(pair).all():
        return np.inf
    curvature = profile_at(ravine.profile, float(bounce_centres(pair)[0, 1]))[0]
    if eta * curvature >= 2:
        return np.inf
    return abs(np.abs(np.diff(pair[:, 0]))[0] / 2 / TwoCycle(curvature, eta, rho).radius - 1)


if __name__ == "__main__":
    main(run)
