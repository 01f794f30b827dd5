"""What does one perturbed step cost, with the projection and without?"""

import math

import numpy as np
import xarray as xr
from scipy.stats import beta

from flatlab.lab.experiment import main
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley, value
from flatlab.objectives.valleys.profiles import Constant
from flatlab.simulation.trajectories import restarts
from flatlab.storage.records import labelled
from flatlab.theory.escape import StepCost

QUANTILES = 20000  # of the part of a direction along the gradient, for the exact law


def run(
    *,
    curvature: float = 2.0,
    transverse: int = 5,
    eta: float = 0.001,
    rho: float = 0.05,
    gate: float = 1.5,
    draws: int = 20000,
    bins: int = 60,
    seed: int = 1,
) -> xr.Dataset:
    """Take single steps from one point at the edge of the gate and count how much f rises.

    Parameters
    ----------
    curvature : float
        Curvature of the valley.
    transverse : int
        Number of coordinates across the valley.
    eta, rho : float
        Step size and radius.
    gate : float
        Gradient at the point, in units of sqrt(eta) rho.
    draws : int
        Number of steps.
    bins : int
        Number of bins of the histogram.
    seed : int
        Seed of the draws.

    Returns
    -------
    xarray.Dataset
        Two histograms, each in units of its stated largest rise, with their exact laws; the largest rises, seen and
        stated, in units of beta eta^2 |v|^2 / 2.
    """
    objective = Valley(Constant(curvature), transverse)
    size = gate * math.sqrt(eta) * rho
    w = np.zeros(transverse + 1)
    w[0] = size / curvature
    cost = StepCost(eta, curvature, curvature * rho, size)
    unit = cost._replace(gradient_norm=0.0).projected
    rises = {}
    for projected in (True, False):
        method = RandomlySmoothed(eta, eta, rho, math.inf, projected)
        ends = restarts(method, objective, w, count=draws, rng=np.random.default_rng(seed))
        rises[projected] = (curvature * (ends[:, :-1] ** 2).sum(axis=1) / 2 - value(objective, w)) / unit
    worst = cost._replace(perturbation_norm=cost.perturbation_norm - size)  # v contains grad f itself
    bounds = np.array([cost.projected, worst.unprojected]) / unit
    lowest = min((rises[projected] / bound).min() for projected, bound in zip((True, False), bounds))
    edges = np.linspace(min(lowest, 0.0), 1.0, bins + 1)  # the last one is the bound itself
    edges[-1] = np.nextafter(1.0, 2.0)
    counts, laws = [], []
    for projected, bound in zip((True, False), bounds):
        counts.append(np.histogram(rises[projected] / bound, edges)[0] / draws)
        below = _probability_below(edges * bound * unit, eta, curvature, rho, size, transverse, projected)
        laws.append(np.diff(below))
    return xr.Dataset(
        {
            "share": labelled(("method", "rise"), counts, "share of the draws"),
            "stated": labelled(("method", "rise"), laws, "stated share"),
            "worst": labelled("method", [rises[True].max(), rises[False].max()], "largest rise"),
            "bound": labelled("method", bounds, "stated largest rise"),
        },
        coords={
            "method": labelled("method", ["projected", "not projected"], "method"),
            "rise": labelled("rise", (edges[1:] + edges[:-1]) / 2, "rise of f over its stated largest"),
        },
    )


def _probability_below(rises, eta, a, rho, size, n, projected):
    """Return the probability that f rises by no more, from the law of the direction g along the gradient and across."""
    at, d = (np.arange(QUANTILES) + 0.5) / QUANTILES, n + 1
    along = 2 * beta(n / 2, n / 2).ppf(at)[:, None] - 1  # g_1 has the density (1 - t^2)^((d - 3)/2)
    factor = 1 - eta * a if projected else 1 - 2 * eta * a
    moved = factor * size / a - (0.0 if projected else eta * a * rho * along)
    # the other transverse entries of g, squared and summed, over 1 - g_1^2
    across = (2 / a * rises + (size / a) ** 2 - moved**2) / ((eta * a * rho) ** 2 * (1 - along**2))
    below = beta((n - 1) / 2, (d - n) / 2).cdf(across) if n > 1 else across >= 0
    return below.mean(axis=0)


if __name__ == "__main__":
    main(run)
