"""How much of F - f is half the Hessian trace, and where does the fourth order take over?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.geometry.smoothing import smoothed_value
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.objectives import CoshSum, Saturating, SeparableQuartic, hessian_trace, value
from flatlab.storage.records import labelled
from flatlab.theory.noise import GaussianNoise

CASES = ("quartic", "cosh", "saturating")


def run(
    *,
    d: int = 4,
    draws: int = 200_000,
    levels: int = 11,
    smallest: Annotated[float, Range(0, below="largest")] = 0.03,
    largest: float = 1.5,
    seed: int = 1,
) -> xr.Dataset:
    """Sample F - f with pairs of perturbed points, beside the closed form and the expansion.

    Parameters
    ----------
    d : int
        Number of variables.
    draws : int
        Pairs of points at each noise level.
    levels : int
        Number of noise levels, evenly spaced in their logarithm.
    smallest, largest : float
        Range of the noise levels.
    seed : int
        Seed of the point and the draws.

    Returns
    -------
    xarray.Dataset
        Gap sampled, exact, by the trace term and with the fourth-order term; objectives by case.
    """
    rng = np.random.default_rng(seed)
    w, s = rng.uniform(0.1, 0.25, d), np.geomspace(smallest, largest, levels)
    objectives = (SeparableQuartic(np.ones(d)), CoshSum(), Saturating())
    sampled, errors, exact, second, fourth, remainder = np.empty((6, len(CASES), levels))
    for i, objective in enumerate(objectives):
        here, trace = value(objective, w), hessian_trace(objective, w)
        bilaplacian = _bilaplacian(CASES[i], w)
        for j, level in enumerate(s):
            seen = _pairs(CASES[i], w, level * rng.standard_normal((draws // 10, 10, d)))
            sampled[i, j], errors[i, j] = seen.mean(), seen.mean(axis=1).std() / np.sqrt(len(seen))
            exact[i, j] = smoothed_value(objective, w, level) - here
            second[i, j] = GaussianNoise(level).gap(trace)
            fourth[i, j] = GaussianNoise(level).gap(trace, bilaplacian)
            remainder[i, j] = exact[i, j] - second[i, j]
    dims = ("case", "s")
    return xr.Dataset(
        {
            "sampled": labelled(dims, sampled, "F - f, sampled with pairs", "loss"),
            "error": labelled(dims, errors, "its standard error", "loss"),
            "exact": labelled(dims, exact, "F - f, closed form", "loss"),
            "second": labelled(dims, second, "half the Hessian trace times s squared", "loss"),
            "fourth": labelled(dims, fourth, "with the fourth-order term", "loss"),
            "remainder": labelled(dims, remainder, "F - f less the trace term", "loss"),
        },
        coords={
            "case": labelled("case", list(CASES), "objective"),
            "s": labelled("s", s, "noise s", "length"),
        },
    )


def _pairs(case, w, u):
    """Return (f(w + u) + f(w - u))/2 - f(w) for many u at once, shape u.shape[:-1], from the formula."""
    f = {"quartic": lambda x: x**4, "cosh": np.cosh, "saturating": lambda x: x**2 / (1 + x**2)}[case]
    return ((f(w + u) + f(w - u)) / 2 - f(w)).sum(axis=-1)


def _bilaplacian(case, w):
    """Return the sum of fourth derivatives of a separable objective."""
    if case == "saturating":  # of -1/(1 + x^2)
        return float(np.sum(-24 * (1 - 10 * w**2 + 5 * w**4) / (1 + w**2) ** 5))
    return float(24 * w.size if case == "quartic" else np.cosh(w).sum())


if __name__ == "__main__":
    main(run)
