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

    Returns
    -------
    xarray.Dataset
        Loss, gradient norm, largest eigenvalue, alignment and edges along the run.
    """
    every = steps // records
    found = np.empty((5, 2, networks, records + 1))
    for i in range(networks):
        network, start = drawn_network(seed + i, samples, hidden)
        slope = np.empty(start.size)
        for j, method in enumerate((GD(eta), SAM(eta, rho))):
            for k, w in enumerate(trajectory(method, network, start, steps=every * records, record_every=every)):
                gradient(network, w, slope)
                length = np.linalg.norm(slope)
                top = leading_eigenpair(hessian_operator(network, w))
                edge = 2 / eta if j == 0 else sam_edge(length, eta, rho)
                found[:, j, i, k] = value(network, w), length, top.value, abs(slope @ top.vector) / length, edge
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


if __name__ == "__main__":
    main(run)
