"""What does noise make of a sharp and a flat well, and where does noise stability optimisation end?"""

import numpy as np
import xarray as xr

from flatlab import ensemble
from flatlab.evidence.intervals import proportion
from flatlab.geometry.smoothing import smoothed_value
from flatlab.lab.experiment import main
from flatlab.methods import NSO
from flatlab.objectives import DoubleWell, value
from flatlab.storage.records import labelled


def run(
    *,
    noises: tuple[float, ...] = (0.1, 0.2, 0.4),
    points: int = 13,
    draws: int = 4000,
    eta: float = 0.02,
    steps: int = 5000,
    levels: int = 25,
    runs: int = 100,
    seed: int = 1,
) -> xr.Dataset:
    """Evaluate f and F on a line, F by sampling beside the closed form, and run NSO from the sharp well.

    Parameters
    ----------
    noises : tuple of float
        Noise levels s of the curves.
    points, draws : int
        Points at which F is sampled, and draws at each.
    eta : float
        Step size of the runs.
    steps, levels, runs : int
        Steps of a run, number of noise levels from .02 to .8, runs at each.
    seed : int
        Seed of draws and runs.

    Returns
    -------
    xarray.Dataset
        Curves, sampled values with standard errors, depth of both wells and share of runs that end in the flat one.
    """
    rng, well = np.random.default_rng(seed), DoubleWell()
    x, at = np.linspace(-2.2, 2.8, 251), np.linspace(-2.0, 2.5, points)
    curves = [smoothed_value(well, x[:, None], s) for s in (0.0, *noises)]
    sampled, errors = np.empty((2, len(noises), points))
    for i, s in enumerate(noises):
        for j, centre in enumerate(at):
            seen = [value(well, np.array([centre + s * z])) for z in rng.standard_normal(draws)]
            sampled[i, j], errors[i, j] = np.mean(seen), np.std(seen) / np.sqrt(draws)
    scale = np.geomspace(0.02, 0.8, levels)
    fine = np.geomspace(0.02, 0.8, 60)
    lines = np.array([smoothed_value(well, x[:, None], s) for s in fine])
    sides = [x < 0.2, x >= 0.2]
    shares = [_share(well, eta, s, steps, runs, seed + k) for k, s in enumerate(scale)]
    return xr.Dataset(
        {
            "curve": labelled(("noise", "x"), curves, "smoothed objective F, closed form", "loss"),
            "sampled": labelled(("sampled_noise", "at"), sampled, "F, sampled", "loss"),
            "sampled_error": labelled(("sampled_noise", "at"), errors, "standard error of F, sampled", "loss"),
            "depth": labelled(
                ("well", "fine"),
                [_depths(lines[:, side]) for side in sides],
                "least F in the well, nan where the well is gone",
                "loss",
            ),
            "share": labelled(
                "s", [found.value for found in shares], "share of runs from the sharp well that end in the flat one"
            ),
            "share_low": labelled("s", [found.low for found in shares], "lower end of the interval"),
            "share_high": labelled("s", [found.high for found in shares], "upper end of the interval"),
        },
        coords={
            "noise": labelled("noise", [0.0, *noises], "noise s", "length"),
            "sampled_noise": labelled("sampled_noise", list(noises), "noise s", "length"),
            "x": labelled("x", x, "x", "length"),
            "at": labelled("at", at, "x", "length"),
            "fine": labelled("fine", fine, "noise s", "length"),
            "s": labelled("s", scale, "noise s", "length"),
            "well": labelled("well", ["sharp", "flat"], "well"),
        },
    )


def _depths(lines):
    """Return the least value of each line, nan where it lies at an end of the line: then there is no well."""
    at = lines.argmin(axis=1)
    return np.where((at > 0) & (at < lines.shape[1] - 1), lines.min(axis=1), np.nan)


def _share(well, eta, s, steps, runs, seed):
    starts = np.full((runs, 1), -well.centre)
    ends = ensemble(NSO(eta, s), well, starts, steps=steps, seed=seed)[:, 0]
    return proportion(int((ends > 0.2).sum()), runs, level=0.95)


if __name__ == "__main__":
    main(run)
