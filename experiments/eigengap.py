"""How does the time to converge depend on the relative eigengap, and how sharp is the certified bound?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import LocalTube, SAMOnQuadratic, local_errors

H = (0.3, 1.0, 1.7)


def run(
    *,
    rho: float = 0.1,
    largest_gap: Annotated[float, Range(0, 1)] = 0.2,
    smallest_gap: Annotated[float, Range(0, below="largest_gap")] = 0.001,
    gaps: int = 12,
    first: float = 1e-2,
    last: Annotated[float, Range(0, below="first")] = 1e-8,
) -> xr.Dataset:
    """Count the steps in which the tangent |w_2| / |w_1| falls from one level to another.

    Parameters
    ----------
    rho : float
        Radius of the ascent step.
    largest_gap, smallest_gap : float
        Range of the relative eigengap.
    gaps : int
        Number of gaps, evenly spaced in the logarithm.
    first, last : float
        The tangent of the gradient's angle at the start and at the end.

    Returns
    -------
    xarray.Dataset
        Measured steps, the prediction from the multiplier, and the bound of Theorem L.
    """
    gap = np.geomspace(largest_gap, smallest_gap, gaps)
    shape = (len(H), gaps)
    measured, predicted, bound = np.empty(shape), np.empty(shape), np.empty(shape)
    for i, h in enumerate(H):
        for k, size in enumerate(gap):
            eigenvalues = np.array([1.0, 1 - size])
            sam = SAMOnQuadratic(eigenvalues, h, rho)
            start = np.array([1.0, first / (1 - size)]) * sam.cycle().radius
            predicted[i, k] = np.log(last / first) / np.log(abs(sam.multipliers()[1]))
            path = trajectory(SAM(h, rho), Quadratic(eigenvalues), start, steps=int(1.3 * predicted[i, k]) + 20)
            tangent = np.abs(path[:, 1] / path[:, 0]) * (1 - size)
            measured[i, k] = np.argmax(tangent <= last)
            tube = LocalTube(sam, *local_errors(sam, eigenvalues * start))
            bound[i, k] = tube.bound.hitting_time(last) if tube.certified else np.nan
    return xr.Dataset(
        {
            "measured": labelled(("h", "gap"), measured, "measured steps", "steps"),
            "predicted": labelled(("h", "gap"), predicted, "steps predicted from the multiplier", "steps"),
            "bound": labelled(("h", "gap"), bound, "bound of Theorem L, radial error included", "steps"),
        },
        coords={
            "h": labelled("h", list(H), "step size times largest eigenvalue"),
            "gap": labelled("gap", gap, "relative eigengap"),
        },
    )


if __name__ == "__main__":
    main(run)
