"""What the claims on networks share: one drawn task, small networks, paired runs."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.learning.drawn_images import draw_images
from flatlab.learning.protocol import build_method, fine_tune, source_start
from flatlab.learning.tasks import Labelled, Task, make_task, with_label_noise

TASK = "drawn-drawn-noisy"


@lru_cache(maxsize=128)
def prepare(seed, loss="squared", pretraining=600):
    """Return a drawn task and the start that was trained on its source."""
    task = make_task(TASK, seed)
    return task, source_start(task, seed, loss=loss, steps=pretraining)


@lru_cache(maxsize=64)
def prepare_light(seed, loss="squared"):
    """Return a drawn task without test samples and the start, trained on its source for 200 steps: quick to make."""
    rng = np.random.default_rng([seed, 5])
    source, target = Labelled(*draw_images(400, range(10), rng)), Labelled(*draw_images(90, range(10, 16), rng))
    labels = with_label_noise(target.labels, 6, 0.2, rng)
    centre, spread = source.inputs.mean(axis=0), source.inputs.std()
    parts = (source.inputs, source.labels), (target.inputs, labels)
    source, plain = (Labelled((inputs - centre) / spread, given) for inputs, given in parts)
    task = Task("light", source, plain, plain, plain, 10, 6)
    return task, source_start(task, seed, loss=loss, steps=200)


def paired(run, first, seeds):
    """Return ``run(seed)`` for consecutive seeds, on two threads, as an array."""
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(run, range(first, first + seeds))))


def train(name, candidate, seed, *, loss="squared", budget=1200, records=8, light=False):
    """Return the task and the points of one run; a light task has no test samples."""
    if light:
        task, start = prepare_light(seed, loss)
    else:
        task, start = prepare(seed, loss)
    method, smoothing = build_method(name, candidate)
    run = fine_tune(method, task, start, seed=seed, budget=budget, loss=loss, smoothing=smoothing, records=records)
    return task, run.points
