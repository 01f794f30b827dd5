"""How does the recovery error depend on the size of the weight noise?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from flatlab.theory.noise import SensingMean, bias_floor
from paper_checks.zhang2024.problems.sensing import Sensing, prepared

METHODS = ("naive", "naive-2", "nso", "decay")


def run(
    *,
    d: int = 30,
    rank: int = 2,
    n: int = 240,
    eta: float = 0.004,
    scales: tuple[float, ...] = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2),
    gradients: Annotated[int, Range(160)] = 12000,
    problems: int = 5,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Run naive noise, noise stability and weight decay over a range of noise, on several problems.

    Parameters
    ----------
    d : int
        Rows and columns of the matrix and of its factor.
    rank : int
        Rank of the matrix that is sought.
    n : int
        Number of measurements.
    eta : float
        Step size for the loss with the factor 1/(2n).
    scales : tuple of float
        Standard deviations of the weight noise.
    gradients : int
        Gradient evaluations of each run, 160 or above.
    problems : int
        Number of problems.
    seed : int
        Seed of the first problem; the others follow.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Squared relative error by method, scale and problem, and the bias floor of the population.
    """
    checks.integer("gradients", gradients, at_least=160)
    checks.integer("problems", problems, at_least=1)
    checks.vector("scales", np.array(scales))
    base = {"d": d, "rank": rank, "n": n, "eta": eta, "gradients": gradients, "single": False}
    settings = [
        {**base, "method": name, "s": s, "seed": seed + k} for name in METHODS for s in scales for k in range(problems)
    ]
    found = np.array(sweep(path, settings, _measure)).reshape(len(METHODS), len(scales), problems, 2)
    floors = [
        [
            bias_floor(prepared(d, rank, n, seed + k).problem.spectrum, SensingMean(d).soft_threshold(s))
            for k in range(problems)
        ]
        for s in scales
    ]
    return xr.Dataset(
        {
            "error": labelled(
                ("approach", "s", "problem"), found[..., 0], "squared relative distance of W W^T from the truth"
            ),
            "test": labelled(("approach", "s", "problem"), found[..., 1], "relative test loss"),
            "bias_floor": labelled(("s", "problem"), floors, "bias floor of the population"),
        },
        coords={
            "approach": labelled("approach", list(METHODS), "name of the method"),
            "s": labelled("s", list(scales), "standard deviation of the weight noise", "weight"),
        },
    )


def _measure(setting):
    setting = dict(setting)
    name = setting.pop("method")
    end = Sensing(**setting).end(name)
    return [end.error, end.test]


if __name__ == "__main__":
    main(run)
