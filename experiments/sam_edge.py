"""Where is SAM's edge of stability, and does a settled run sit on it?"""

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.lab.experiment import main
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.records import labelled
from flatlab.theory.sam import sam_edge


def run(
    *, eta: float = 0.2, rho: float = 0.1, curves: int = 200, runs: int = 9, steps: int = 20000, seed: int = 1
) -> xr.Dataset:
    """Evaluate the edge against the gradient norm and settle runs of different top curvature.

    Parameters
    ----------
    eta : float
        Step size.
    rho : float
        Radius of the ascent step.
    curves : int
        Points on the curve.
    runs : int
        Quadratics of different top eigenvalue.
    steps : int
        Steps of each run.
    seed : int
        Seed of the starts.

    Returns
    -------
    xarray.Dataset
        The edge curve, and the settled gradient norm of every run.
    """
    rng = np.random.default_rng(seed)
    tops = 2 / eta * np.linspace(0.08, 0.96, runs)
    settled = np.empty(runs)
    for k, top in enumerate(tops):
        eigenvalues = top * np.array([1.0, 0.8, 0.5])
        end = trajectory(
            SAM(eta, rho), Quadratic(eigenvalues), rho * rng.standard_normal(3), steps=steps, record_every=steps
        )[-1]
        settled[k] = np.linalg.norm(eigenvalues * end)
    norms = np.geomspace(settled.min() / 4, settled.max() * 4, curves)
    return xr.Dataset(
        {
            "edge": labelled(
                "norm", [sam_edge(norm, eta, rho) for norm in norms], "edge of stability of SAM", "curvature"
            ),
            "settled_norm": labelled("run", settled, "gradient norm of the settled run", "gradient"),
            "top": labelled("run", tops, "largest eigenvalue", "curvature"),
            "gd_edge": labelled((), 2 / eta, "edge of gradient descent, 2 / eta", "curvature"),
        },
        coords={"norm": labelled("norm", norms, "gradient norm", "gradient")},
    )


if __name__ == "__main__":
    main(run)
