"""Where do SAM, gradient descent and USAM go in a ravine whose curvature changes along the bottom?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.bounce import bounce_frame, bounce_start
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, OneOf
from flatlab.methods import GD, SAM, USAM
from flatlab.objectives import Valley
from flatlab.objectives.valleys.named_profiles import NAMED, named_profile
from flatlab.objectives.valleys.profiles import profile_at
from flatlab.storage.records import labelled
from flatlab.theory.sam import integrate_ravine_drift


def run(
    *,
    profile: Annotated[str, OneOf(tuple(NAMED))] = "wavy",
    eta: float = 0.3,
    rho: float = 0.1,
    start: Annotated[float, ANY] = 1.35,
    time: float = 3.0,
    records: int = 60,
) -> xr.Dataset:
    """Run the three methods from one point of SAM's bounce, and the drift flow.

    Parameters
    ----------
    profile : str
        Shape of the curvature along the bottom.
    eta : float
        Step size of all methods.
    rho : float
        Radius of SAM's ascent step; USAM has the same multiple of the gradient.
    start : float
        Position along the bottom.
    time : float
        Length of the run, in eta rho^2 times steps.
    records : int
        Points kept along the run.

    Returns
    -------
    xarray.Dataset
        Two neighbouring iterates at every record, and the flow.
    """
    ravine = Valley(named_profile(profile))
    frame = bounce_frame(ravine, [0.0, start], eta)
    first = bounce_start(frame, eta, rho)
    block = max(1, int(time / (eta * rho**2) / records)) // 2 * 2 + 1  # odd: the records change sides
    methods = {"SAM": SAM(eta, rho), "GD": GD(eta), "USAM": USAM(eta, rho)}
    paths = [trajectory(one, ravine, first, steps=block * records, record_every=block) for one in methods.values()]
    times = eta * rho**2 * block * np.arange(1, records + 1)

    def curvature(y):
        return profile_at(ravine.profile, float(y))[0]

    def slope(y):
        return profile_at(ravine.profile, float(y))[1]

    flow = np.concatenate([[start], integrate_ravine_drift(curvature, slope, start, times, eta)])
    along = np.linspace(min(-0.3, flow.min() - 0.2), start + 0.3, 200)
    return xr.Dataset(
        {
            "path": labelled(("method", "time", "coordinate"), np.array(paths), "iterate", "length"),
            "flow": labelled("time", flow, "drift flow, position along the bottom", "length"),
            "curvature": labelled("along", [curvature(y) for y in along], "curvature across", "curvature"),
        },
        coords={
            "method": labelled("method", list(methods), "method"),
            "time": labelled("time", np.concatenate([[0.0], times]), "eta rho^2 steps"),
            "along": labelled("along", along, "position along the bottom", "length"),
            "coordinate": labelled("coordinate", ["x", "y"], "across, along"),
        },
    )


if __name__ == "__main__":
    main(run)
