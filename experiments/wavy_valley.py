"""What happens to the drift when the radius is as large as the waves of the valley?"""

import math

import numpy as np
import xarray as xr

from flatlab.lab.experiment import main
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Valley
from flatlab.objectives.valleys.profiles import Wave
from flatlab.simulation.trajectories import restarts, trajectory
from flatlab.storage.records import labelled
from flatlab.theory.escape import WavyValley


def run(
    *,
    wavenumber: float = 6.0,
    eta: float = 0.002,
    draws: int = 100000,
    radii: int = 21,
    turns: float = 8.0,
    replicates: int = 8,
    seed: int = 1,
) -> xr.Dataset:
    """Measure the mean step along a valley (2 + cos ky) z^2 / 2 from its bottom, and where whole runs end.

    Parameters
    ----------
    wavenumber : float
        Wavenumber k of the valley.
    eta : float
        Step size of the runs.
    draws : int
        Single steps at each radius.
    radii : int
        Number of radii.
    turns : float
        Length of the runs, in units of the time in which the drift moves by 1/k at full slope.
    replicates : int
        Runs at each of two radii.
    seed : int
        Seed of the draws.

    Returns
    -------
    xarray.Dataset
        The drift over its small-radius value, its spread, the stated curve, and the curvature along the runs.
    """
    objective, rng = Valley(Wave(2.0, 1.0, wavenumber), 1), np.random.default_rng(seed)
    start = np.array([0.0, math.pi / 2 / wavenumber])  # where the slope is -k
    s = np.linspace(0.4, 10.0, radii)
    drift, error = np.empty(radii), np.empty(radii)
    for k, multiple in enumerate(s):
        rho = multiple / wavenumber
        ends = restarts(RandomlySmoothed(eta, eta, rho, math.inf), objective, start, count=draws, rng=rng)
        moves = (ends[:, 1] - start[1]) / (eta * rho**2 / 4 * wavenumber)
        drift[k], error[k] = moves.mean(), 2 * moves.std() / math.sqrt(draws)
    curve = np.linspace(0.01, 10.0, 300)
    stated = WavyValley(wavenumber, 1, 2)
    paths, radius = [], np.array([0.3, 1.25]) * stated.sign_flip_radius
    for rho in radius:
        factor = abs(stated.drift_factor(rho))
        steps = math.ceil(turns / (eta * rho**2 / 4 * factor * wavenumber**2) / 200) * 200
        method = RandomlySmoothed(eta, 0.05, rho, math.inf)
        path = [
            trajectory(method, objective, start, steps=steps, record_every=steps // 200, rng=rng)[:, 1]
            for _ in range(replicates)
        ]
        paths.append(2 + np.cos(wavenumber * np.array(path)))
    return xr.Dataset(
        {
            "drift": labelled("s", drift, "drift over its small-radius value"),
            "error": labelled("s", error, "two standard errors"),
            "stated": labelled("curve", [stated.drift_factor(x / wavenumber) for x in curve], "2 J1(s) / s"),
            "curvature": labelled(("run", "replicate", "time"), paths, "curvature along the run", "curvature"),
            "zero": labelled((), wavenumber * stated.sign_flip_radius, "first zero of J1"),
        },
        coords={
            "s": labelled("s", s, "wavenumber times radius"),
            "curve": labelled("curve", curve, "wavenumber times radius"),
            "run": labelled("run", radius * wavenumber, "wavenumber times radius"),
            "time": labelled("time", np.linspace(0, turns, 201), "time in units of the drift"),
        },
    )


if __name__ == "__main__":
    main(run)
