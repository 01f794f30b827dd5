"""Choosing a method's parameter on validation samples, with seeds that are not used again."""

from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.learning.measures import validation_accuracy
from flatlab.learning.protocol import ETA, Run, build_method, fine_tune
from flatlab.learning.training_methods import METHODS

__all__ = ["TUNING_OFFSET", "Selected", "choose", "run_candidate", "tune"]

TUNING_OFFSET = 100_000  # seeds for tuning and for the comparison never meet


class Selected(NamedTuple):
    """Mean validation accuracy of each candidate, shape (candidates,), and the number of the one chosen."""

    validation: np.ndarray
    chosen: int


def choose(validation):
    """Return which candidate is best; of equals, the one nearest the middle of the grid.

    Parameters
    ----------
    validation : array_like, shape (candidates,)

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If an entry is not finite.
    """
    validation = checks.vector("validation", validation)
    best = np.flatnonzero(validation >= validation.max() - 1e-9)  # 1e-9: a mean of equal shares may differ by rounding
    return int(best[np.argmin(np.abs(best - (validation.size - 1) / 2))])


def run_candidate(name, candidate, task, start, seed, *, budget, loss="squared", decay=0.0) -> Run:
    """Fine-tune with one method of ``flatlab.learning.training_methods.METHODS`` at one value of its parameter.

    Parameters
    ----------
    name : str
        Of ``flatlab.learning.training_methods.METHODS``.
    candidate : float
        The method's own parameter.
    task : Task
    start : array_like, shape (d,)
    seed : int
    budget : float
        Mini-batch gradients.
    loss : str
    decay : float
        Weight decay of the base optimiser.

    Returns
    -------
    Run
    """
    method, smoothing = build_method(name, candidate, eta=ETA, decay=decay)
    return fine_tune(method, task, start, seed=seed, budget=budget, loss=loss, smoothing=smoothing)


def tune(name, prepare, seeds, *, budget, loss="squared", decay=0.0, executor=None):
    """Choose a method's parameter by the mean validation accuracy at the end of the run.

    Parameters
    ----------
    name : str
        Of ``flatlab.learning.training_methods.METHODS``.
    prepare : callable
        ``prepare(seed)`` returns a task and a start.
    seeds : iterable of int
    budget, loss, decay
        As for :func:`run_candidate`.
    executor : concurrent.futures.Executor, optional
        Runs the seeds side by side.

    Returns
    -------
    Selected
        A diverging run counts as accuracy 0.
    """

    def one(seed):
        task, start = prepare(seed)
        runs = [
            run_candidate(name, candidate, task, start, seed, budget=budget, loss=loss, decay=decay)
            for candidate in METHODS[name].candidates(loss)
        ]
        return [validation_accuracy(task, run.points[-1], loss=loss) for run in runs]

    found = list((map if executor is None else executor.map)(one, seeds))
    validation = np.mean(found, axis=0)
    return Selected(validation, choose(validation))
