"""Which training method generalises best, and is flattest, at equal gradient evaluations?"""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from flatlab.lab.experiment import main
from flatlab.learning.measures import (
    MEASURED,
    blind_guess,
    curvature_along,
    hidden_layer,
    matched_log_ratio,
    measure,
)
from flatlab.learning.protocol import source_start
from flatlab.learning.tasks import TASKS, make_task
from flatlab.learning.training_methods import CANDIDATES, METHODS
from flatlab.learning.tuning import Selected, run_candidate, seeds_apart, tune
from flatlab.report.method_comparison import COMMON, TUNED
from flatlab.storage.records import labelled
from flatlab.storage.sweep import sweep

TABLE = (
    "digits-halves-noisy",
    "drawn-drawn",
    "drawn-drawn-noisy",
    "drawn-digits-noisy",
    "wine-third-class",
    "cancer-noisy",
)
LOSSES = ("squared", "cross-entropy")
ROWS = (COMMON, *METHODS)  # the first has nothing to choose
ETA = 0.01  # common step size: both losses are stable
BATCH = 8  # a quarter of the training samples at most
KEPT = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # of the points of a run, for the curves


def run_cell(setting):
    """Tune one method on one task by validation accuracy, then run it on the seeds of the table.

    Parameters
    ----------
    setting : dict
        ``task``, ``loss``, ``method``, ``seed``, ``seeds``, ``tuning_seeds``, ``budget``, ``pretraining`` and
        ``shuffled``, as for :func:`run`.

    Returns
    -------
    dict of ndarray
        ``validation`` and ``candidate_destroyed`` (candidate,), ``chosen`` (), one array (seed,) for each measured
        quantity, ``moved``, ``kept`` and ``guess``, ``loss_along`` and ``trace_along`` (seed, point).
    """
    loss, name = setting["loss"], setting["method"]

    def prepare(seed):
        return _prepare(setting["task"], seed, loss, setting["pretraining"], setting["shuffled"])

    common = {"budget": setting["budget"], "loss": loss, "eta": ETA, "batch": BATCH}
    tuning, table = seeds_apart(1000 * setting["seed"], setting["tuning_seeds"], setting["seeds"])

    def report(seed):
        task, start = prepare(seed)
        candidate = ETA if name == COMMON else METHODS[name].candidates(start)[selected.chosen]
        points = run_candidate(method, candidate, task, start, seed, **common).points
        rng = np.random.default_rng([seed, 13])
        return (
            measure(task, points[-1], start, rng, loss=loss),
            hidden_layer(task, points[-1], start),
            curvature_along(task, points[list(KEPT)], rng, loss=loss),
            blind_guess(task.test.labels),
        )

    with threadpool_limits(1), ThreadPoolExecutor() as pool:
        if name == COMMON:
            nothing = np.full(CANDIDATES, np.nan)
            selected, method = Selected(nothing, nothing, -1), "SGD"
        else:
            selected, method = tune(name, prepare, tuning, executor=pool, **common), name
        rows = list(pool.map(report, table))
    result = {field: np.array([getattr(row[0], field) for row in rows]) for field in MEASURED}
    return {
        **result,
        "validation": selected.validation,
        "candidate_destroyed": selected.destroyed,
        "chosen": np.array(selected.chosen),
        "moved": np.array([row[1][0] for row in rows]),
        "kept": np.array([row[1][1] for row in rows]),
        "guess": np.array([row[3] for row in rows]),
        "loss_along": np.array([row[2][0] for row in rows]),
        "trace_along": np.array([row[2][1] for row in rows]),
    }


@lru_cache(maxsize=128)  # the methods of one task share their starts
def _prepare(name, seed, loss, pretraining, shuffled):
    task = make_task(name, seed, shuffled=shuffled)
    return task, source_start(task, seed, loss=loss, steps=pretraining)


