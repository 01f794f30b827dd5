"""How much sooner do sharpness-aware steps escape as the dimension grows, and what do mini-batches lose?"""

import numpy as np
import xarray as xr

from flatlab.evidence.intervals import mean
from flatlab.lab.experiment import main
from flatlab.storage.records import labelled
from flatlab.theory.sam import gaussian_shares
from paper_checks.ahn2024.problems.gradients import sample_models, sign_patterns, unequal_ratios
from paper_checks.ahn2024.problems.race import Race

DIMENSIONS = (3, 4, 5, 7, 9, 13, 17)


def run(
    *, eta: float = 0.1, rho: float = 0.15, fall: float = 0.7, replicates: int = 24, samples: int = 6, seed: int = 1
) -> xr.Dataset:
    """Race random smoothing against sharpness-aware steps at equal step and radius; average drifts over mini-batches.

    Parameters
    ----------
    eta : float
        Step size.
    rho : float
        Radius.
    fall : float
        How far along the valley the target lies, in logarithms of the slope.
    replicates : int
        Runs of each method.
    samples : int
        Number of samples in the comparison of batch sizes.
    seed : int
        Seed of the runs.

    Returns
    -------
    xarray.Dataset
        Ratios of times against d, measured and stated, and drifts against the batch size.
    """
    rng = np.random.default_rng(seed)
    ratios, stated = [], []
    for d in DIMENSIONS:
        race = Race(d, eta, rho, fall, replicates)
        fast = race.sharpness_aware(rng)
        ratios.append(mean(race.smoothed(rng) / fast, level=0.95))
        stated.append(race.ratio())
    sizes = np.arange(1, samples + 1)
    equal, parallel = sample_models(samples, seed), sample_models(samples, seed, parallel=True)
    drift = [equal.batch_ratio(b, 0.01, sign_patterns(samples)) for b in sizes]
    same = [parallel.batch_ratio(b, 0.01, [np.ones(samples)]) for b in sizes]
    unequal = unequal_ratios(10.0, 300, seed)
    return xr.Dataset(
        {
            "time_ratio": labelled("d", [r.value for r in ratios], "T_RS / T_SAP"),
            "ratio_stated": labelled("d", stated, "stated ratio, with the noise of both methods"),
            "low": labelled("d", [r.low for r in ratios], "lower end of its interval"),
            "high": labelled("d", [r.high for r in ratios], "upper end of its interval"),
            "drift": labelled("batch", drift, "drift over that of one sample"),
            "parallel": labelled("batch", same, "the same, parallel gradients"),
            "unequal": labelled("carrier", unequal, "drift at B = 2, norms 1 and 10"),
            "unequal_stated": labelled("carrier", gaussian_shares([1.0, 10.0]), "stated"),
        },
        coords={
            "d": labelled("d", list(DIMENSIONS), "dimension"),
            "batch": labelled("batch", sizes, "batch size"),
            "carrier": labelled("carrier", ["norm 1", "norm 10"], "which sample carries the slope"),
        },
    )


if __name__ == "__main__":
    main(run)
