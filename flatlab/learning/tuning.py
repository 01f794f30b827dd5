"""Choosing a method's parameter on validation samples, with seeds that are not used again."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from flatlab.base import checks
from flatlab.base.engines import Engine, engine_of
from flatlab.learning.measures import blind_guess, hidden_layer, validation_accuracy
from flatlab.learning.protocol import BATCH, ETA, Run, build_method, fine_tune
from flatlab.learning.tasks import Task
from flatlab.learning.training_methods import METHODS

__all__ = [
    "KEPT",
    "LOST",
    "MOVED",
    "TUNING_OFFSET",
    "Selected",
    "choose",
    "destroyed",
    "run_candidate",
    "seeds_apart",
    "tune",
]

KEPT = 0.5  # an angle of 60 degrees
MOVED = 1.0  # distance of the hidden layer from the pre-trained one, over its length
LOST = 0.1  # share of runs that end at chance
TUNING_OFFSET = 100_000  # seeds for tuning and for the comparison never meet


class Selected(NamedTuple):
    """For each candidate its mean validation accuracy and 1 where it destroys the network, else 0; the one chosen.

    >>> validation, ruined = np.array([0.7, 0.9, 0.8]), np.array([0.0, 1.0, 0.0])
    >>> Selected(validation, ruined, choose(validation, ruined)).chosen
    2
    """

    validation: np.ndarray
    destroyed: np.ndarray
    chosen: int


def destroyed(kept: ArrayLike, moved: ArrayLike, lost: ArrayLike) -> np.ndarray:
    """Return whether runs leave no fine-tuned network; the first axis is that of the runs.

    That is so where the median cosine of the hidden layer with the pre-trained one is below ``KEPT``, its median
    relative distance is above ``MOVED``, or more than ``LOST`` of the runs end at chance.
    """
    keeps = np.median(np.asarray(kept, dtype=float), axis=0) >= KEPT  # false for nan, as the next
    near = np.median(np.asarray(moved, dtype=float), axis=0) <= MOVED
    return ~(keeps & near & (np.mean(np.asarray(lost, dtype=float), axis=0) <= LOST))


def choose(validation: ArrayLike, ruined: ArrayLike) -> int:
    """Return the candidate of the best validation accuracy among those not destroyed, the first of equals.

    Those with 1 in ``ruined`` are destroyed. Where all are it is the best of them.
    """
    validation = checks.vector("validation", validation)
    left_out = checks.vector("ruined", ruined, validation.size) != 0
    return int(np.argmax(validation if left_out.all() else np.where(left_out, -np.inf, validation)))


def seeds_apart(first: int, tuning: int, table: int) -> tuple[range, range]:
    """Return ``tuning`` seeds for the choice and ``table`` seeds, from ``first`` on, for the comparison: no common one.

    >>> seeds_apart(1000, 2, 3)
    (range(101000, 101002), range(1000, 1003))
    """
    first, tuning = checks.integer("first", first, at_least=0), checks.integer("tuning", tuning, at_least=1)
    table = checks.integer("table", table, at_least=1)
    if table > TUNING_OFFSET:
        raise ValueError(f"table must be at most {TUNING_OFFSET} seeds, got {table}")
    return range(first + TUNING_OFFSET, first + TUNING_OFFSET + tuning), range(first, first + table)


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

    ``prepare(seed)`` returns a task and a start. An executor, as for :func:`flatlab.ensemble`, runs the seeds side by
    side; the options are those of :func:`run_candidate`.
    """
    seeds = list(seeds)
    pieces = (engine_of(executor) or Engine()).each(
        _outcomes, (name, prepare, loss, options), ((seed,) for seed in seeds)
    )
    outcomes = dict(pieces)
    found = np.array([outcomes[number] for number in range(len(seeds))])
    accuracies, kept, moved, lost = np.moveaxis(found, 2, 0)  # each (seed, candidate)
    validation, ruined = accuracies.mean(axis=0), destroyed(kept, moved, lost).astype(float)
    return Selected(validation, ruined, choose(validation, ruined))


def _outcomes(name, prepare, loss, options, seed):
    """Return validation accuracy, cosine, distance and whether it is at chance, of each candidate for one seed."""
    task, start = prepare(seed)
    guess, found = blind_guess(task.validation.labels), []
    for candidate in METHODS[name].candidates(start):
        end = run_candidate(name, candidate, task, start, seed, loss=loss, **options).points[-1]
        moved, kept = hidden_layer(task, end, start)
        accuracy = validation_accuracy(task, end, loss=loss)
        found.append((accuracy, kept, moved, accuracy <= guess))
    return found
