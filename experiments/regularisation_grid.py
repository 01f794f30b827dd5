"""Is what noise stability optimisation gains over SGD still there beside weight decay and augmentation?"""

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from flatlab.evidence.intervals import mean
from flatlab.lab.experiment import main
from flatlab.lab.options import OneOf
from flatlab.learning.measures import MEASURED, measure
from flatlab.learning.protocol import ETA, source_start
from flatlab.learning.tasks import TASKS, make_task
from flatlab.learning.tuning import run_candidate
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep

METHODS = ("SGD", "NSO", "NSO without noise")
NO_NOISE = 1e-9
LOSSES = ("squared", "cross-entropy")
DECAYS = (0.0, 1e-3)


def run_cell(setting):
    """Run one method in one cell of the grid on every seed.

    Parameters
    ----------
    setting : dict
        ``task``, ``loss``, ``method``, ``candidate``, ``decay``, ``augmented``, ``seed``, ``seeds``, ``budget`` and
        ``pretraining``, as for :func:`run`.

    Returns
    -------
    dict of ndarray
        One array (seed,) for each measured quantity.
    """
    name, loss = setting["task"], setting["loss"]
    rows = []
    with threadpool_limits(1):
        for seed in range(1000 * setting["seed"], 1000 * setting["seed"] + setting["seeds"]):
            plain, start = _prepare(name, seed, loss, setting["pretraining"])
            task = make_task(name, seed, augmented=True) if setting["augmented"] else plain
            points = run_candidate(
                "SGD" if setting["method"] == "SGD" else "NSO, k = 2",
                setting["candidate"],
                task,
                start,
                seed,
                budget=setting["budget"],
                loss=loss,
                decay=setting["decay"],
            ).points
            rows.append(measure(plain, points[-1], start, np.random.default_rng([seed, 13]), loss=loss))
    return {field: np.array([getattr(row, field) for row in rows]) for field in MEASURED}


@lru_cache(maxsize=128)  # the cells share their starts
def _prepare(name, seed, loss, pretraining):
    task = make_task(name, seed)
    return task, source_start(task, seed, loss=loss, steps=pretraining)


def run(
    *,
    task: Annotated[str, OneOf(tuple(TASKS))] = "drawn-drawn-noisy",
    budget: float = 2400.0,
    seeds: int = 20,
    s: float = 0.06,
    pretraining: int = 1500,
    seed: int = 1,
    path: Path | None = None,
) -> xr.Dataset:
    """Compare NSO (k = 2) with SGD with and without weight decay 0.001 and augmented training images.

    Parameters
    ----------
    task : str
        A task of images.
    budget : float
        Gradients of one mini-batch that a run may cost, the same for both methods.
    seeds : int
        Paired runs of each method in each cell.
    s : float
        Noise of NSO. Nothing is tuned: both methods have one step size, and the cells differ in nothing else.
    pretraining : int
        Steps on the source.
    seed : int
        Seed of splits, starts, mini-batches and noise.
    path : path
        Of the record; finished cells are kept beside it.

    Returns
    -------
    xarray.Dataset
        Measurements by loss, decay, augmentation, method and seed; what NSO gains over SGD in each cell and the
        interaction of the two regularisers in it, with 95 % intervals over the paired seeds; the same for NSO without
        noise, which takes SGD's steps, only fewer. Curvature is that of the loss on the
        training samples themselves, without their copies.
    """
    common = {"task": task, "seed": seed, "seeds": seeds, "budget": budget, "pretraining": pretraining}
    settings = [
        {"loss": loss, "decay": decay, "augmented": augmented, "method": method, "candidate": value, **common}
        for loss in LOSSES
        for decay in DECAYS
        for augmented in (False, True)
        for method, value in zip(METHODS, (ETA, s, NO_NOISE))
    ]
    cells = sweep(path, settings, run_cell)
    dims, shape = ("loss", "decay", "augmentation", "method"), (len(LOSSES), 2, 2, len(METHODS))

    def gather(field):
        values = np.stack([cell[field] for cell in cells])
        return values.reshape(*shape, *values.shape[1:]).astype(np.float32)

    variables = {field: labelled((*dims, "replicate"), gather(field), text) for field, text in MEASURED.items()}
    effects = {
        "accuracy_gain": (gather("test_accuracy"), "test accuracy less that of SGD"),
        "log_trace_ratio": (np.log(gather("trace")), "logarithm of the trace over that of SGD"),
    }
    for field, (values, text) in effects.items():
        gain = values[:, :, :, 1:] - values[:, :, :, :1]
        cross = gain[:, 1, 1] - gain[:, 1, 0] - gain[:, 0, 1] + gain[:, 0, 0]
        variables[field] = labelled((*dims[:3], "compared", "estimate"), _intervals(gain), text)
        variables[f"{field}_interaction"] = labelled(
            ("loss", "compared", "estimate"), _intervals(cross), f"interaction of decay and augmentation in: {text}"
        )
    return xr.Dataset(
        variables,
        coords={
            "loss": labelled("loss", list(LOSSES), "loss"),
            "decay": labelled("decay", list(DECAYS), "weight decay"),
            "augmentation": labelled("augmentation", ["off", "on"], "augmentation"),
            "method": labelled("method", list(METHODS), "method"),
            "compared": labelled("compared", list(METHODS[1:]), "method compared with SGD"),
            "replicate": labelled("replicate", 1000 * seed + np.arange(seeds), "seed of a run"),
            "estimate": labelled("estimate", ["mean", "low", "high"], "mean and ends of the 95 % interval"),
        },
    )


def _intervals(values):
    """Return mean, low and high over the last axis."""
    flat = values.reshape(-1, values.shape[-1])
    return np.array([mean(row, level=0.95) for row in flat]).reshape(*values.shape[:-1], 3)


if __name__ == "__main__":
    main(run)
