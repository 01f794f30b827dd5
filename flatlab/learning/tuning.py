"""Choosing a method's parameter on validation samples, with seeds that are not used again."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.learning.measures import validation_accuracy
from flatlab.learning.protocol import ETA, Run, build_method, fine_tune
from flatlab.learning.tasks import Task
from flatlab.learning.training_methods import METHODS

__all__ = ["TUNING_OFFSET", "Selected", "choose", "run_candidate", "tune"]

TUNING_OFFSET = 100_000  # seeds for tuning and for the comparison never meet


class Selected(NamedTuple):
    """Mean validation accuracy of each candidate, shape (candidates,), and the number of the one chosen."""

    validation: np.ndarray
    chosen: int


def choose(validation: ArrayLike) -> int:
    """Return which candidate has the best validation accuracy; of equals, the one nearest the middle of the grid."""
    validation = checks.vector("validation", validation)
    best = np.flatnonzero(validation >= validation.max() - 1e-9)  # 1e-9: a mean of equal shares may differ by rounding
    return int(best[np.argmin(np.abs(best - (validation.size - 1) / 2))])


def run_candidate(
    name: str,
    candidate: float,
    task: Task,
    start: np.ndarray,
    seed: int,
    *,
    budget: float,
    loss: str = "squared",
    decay: float = 0.0,
) -> Run:
    """Fine-tune with a method of ``METHODS`` at one value of its parameter; ``decay`` is that of the base optimiser."""
    method, smoothing = build_method(name, candidate, eta=ETA, decay=decay)
    return fine_tune(method, task, start, seed=seed, budget=budget, loss=loss, smoothing=smoothing)


def tune(
    name: str,
    prepare: Callable[[int], tuple[Task, np.ndarray]],
    seeds: Iterable[int],
    *,
    budget: float,
    loss: str = "squared",
    decay: float = 0.0,
    executor: Executor | None = None,
) -> Selected:
    """Choose a method's parameter by the mean validation accuracy at the end of the run; a diverging run counts as 0.

    ``prepare(seed)`` returns a task and a start. An executor runs the seeds side by side; the rest is as for
    :func:`run_candidate`.
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