def run(
    *,
    tasks: str = ",".join(TABLE),
    budget: float = 2400.0,
    seeds: int = 32,
    tuning_seeds: int = 8,
    pretraining: int = 1500,
    shuffled: bool = False,
    seed: int = 1,
    path: Path | None = None,
) -> xr.Dataset:
    """Tune twelve methods on validation samples and compare them on paired seeds.

    Parameters
    ----------
    tasks : str
        Names from flatlab.learning.tasks.TASKS with commas between, or all.
    budget : float
        Gradients of one mini-batch that a run may cost, the same for every method.
    seeds : int
        Paired runs of each method.
    tuning_seeds : int
        Runs of each of thirteen candidates; their seeds are not used again.
    pretraining : int
        Steps on the source.
    shuffled : bool
        Random training labels, as a control.
    seed : int
        Seed of splits, starts, mini-batches and noise.
    path : path
        Of the record; finished cells are kept beside it.

    Returns
    -------
    xarray.Dataset
        Measurements by task, loss, method and seed, with the curves of loss and trace.
    """
    names = list(TASKS) if tasks == "all" else tasks.split(",")
    common = {
        "seed": seed,
        "seeds": seeds,
        "tuning_seeds": tuning_seeds,
        "budget": budget,
        "pretraining": pretraining,
        "shuffled": shuffled,
    }
    settings = [
        {"task": task, "loss": loss, "method": method, **common} for task in names for loss in LOSSES for method in ROWS
    ]
    cells = sweep(path, settings, run_cell)
    shape = (len(names), len(LOSSES), len(ROWS))
    variables = {**_gather(cells, shape), "matched_log_ratio": _matched(cells, shape), "grid": _grid()}
    coords = {
        "task": labelled("task", names, "task"),
        "loss": labelled("loss", list(LOSSES), "loss"),
        "method": labelled("method", list(ROWS), "method"),
        "reference": labelled("reference", [COMMON, TUNED], "reference"),
        "candidate": labelled("candidate", np.arange(CANDIDATES), "candidate"),
        "point": labelled("point", np.array(KEPT) * budget / KEPT[-1], "cost so far", "mini-batch gradients"),
        "replicate": labelled("replicate", 1000 * seed + np.arange(seeds), "seed of a run"),
    }
    return xr.Dataset(variables, coords=coords)


def _gather(cells, shape):
    """Return what the cells measured, by task, loss and method."""
    fields = {
        **{field: (("replicate",), text) for field, text in MEASURED.items()},
        "moved": (("replicate",), "distance of the hidden layer from the start, over its length there"),
        "kept": (("replicate",), "cosine of the angle between the hidden layer and the pre-trained one"),
        "guess": (("replicate",), "accuracy on the test samples of the best answer that is the same for all"),
        "loss_along": (("replicate", "point"), "training loss along the run"),
        "trace_along": (("replicate", "point"), "Hessian trace along the run"),
        "validation": (("candidate",), "mean validation accuracy of a candidate"),
        "candidate_destroyed": (("candidate",), "1 where a candidate destroys the network and is left out"),
        "chosen": ((), "candidate chosen, -1 where there is no choice"),
    }
    gathered = {}
    for field, (dims, text) in fields.items():
        values = np.stack([cell[field] for cell in cells])
        values = values.reshape(*shape, *values.shape[1:]).astype(np.float32)
        gathered[field] = labelled(("task", "loss", "method", *dims), values, text)
    return gathered


def _matched(cells, shape):
    """Return the traces over those of the references, at matched training loss."""
    along = np.stack([np.stack([cell["loss_along"], cell["trace_along"]], axis=1) for cell in cells])
    along = along.reshape(*shape, *along.shape[1:])  # (task, loss, method, replicate, 2, point)
    matched = np.empty((2, *along.shape[:4]), np.float32)
    for r, name in enumerate((COMMON, TUNED)):
        for i, j, k, n in np.ndindex(along.shape[:4]):
            matched[r, i, j, k, n] = matched_log_ratio(along[i, j, k, n], along[i, j, ROWS.index(name), n])
    text = "log of the trace over that of the reference, at the training loss that both reach"
    return labelled(("reference", "task", "loss", "method", "replicate"), matched, text)


def _grid():
    grids = np.array([[ETA] + [np.nan] * (CANDIDATES - 1), *(method.grid for method in METHODS.values())])
    text = "candidates for the method's own parameter: where it perturbs the weights, over their length"
    return labelled(("method", "candidate"), grids, text)


if __name__ == "__main__":
    main(run)
