"""What the claims on networks share: one drawn task, small networks, paired runs."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.data import make_task
from flatlab.training import build_method, fine_tune, source_start

PAPER = "arXiv 2306.08553v4"
TASK = "drawn-drawn-noisy"


@lru_cache(maxsize=128)
def prepare(seed, loss="squared", shuffled=False, pretraining=600):
    """Return a drawn task and the start that was trained on its source."""
    task = make_task(TASK, seed, shuffled=shuffled)
    return task, source_start(task, seed, loss=loss, steps=pretraining)


def paired(run, first, seeds):
    """Return ``run(seed)`` for consecutive seeds, on two threads, as an array."""
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(run, range(first, first + seeds))))


def train(name, candidate, seed, *, loss="squared", budget=1200, shuffled=False, records=8, **options):
    """Return the task, the start and the points of one run."""
    task, start = prepare(seed, loss, shuffled)
    method, smoothing = build_method(name, candidate, **options)
    points = fine_tune(
        method, task, start, seed=seed, budget=budget, loss=loss, smoothing=smoothing, records=records
    ).points
    return task, start, points
