"""Choosing a method's parameter on validation samples, with seeds that are not used again."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.learning.measures import hidden_layer, validation_accuracy
from flatlab.learning.protocol import BATCH, ETA, Run, build_method, fine_tune
from flatlab.learning.tasks import Task
from flatlab.learning.training_methods import METHODS

__all__ = ["KEPT", "TUNING_OFFSET", "Selected", "choose", "run_candidate", "tune"]

KEPT = 0.5  # an angle of 60 degrees
TUNING_OFFSET = 100_000  # seeds for tuning and for the comparison never meet


class Selected(NamedTuple):
    """For each candidate the mean validation accuracy and the median cosine of the hidden layer; the one chosen."""

    validation: np.ndarray
    kept: np.ndarray
    chosen: int


def choose(validation: ArrayLike, kept: ArrayLike) -> int:
    """Return the candidate of the best validation accuracy among those that keep the start, the first of equals.

    To keep it is a cosine of ``KEPT`` or more between the hidden layer and the pre-trained one. Where no candidate does
    it is the one that keeps most.
    """
    validation, kept = checks.vector("validation", validation), checks.vector("kept", kept)
    if not (kept >= KEPT).any():
        return int(np.argmax(kept))
    return int(np.argmax(np.where(kept >= KEPT, validation, -np.inf)))


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
    eta: float = ETA,
    batch: int = BATCH,
) -> Run:
    """Fine-tune with a method of ``METHODS`` at one value of its parameter.

    ``decay`` is that of the base optimiser, ``eta`` the step size of every method but SGD.
    """
    method, smoothing = build_method(name, candidate, eta=eta, decay=decay)
    return fine_tune(method, task, start, seed=seed, budget=budget, loss=loss, smoothing=smoothing, batch=batch)


def tune(
    name: str,
    prepare: Callable[[int], tuple[Task, np.ndarray]],
    seeds: Iterable[int],
    *,
    loss: str = "squared",
    executor: Executor | None = None,
    **options: Any,
) -> Selected:
    """Choose a method's parameter by the mean validation accuracy at the end of the run; a diverging run counts as 0.

    ``prepare(seed)`` returns a task and a start. An executor runs the seeds side by side; the options are those of
    :func:`run_candidate`.
    """

    def one(seed):
        task, start = prepare(seed)
        ends = [
            run_candidate(name, candidate, task, start, seed, loss=loss, **options).points[-1]
            for candidate in METHODS[name].candidates(start)
        ]
        return [(validation_accuracy(task, w, loss=loss), hidden_layer(task, w, start)[1]) for w in ends]

    found = np.array(list((map if executor is None else executor.map)(one, seeds)))
    validation, kept = found[:, :, 0].mean(axis=0), np.median(found[:, :, 1], axis=0)
    return Selected(validation, kept, choose(validation, kept))
