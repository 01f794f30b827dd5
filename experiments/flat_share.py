"""What share of the iterates is flat when the run stops after T steps?"""

import math

import numpy as np
import xarray as xr

from flatlab import replicate_rng
from flatlab.geometry.flatness import Flat
from flatlab.lab.experiment import main
from flatlab.methods import RandomlySmoothed
from flatlab.objectives import Product
from flatlab.simulation.trajectories import running
from flatlab.storage.records import labelled
from flatlab.theory.escape import EscapeTheorem, HyperbolaPoint, flat_fraction


def run(
    *,
    epsilon: float = 0.1,
    c_eta: float = 0.25,
    c_rho: float = 0.5,
    longest: float = 20.0,
    replicates: int = 64,
    seed: int = 1,
) -> xr.Dataset:
    """Run random smoothing on the hyperbola and take the share of flat iterates up to many run lengths.

    Parameters
    ----------
    epsilon : float
        Tolerance.
    c_eta, c_rho : float
        Constants of step size and radius.
    longest : float
        Longest run, in units of the predicted first flat time.
    replicates : int
        Number of runs.
    seed : int
        Seed of the runs.

    Returns
    -------
    xarray.Dataset
        Shares by run length and replicate, and the stated share.
    """
    p = EscapeTheorem(epsilon, 1.0, c_eta=c_eta, c_rho=c_rho, c_gate=30.0)
    method, start = RandomlySmoothed(p.eta, 0.05, p.rho, p.gate), np.array([2.5, 0.4])
    hit = p.flow_step.steps(HyperbolaPoint(start[0] ** 2 - start[1] ** 2).flow_time(epsilon))
    lengths = np.unique(np.round(hit * np.geomspace(0.5, longest, 24)).astype(int))
    flat = Flat(epsilon, math.sqrt(epsilon))
    shares = [
        running(method, Product(2), start, flat, checkpoints=lengths, rng=replicate_rng(seed, k)).mean
        for k in range(replicates)
    ]
    return xr.Dataset(
        {
            "share": labelled(("replicate", "steps"), np.array(shares), "share of flat iterates"),
            "stated": labelled("steps", [flat_fraction(hit, t) for t in lengths], "1 - T_hit / T"),
            "hit": labelled((), hit, "predicted first flat time", "step"),
        },
        coords={"steps": labelled("steps", lengths, "run length", "step")},
    )


if __name__ == "__main__":
    main(run)
