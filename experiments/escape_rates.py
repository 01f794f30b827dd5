"""How many steps does an escape take as the tolerance falls, on four valleys and in both branches?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from paper_checks.ahn2024.problems.valleys import KINDS, escape

CURVES = (*KINDS, "exponential, d = 3", "ramp, d = 3", "exponential, d = 6", "ramp, d = 6")


def _setting(curve):
    kind, _, dimension = curve.partition(", d = ")
    # in the capped branch smaller constants keep the times well above one step
    small = {"c_eta": 0.1, "c_rho": 0.5} if dimension == "6" else {}
    return {"kind": kind, "d": int(dimension or 3), "sap": bool(dimension), **small}


def run(
    *,
    largest: float = 0.2,
    ratio: Annotated[float, Range(1)] = 2.0,
    tolerances: int = 6,
    replicates: int = 16,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Measure first flat times of random smoothing on four valleys, and of sharpness-aware steps on two.

    Parameters
    ----------
    largest : float
        The largest tolerance.
    ratio : float
        Ratio of neighbouring tolerances.
    tolerances : int
        Number of tolerances.
    replicates : int
        Runs at each tolerance.
    seed : int
        Seed of the runs.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Times, predicted times and fitted exponents.
    """
    epsilon = largest * ratio ** -np.arange(tolerances)
    settings = [
        {"curve": curve, "epsilon": tolerance, "replicates": replicates, "seed": seed + 100 * i + k}
        for i, curve in enumerate(CURVES)
        for k, tolerance in enumerate(epsilon)
    ]
    found = np.array(sweep(path, settings, _times)).reshape(len(CURVES), tolerances, -1)
    median, low, high, share, predicted = np.moveaxis(found, -1, 0)
    slope, stated = (np.polyfit(np.log(epsilon), np.log(value).T, 1)[0] for value in (median, predicted))
    both = ("curve", "epsilon")
    return xr.Dataset(
        {
            "time": labelled(both, median, "median first flat time", "step"),
            "earliest": labelled(both, low, "earliest first flat time", "step"),
            "latest": labelled(both, high, "latest first flat time", "step"),
            "predicted": labelled(both, predicted, "flow time in steps", "step"),
            "share": labelled(both, share, "share of perturbed steps"),
            "slope": labelled("curve", slope, "fitted exponent"),
            "predicted_slope": labelled("curve", stated, "exponent of the flow times"),
        },
        coords={
            "curve": labelled("curve", list(CURVES), "valley"),
            "epsilon": labelled("epsilon", epsilon, "tolerance"),
        },
    )


def _times(setting):
    given = _setting(setting["curve"])
    case = escape(epsilon=setting["epsilon"], **given)
    found = case.times(setting["replicates"], setting["seed"], by_distance=not given["sap"])
    return np.array([np.median(found.times), found.times.min(), found.times.max(), found.perturbed_share, case.steps])


if __name__ == "__main__":
    main(run)
