"""Is the generalisation bound on small networks below the error of a guess, and which networks does it order?"""

import itertools
from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep
from paper_checks.zhang2024.problems.network_bounds import BLIND, Certified, Model, certify

METHODS = (("SGD", 0.05), ("NSO, k = 2", 0.08), ("SAM", 0.1), ("weight decay", 0.01))
SHARES = (0.0, 0.3, 0.6)
QUANTITIES = {
    "bound": "rigorous bound on the error of the randomised network",
    "randomised_error": "test error of the randomised network",
    "noise": "noise level of the posterior",
    "train_error": "training error at the point",
    "test_error": "test error at the point",
    "distance": "distance from the start",
}


def run(
    *,
    smaller: Annotated[int, Range(1, below="larger")] = 250,
    larger: int = 1000,
    shortest: Annotated[int, Range(1, below="longest")] = 50,
    longest: int = 800,
    lengths: int = 3,
    seeds: int = 12,
    hidden: int = 10,
    draws: int = 100,
    seed: int = 1,
    path: str | None = None,
) -> xr.Dataset:
    """Train networks with four methods on three shares of random labels and certify each.

    Parameters
    ----------
    smaller, larger : int
        The two numbers of training samples.
    shortest, longest, lengths : int
        Range and number of training lengths, in gradient evaluations.
    seeds : int
        Independent repetitions.
    hidden : int
        Hidden units.
    draws : int
        Draws of the posterior at each noise level.
    seed : int
        Seed of samples, starts and draws.
    path : path
        Of the record; what is finished is kept beside it.

    Returns
    -------
    xarray.Dataset
        Bound, errors, chosen noise and distance by samples, method, share of random labels, length and repetition.
    """
    for name, count in (("seeds", seeds), ("lengths", lengths), ("draws", draws), ("shortest", shortest)):
        checks.integer(name, count, at_least=1)
    if longest <= shortest and lengths > 1:
        raise ValueError(f"longest must be above shortest = {shortest}, got {longest}")
    if larger <= smaller:
        raise ValueError(f"larger must be above smaller = {smaller}, got {larger}")
    sizes = (smaller, larger)
    budgets = np.unique(np.geomspace(shortest, longest, lengths).round().astype(int))
    settings = [
        {"model": Model(share, name, value, int(budget), samples, hidden), "seed": 1000 * seed + k, "draws": draws}
        for k in range(seeds)
        for samples, (name, value), share, budget in itertools.product(sizes, METHODS, SHARES, budgets)
    ]
    shape = (seeds, len(sizes), len(METHODS), len(SHARES), budgets.size, len(Certified._fields))
    found = np.moveaxis(np.array(sweep(path, settings, _certified)).reshape(shape), (-1, 0), (0, -1))
    dims = ("samples", "method", "share", "budget", "replicate")
    lengths_of = {"noise": "length", "distance": "length"}
    return xr.Dataset(
        {
            name: labelled(dims, found[Certified._fields.index(name)], text, lengths_of.get(name, "1"))
            for name, text in QUANTITIES.items()
        },
        coords={
            "samples": labelled("samples", list(sizes), "training samples n"),
            "method": labelled("method", [name for name, _ in METHODS], "method"),
            "share": labelled("share", list(SHARES), "share of random labels"),
            "budget": labelled("budget", budgets, "gradient evaluations", "gradients"),
            "replicate": labelled("replicate", np.arange(seeds), "repetition"),
        },
        attrs={"blind_error": BLIND},
    )


def _certified(setting):
    return np.array(certify(setting["model"], setting["seed"], draws=setting["draws"]))


if __name__ == "__main__":
    main(run)
