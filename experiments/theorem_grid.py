"""Do both theorems hold with reconstructed sizes, in their powers of tolerance and probability, five by five?"""

import json

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from paper_checks.ahn2024.problems.whole_theorem import SHARE, sharpness_aware, smoothed

RATIO = 1.3  # of neighbouring tolerances and probabilities
LARGEST = {"random smoothing": (0.13, 0.6), "sharpness-aware": (0.0625, 0.8)}  # tolerance and probability


def run(
    *,
    cells: int = 5,
    replicates: int = 4,
    d: int = 3,
    c_eta: float = 0.25,
    c_eta_samples: float = 0.03,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Run both methods on the ramp with reconstructed sizes and the theorems' number of steps, SAP with its descent.

    Parameters
    ----------
    cells : int
        Number of tolerances, and of probabilities.
    replicates : int
        Runs of each cell.
    d : int
        Dimension of the sharpness-aware runs, whose exponent changes where the tolerance is d^-3.
    c_eta, c_eta_samples : float
        Constant of the step size of either method.
    seed : int
        Seed of the runs.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Shares of iterates that are not flat by both readings, steps, and the stated first flat time.
    """
    checks.integer("d", d, at_least=2)
    names = list(LARGEST)
    sizes = np.array([[largest / RATIO ** np.arange(cells) for largest in LARGEST[name]] for name in names])
    base = {"replicates": replicates, "d": d, "c_eta": c_eta, "c_eta_samples": c_eta_samples, "seed": seed}
    state, rows = _state(np.random.default_rng(seed)), []
    for t, i in np.ndindex(2, cells):  # each row of cells goes on with the random numbers of the one before
        setting = {**base, "t": t, "epsilon": sizes[t, 0, i], "deltas": sizes[t, 1], "state": state}
        rows += sweep(path, [setting], _row, progress=False)
        state = str(rows[-1]["state"])
    found = np.reshape([row["found"] for row in rows], (2, cells, cells, 2, replicates))
    times = np.moveaxis(np.reshape([row["times"] for row in rows], (2, cells, cells, 2)), -1, 0)
    cell = ("method", "tolerance", "probability")
    return xr.Dataset(
        {
            "share": labelled((*cell, "reading", "replicate"), found, "share of iterates that are not flat"),
            "steps": labelled(cell, times[0], "number of steps T of the theorem", "step"),
            "first": labelled(cell, times[1], "stated first flat time", "step"),
            "stated": labelled((), SHARE, "stated share over delta"),
            "epsilon": labelled(("method", "tolerance"), sizes[:, 0], "tolerance"),
            "delta": labelled(("method", "probability"), sizes[:, 1], "failure probability"),
        },
        coords={
            "method": labelled("method", names, "method"),
            "tolerance": labelled("tolerance", np.arange(cells), "number of the tolerance"),
            "probability": labelled("probability", np.arange(cells), "number of the probability"),
            "reading": labelled("reading", ["by distance", "by cost"], "reading of the definition"),
            "replicate": labelled("replicate", np.arange(replicates), "run"),
        },
    )


def _row(setting):
    """Return shares, steps and stated times for one tolerance and every probability, and the generator's state."""
    state, spawned = json.loads(setting["state"])
    rng = np.random.default_rng(np.random.SeedSequence(setting["seed"], n_children_spawned=spawned))
    rng.bit_generator.state, found, times = state, [], []
    for delta in setting["deltas"]:
        given = {"epsilon": setting["epsilon"], "delta": delta, "c_rho": 1.0, "replicates": setting["replicates"]}
        if setting["t"] == 0:
            p = smoothed("ramp", c_eta=setting["c_eta"], **given)
            ends = p.paths(rng)
        else:
            p = sharpness_aware("ramp", d=setting["d"], c_eta=setting["c_eta_samples"], **given)
            ends = [p.closed(rows) for rows in p.paths(rng)]
        found.append(np.transpose([p.not_flat(rows) for rows in ends]))
        times.append((p.steps, p.first))
    return {"found": np.array(found), "times": np.array(times), "state": np.array(_state(rng))}


def _state(rng):
    return json.dumps([rng.bit_generator.state, rng.bit_generator.seed_seq.n_children_spawned])


if __name__ == "__main__":
    main(run)
