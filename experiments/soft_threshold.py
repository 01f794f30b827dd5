"""From how many measurements on does NSO shift the eigenvalues by its penalty?"""

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from paper_checks.zhang2024.problems.soft_threshold import Threshold, least_eigenvalue, least_slope, shifts, stated


def run(
    *,
    d: int = 8,
    rank: int = 2,
    shares: tuple[float, ...] = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0),
    s: float = 0.09,
    steps: int = 12000,
    problems: int = 24,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Run NSO to where it settles, on problems with more and more measurements.

    Parameters
    ----------
    d, rank : int
        Size and rank of the matrix that is sought.
    shares : tuple of float
        Numbers of measurements over d(d+1)/2.
    s : float
        Standard deviation of the weight noise.
    steps : int
        Steps of each run; the second half is averaged.
    problems : int
        Number of problems at each share.
    seed : int
        Seed of the first problem; the others follow.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Shifts of the eigenvalues in thresholds, as seen and as stated, the mean of the eigenvalues off the truth, and
        what is asked of a problem: the least eigenvalues of the gradient off the truth and of the truth.
    """
    checks.integer("problems", problems, at_least=1)
    checks.integer("rank", rank, at_least=1)
    base = {"d": d, "rank": rank, "s": s, "steps": steps}
    settings = [{**base, "share": share, "seed": seed + k} for share in shares for k in range(problems)]
    found = np.array(sweep(path, settings, _measure)).reshape(len(shares), problems, 4, rank + 1)
    dims, units = ("share", "problem", "order"), "thresholds"
    return xr.Dataset(
        {
            "seen": labelled(dims, found[:, :, 0, :rank], "how far an eigenvalue lies below the truth", units),
            "stated": labelled(dims, found[:, :, 1, :rank], "minimiser on the tangent space", units),
            "off": labelled(dims[:2], found[:, :, 0, rank], "mean eigenvalue off the truth's directions", units),
            "slope": labelled(dims[:2], found[:, :, 2, 0], "least eigenvalue of the gradient off the truth", units),
            "least": labelled(dims[:2], found[:, :, 3, 0], "least eigenvalue of the truth", units),
        },
        coords={"share": labelled("share", list(shares), "measurements over d(d+1)/2")},
    )


def _measure(setting):
    problem = Threshold(**setting)
    conditions = [np.full(problem.rank + 1, least(problem)) for least in (least_slope, least_eigenvalue)]
    return np.stack([shifts(problem, None), stated(problem), *conditions])


if __name__ == "__main__":
    main(run)
