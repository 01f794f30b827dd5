"""How far above the risk is the generalisation bound, and what does the Hessian-trace surrogate say?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def run(
    *,
    d: int = 5,
    smallest: Annotated[int, Range(1, below="largest")] = 50,
    largest: int = 3200,
    levels: int = 7,
    models: int = 20,
    draws: int = 400,
    least: Annotated[float, Range(0, below="most")] = 0.1,
    most: float = 1.2,
    seed: int = 1,
) -> xr.Dataset:
    """Train linear models on tasks of different label noise and evaluate the bound on each.

    Parameters
    ----------
    d : int
        Number of variables.
    smallest, largest, levels : int
        Range and number of sample sizes n.
    models : int
        Models at each size.
    draws : int
        Draws of the posterior at each noise level.
    least, most : float
        Range of the label noise.
    seed : int
        Seed of samples and draws.

    Returns
    -------
    xarray.Dataset
        Bound, smoothed risk, empirical loss, surrogate, risk at the point and chosen noise, by size and model.
    """
    rng = np.random.default_rng(seed)
    sizes = np.unique(np.geomspace(smallest, largest, levels).astype(int))
    found = np.empty((6, sizes.size, models))
    for i, n in enumerate(sizes):
        for j in range(models):
            sample = draw_sample(int(n), d, rng.uniform(least, most), rng)
            found[:, i, j] = certify(sample, train(sample, int(rng.integers(5, 200)), rng), rng, draws=draws)
    names = {
        "bound": "rigorous bound on the smoothed risk",
        "smoothed_risk": "smoothed risk, exact up to 4000 draws",
        "noise": "noise level of the posterior",
        "empirical": "mean training loss of the draws",
        "surrogate": "Hessian-trace surrogate at the point",
        "risk": "risk at the point",
    }
    units = {"noise": "length"}
    return xr.Dataset(
        {
            name: labelled(("n", "model"), values, label, units.get(name, "1"))
            for (name, label), values in zip(names.items(), found)
        },
        coords={"n": labelled("n", sizes, "sample size n")},
    )


if __name__ == "__main__":
    main(run)
