"""Choices of a candidate by the library, and the same written out."""

from typing import NamedTuple

import numpy as np

from flatlab.learning.protocol import fine_tune
from flatlab.learning.tasks import Labelled
from flatlab.learning.training_methods import METHODS
from flatlab.learning.tuning import choose, destroyed, seeds_apart, tune
from flatlab.methods import ASAM, GD, NSO, RSAM, SAM, USAM, HeavyBall, NoiseInjection
from paper_checks.laboratory.problems.tiny_network import TinyNetwork

HIDDEN, BUDGET, ETA, DECAY, BATCH = 48, 48.0, 0.006, 0.05, 4
RUN = {"loss": "squared", "budget": BUDGET, "eta": ETA, "decay": DECAY, "batch": BATCH}
SEEDS = 3
CLASSES = (GD, NoiseInjection, NSO, SAM, USAM, ASAM, RSAM)
RECIPES = (  # class, step size, radius, noise, points, label smoothing, weight decay, for 0.3 and 0.2
    (0, 0.2, 0, 0, 0, 0, 0),
    (0, 0.3, 0, 0, 0, 0, 0.2),
    (0, 0.3, 0, 0, 0, 0.2, 0),
    *((1, 0.3, 0, 0.2, k, 0, 0) for k in (1, 2)),
    *((2, 0.3, 0, 0.2, k, 0, 0) for k in (1, 2, 3)),
    *((which, 0.3, 0.2, 0, 0, 0, 0) for which in (3, 4, 5)),
    (6, 0.3, 0.2, 0.01, 0, 0, 0),
)


class Choices(NamedTuple):
    """Tasks of two seeds, a table of outcomes of twelve runs of six candidates, and seeds of a comparison."""

    name: str
    first: int
    table: int
    seed: int

    def network(self, seed):
        return TinyNetwork("squared", HIDDEN, 3, self.seed + seed)

    def prepare(self, seed, on_test=False):
        """Return a task and a start; the labels of the test samples are wrong."""
        task = self.network(seed).task
        inputs = task.source.inputs
        checked, wrong = Labelled(inputs, sector(inputs)), Labelled(inputs, (sector(inputs) + 1) % 3)
        train = Labelled(task.train.inputs, sector(task.train.inputs))
        validation, test = (wrong, checked) if on_test else (checked, wrong)
        return task._replace(train=train, validation=validation, test=test), self.network(seed).points[0]

    def prepare_one(self, seed):
        """Return the same with one sample to validate, of which the start is surest: to be right is chance."""
        task, start = self.prepare(seed)
        outputs = self.network(seed).forward(task.source, start)[1]
        ordered = np.sort(outputs, axis=1)
        k = np.argmax(ordered[:, -1] - ordered[:, -2])
        return task._replace(validation=Labelled(task.source.inputs[[k]], outputs[[k]].argmax(axis=1))), start

    @property
    def outcomes(self):
        """Return validation accuracies, cosines, distances, and which of twelve runs end at chance, by candidate."""
        rng = np.random.default_rng(self.seed)
        kept, moved = rng.uniform(0.2, 1.0, (12, 6)), rng.uniform(0.4, 1.4, (12, 6))
        return rng.integers(3, 7, 6) / 10, kept, moved, rng.random((12, 6)) < 0.15  # one of twelve is allowed

    def by_library(self, **options):
        start = self.prepare(0)[1]
        validation, kept, moved, lost = self.outcomes
        ruined = destroyed(kept, moved, lost)
        selected = tune(self.name, lambda seed: self.prepare(seed, **options), range(SEEDS), **RUN)
        one = tune("SGD", self.prepare_one, range(1), **RUN)
        apart = seeds_apart(self.first, 8, self.table)
        return [
            [*selected.validation, *selected.destroyed, selected.chosen],
            [*one.validation, *one.destroyed],
            [*ruined, choose(validation, ruined.astype(float)), choose(validation, np.ones(6))],
            [*map(len, apart), len(set(apart[0]) & set(apart[1])), apart[1][0]],
            np.concatenate([one.candidates(start) for one in METHODS.values()]),
            np.concatenate([self.recipe(one.build(0.3, 0.2)) for one in METHODS.values()]),
        ]

    def recipe(self, built):
        """Return class, step size, radius, noise and points of a method, label smoothing and weight decay."""
        fields = [getattr(built.method, name, 0.0) for name in ("eta", "rho", "s", "k")]
        return [CLASSES.index(type(built.method)), *fields, built.smoothing, built.decay]

    def by_hand(self):
        tasks = [self.prepare(seed) for seed in range(SEEDS)]
        found = np.array([[self.judged(self.name, tasks[i], i, k) for k in range(13)] for i in range(SEEDS)])
        one = np.array([self.judged("SGD", self.prepare_one(0), 0, k) for k in range(13)])
        mean = [sum(found[:, k, 0]) / SEEDS for k in range(13)]
        ruined = [is_ruined(*found[:, k, 1:].T) for k in range(13)]
        validation, *rest = self.outcomes
        table = [is_ruined(*(one[:, k] for one in rest)) for k in range(6)]
        start = self.prepare(0)[1]
        length, d = np.sqrt(np.sum(start**2)), start.size
        largest = [0.16, 1.0, 0.8, *5 * [4 * length / d**0.5], 4 * length, 4 * length, 4 * d**0.5, 4 * length]
        return [
            [*mean, *ruined, best(mean, ruined)],
            [*one[:, 0], *(is_ruined(*row[:, None]) for row in one[:, 1:])],
            [*table, best(validation, table), best(validation, [False] * 6)],
            [8, self.table, 0, self.first],
            [one / 2**k for one in largest for k in range(12, -1, -1)],
            np.ravel(RECIPES),
        ]

    def judged(self, name, prepared, seed, k):
        """Return accuracy, cosine, distance and whether it is at chance, for one candidate."""
        (task, start), labels = prepared, prepared[0].validation.labels
        recipe = METHODS[name].build(ETA, float(METHODS[name].candidates(start)[k]))
        method = HeavyBall(recipe.method, 0.9, DECAY + recipe.decay)
        options = {"budget": BUDGET, "batch": BATCH, "smoothing": recipe.smoothing}
        end = fine_tune(method, task, start, seed=seed, **options).points[-1]
        if not np.isfinite(end).all():
            return 0.0, 0.0, np.inf, True
        accuracy = self.network(seed).right(task.validation, end)
        layer, before = end[: 3 * HIDDEN], start[: 3 * HIDDEN]
        cosine = layer @ before / np.sqrt(layer @ layer * (before @ before))
        counts = [list(labels).count(c) for c in range(3)]
        return (
            accuracy,
            cosine,
            np.sqrt(np.sum((layer - before) ** 2) / (before @ before)),
            accuracy <= max(counts) / len(labels),
        )


def sector(inputs):
    return ((np.arctan2(inputs[:, 1], inputs[:, 0]) + np.pi) * 3 / (2 * np.pi)).astype(int) % 3


def is_ruined(kept, moved, lost):
    ordered = sorted(kept), sorted(moved)
    middle = [(one[(len(one) - 1) // 2] + one[len(one) // 2]) / 2 for one in ordered]
    return middle[0] < 0.5 or middle[1] > 1 or sum(lost) / len(lost) > 0.1


def best(validation, ruined):
    left = [k for k in range(len(validation)) if not ruined[k]] or range(len(validation))
    return max(left, key=lambda k: validation[k])  # the first of equals
