"""When does a symmetric pair beat two independent points, and when does it lose?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.evidence.intervals import mean
from flatlab.lab.experiment import main
from flatlab.lab.options import ANY, NONNEGATIVE
from flatlab.methods import NSO, NoiseInjection
from flatlab.objectives import CoordinateNoise, Cubic, Quadratic, SeparableQuartic
from flatlab.storage.records import labelled
from flatlab.theory.noise import GaussianNoise

CASES = ("quadratic", "quartic", "cubic at 0", "quartic, noisy oracle")
ESTIMATORS = ("one point", "two points", "pair")
BATCHES = 40


def run(
    *,
    s: float = 0.3,
    w: Annotated[float, ANY] = 1.0,
    tau: Annotated[float, NONNEGATIVE] = 4.0,
    copies: int = 200_000,
    seed: int = 1,
) -> xr.Dataset:
    """Sample the variance of three gradient estimators through one step of each method.

    Parameters
    ----------
    s : float
        Weight noise.
    w : float
        The point, on the line; the cubic is taken at 0.
    tau : float
        Deviation of the oracle's own noise in the last case.
    copies : int
        Number of draws: equal coordinates of a separable objective, each with its own noise.
    seed : int
        Seed of the draws.

    Returns
    -------
    xarray.Dataset
        Variance with its interval, and as stated, by case and estimator.
    """
    rng = np.random.default_rng(seed)
    methods = (NoiseInjection(1.0, s), NoiseInjection(1.0, s, 2), NSO(1.0, s))
    ones = np.ones(copies)
    objectives = (
        Quadratic(ones),
        SeparableQuartic(ones),
        Cubic(ones),
        CoordinateNoise(SeparableQuartic(ones), tau * ones),
    )
    law = GaussianNoise(s)
    quartic = law.quartic_gradient([w], [1.0])
    parities = (law.quadratic_gradient([[1.0]]), quartic, law.cubic_gradient([0.0], [1.0]), quartic)
    found, stated = np.empty((3, len(CASES), 3)), np.empty((len(CASES), 3))
    for i, (objective, parity) in enumerate(zip(objectives, parities)):
        start = np.full(copies, 0.0 if i == 2 else w)
        noise = tau**2 if i == 3 else 0.0
        stated[i] = parity.one_point(noise), parity.one_point(noise, 2), parity.pair(noise)
        for j, method in enumerate(methods):
            estimate = start - trajectory(method, objective, start, steps=1, rng=rng)[-1]
            found[:, i, j] = mean(estimate.reshape(BATCHES, -1).var(axis=1), level=0.95)
    dims = ("case", "estimator")
    return xr.Dataset(
        {
            "variance": labelled(dims, found[0], "variance of the gradient estimate", "gradient squared"),
            "low": labelled(dims, found[1], "lower end of the 95% interval", "gradient squared"),
            "high": labelled(dims, found[2], "upper end of the 95% interval", "gradient squared"),
            "stated": labelled(dims, stated, "stated variance", "gradient squared"),
        },
        coords={
            "case": labelled("case", list(CASES), "objective"),
            "estimator": labelled("estimator", list(ESTIMATORS), "estimator"),
        },
    )


if __name__ == "__main__":
    main(run)
