"""How fast does the gradient of F fall in steps and in perturbations, between which bounds?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab import replicate_rng, running
from flatlab.evidence.intervals import mean
from flatlab.geometry.smoothing import smoothed_value
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.methods import NSO, NoiseInjection
from flatlab.methods.noise_laws import Gaussian, norm_moments
from flatlab.methods.schedules import bound_step
from flatlab.objectives import Noisy, Saturating, Smoothed
from flatlab.objectives.observables import OnObjective, SquaredGradientNorm
from flatlab.simulation.second_moments import running_moments
from flatlab.storage.records import labelled
from flatlab.theory.noise import HuberInstance, NoisyDescent, OneStep, QuadraticInstance

METHODS = (NSO, NoiseInjection)
C = 2.0  # of the saturating well


def run(
    *,
    d: int = 5,
    s: float = 0.3,
    sigma: float = 2.0,
    shortest: Annotated[int, Range(1, below="longest")] = 100,
    longest: int = 20_000,
    levels: int = 7,
    fixed: int = 2000,
    most: int = 32,
    runs: int = 40,
    seed: int = 1,
) -> xr.Dataset:
    """Run both methods on a nonconvex well at the upper bound's step size, beside both bounds and hard instances.

    Parameters
    ----------
    d : int
        Variables of the well.
    s, sigma : float
        Weight noise and oracle noise.
    shortest, longest, levels : int
        Range and number of step counts T.
    fixed, most : int
        T of the second panel, and its largest number of perturbations k.
    runs : int
        Replicates.
    seed : int
        Seed of the replicates.

    Returns
    -------
    xarray.Dataset
        Mean over 1..T of |grad F|^2 with 95% intervals; upper bound; lower bound L3; the hard instances.
    """
    well, start = Saturating(), np.ones(d)
    gap = float(smoothed_value(well, start, s) - smoothed_value(well, np.zeros(d), s))
    times = np.unique(np.geomspace(shortest, longest, levels).astype(int))
    pairs = 2 ** np.arange(int(np.log2(most)) + 1)
    axes = {"T": [(int(T), 1) for T in times], "k": [(fixed, int(k)) for k in pairs]}
    second = norm_moments(Gaussian(), s, d)[0]
    seen = OnObjective(Smoothed(well, s, 24), SquaredGradientNorm())
    data = {}
    for axis, settings in axes.items():
        found, lines = np.empty((3, 2, len(settings))), np.empty((4, len(settings)))
        for j, (steps, k) in enumerate(settings):
            eta = bound_step(C, gap, sigma, second, steps, k)
            for i, method in enumerate(METHODS):
                values = [
                    running(
                        method(eta, s, k),
                        Noisy(well, sigma),
                        start,
                        seen,
                        checkpoints=[steps],
                        rng=replicate_rng(seed, n),
                    ).mean[0]
                    for n in range(runs)
                ]
                found[:, i, j] = mean(values, level=0.95)
            lines[:, j] = _lines(eta, gap, sigma, second, steps, k)
        dims = ("method", axis)
        names = ("mean over t of |grad F|^2", "lower end of the 95% interval", "upper end of the 95% interval")
        for name, label, values in zip(("measured", "low", "high"), names, found):
            data[f"{name}_{axis}"] = labelled(dims, values, label, "gradient squared")
        labels = ("upper bound", "lower bound L3", "Huber slope, least", "warm quadratic, least")
        for name, label, values in zip(("upper", "lower", "huber", "quadratic"), labels, lines):
            data[f"{name}_{axis}"] = labelled(axis, values, label, "gradient squared")
    return xr.Dataset(
        data,
        coords={
            "method": labelled("method", ["pair", "one point"], "method"),
            "T": labelled("T", times, "steps T", "steps"),
            "k": labelled("k", pairs, "perturbations k"),
        },
    )


def _lines(eta, gap, sigma, second, steps, k):
    """Return upper bound, lower bound, and the least gradient on two instances built against this step size."""
    bound = OneStep(sigma, C, second, k).upper_bound(gap, steps).value
    descent = NoisyDescent(C, gap, sigma, steps, k)
    found = QuadraticInstance(eta, descent)
    moments = running_moments(eta, [found.kappa, C], [0.0, found.sigma**2 / k], [found.slow**2, found.fast**2], [steps])
    return bound, descent.huber, HuberInstance(eta, descent).value, moments.minimum[0]


if __name__ == "__main__":
    main(run)
