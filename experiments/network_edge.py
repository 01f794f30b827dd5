"""Do full-batch gradient descent and SAM sit at their edges of stability while they train a network?"""

import numpy as np
import xarray as xr

from flatlab import trajectory
from flatlab.geometry.curvature import leading_eigenpair
from flatlab.geometry.hessian_vector import hessian_operator
from flatlab.lab.experiment import main
from flatlab.methods import GD, SAM
from flatlab.objectives import gradient, value
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023.problems.network import drawn_network

METHODS = ("GD", "SAM")


def run(
    *,
    eta: float = 0.3,
    rho: float = 0.05,
    samples: int = 200,
    hidden: int = 48,
    steps: int = 3000,
    records: int = 60,
    networks: int = 3,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Train with squared loss on drawn images and measure the largest eigenvalue along the way.

    Parameters
    ----------
    eta : float
        Step size of both methods.
    rho : float
        Radius of SAM.
    samples, hidden : int
        Training samples and hidden units.
    steps, records : int
        Steps, and how many times to measure.
    networks : int
        Number of networks, each with samples and a start of its own.
    seed : int
        Seed of the first; the others have the seeds that follow.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Loss, gradient norm, largest eigenvalue, alignment and edges along the run.
    """
    every = steps // records
    base = {"eta": eta, "rho": rho, "samples": samples, "hidden": hidden, "steps": every * records, "every": every}
    settings = [{**base, "method": name, "seed": seed + i} for name in METHODS for i in range(networks)]
    found = np.array(sweep(path, settings, _along)).reshape(len(METHODS), networks, records + 1, 5)
    found = np.moveaxis(found, -1, 0)
    names = {
        "loss": "training loss",
        "gradient_norm": "gradient norm",
        "top": "largest Hessian eigenvalue",
        "alignment": "share of the gradient along the leading eigenvector",
        "edge": "edge of stability",
    }
    return xr.Dataset(
        {
            name: labelled(("method", "network", "step"), values, text)
            for (name, text), values in zip(names.items(), found)
        },
        coords={
            "method": labelled("method", list(METHODS), "method"),
            "step": labelled("step", np.arange(records + 1) * every, "step", "steps"),
        },
    )


def _along(setting):
    """Return loss, gradient norm, largest eigenvalue, alignment and edge at each record of a run."""
    eta, rho = setting["eta"], setting["rho"]
    network, start = drawn_network(setting["seed"], setting["samples"], setting["hidden"])
    method, slope, found = GD(eta) if setting["method"] == "GD" else SAM(eta, rho), np.empty(start.size), []
    for w in trajectory(method, network, start, steps=setting["steps"], record_every=setting["every"]):
        gradient(network, w, slope)
        length = np.linalg.norm(slope)
        top = leading_eigenpair(hessian_operator(network, w))
        edge = 2 / eta if setting["method"] == "GD" else sam_edge(length, eta, rho)
        found.append((value(network, w), length, top.value, abs(slope @ top.vector) / length, edge))
    return np.array(found)


if __name__ == "__main__":
    main(run)
