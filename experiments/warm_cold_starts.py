"""Which rate does the lower bound's instance show, from a warm and from a cold start?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.simulation.second_moments import running_moments
from flatlab.storage.records import labelled
from flatlab.theory.noise import NoisyDescent, QuadraticInstance, best_step

CASES = (("warm", "minimum"), ("cold", "minimum"), ("cold", "mean"))


def run(
    *,
    share: float = 1.0,
    shortest: Annotated[int, Range(1, below="longest")] = 100,
    longest: int = 100_000,
    levels: int = 7,
    fixed: int = 10_000,
    most: int = 64,
) -> xr.Dataset:
    """Find the best fixed step size on the instance built against it, and its value from exact second moments.

    Parameters
    ----------
    share : float
        sigma^2/(C D^2), for one sample.
    shortest, longest, levels : int
        Range and number of step counts T.
    fixed, most : int
        T of the second panel and its largest number of samples k.

    Returns
    -------
    xarray.Dataset
        Values in units of C D^2, by start and measure.
    """
    times = np.unique(np.geomspace(shortest, longest, levels).astype(int))
    pairs = 2 ** np.arange(int(np.log2(most)) + 1)
    in_steps = [[_best(share / T, int(T), *case) for T in times] for case in CASES]
    in_pairs = [[_best(share / (fixed * k), fixed, *case) for k in pairs] for case in CASES]
    return xr.Dataset(
        {
            "in_steps": labelled(("case", "T"), in_steps, "least or mean E|grad|^2, k = 1", "C D^2"),
            "in_pairs": labelled(("case", "k"), in_pairs, "least or mean E|grad|^2, T fixed", "C D^2"),
        },
        coords={
            "case": labelled("case", [f"{start}, {measure}" for start, measure in CASES], "start and measure"),
            "T": labelled("T", times, "steps T", "steps"),
            "k": labelled("k", pairs, "samples k"),
        },
        attrs={"share": share},
    )


def _best(nu, steps, start, measure):
    eta = best_step(nu, steps, start, measure).eta
    found = QuadraticInstance(eta, NoisyDescent(1.0, 1.0, np.sqrt(nu * steps), steps), start)
    seen = running_moments(eta, [found.kappa, 1.0], [0.0, found.sigma**2], [found.slow**2, found.fast**2], [steps])
    return (seen.mean if measure == "mean" else seen.minimum)[0]


if __name__ == "__main__":
    main(run)
