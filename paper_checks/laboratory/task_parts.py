"""The parts of a task share no sample, and labels are wrong on the declared share of training samples only."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.learning.drawn_images import draw_images
from flatlab.learning.tasks import make_task, with_label_noise

NAMES, TARGET = ("drawn-drawn", "drawn-drawn-noisy"), 1800
EACH, PLACES, NOISE = (6, 15), (2, 3), (0.0, 0.2)  # training samples a class, number of the task, random labels
COPIES = 8
MANY = 10**9  # classes: a random label is then never the right one


@lru_cache(maxsize=8)
def drawn(name, shuffled, seed):
    """Return a task, its training samples with copies, and the images of source and target with labels, as drawn."""
    key = int(np.random.default_rng([seed, PLACES[NAMES.index(name)]]).integers(2**32))
    source, _ = draw_images(3000, range(10), np.random.default_rng(key))
    target = draw_images(TARGET, range(10, 16), np.random.default_rng([key, 1]))
    plain, grown = (make_task(name, seed, augmented=copies, shuffled=shuffled) for copies in (False, True))
    return plain, grown.train, source, *target


class Parts(NamedTuple):
    """A task of drawn images, and labels to make noisy."""

    name: str
    shuffled: bool
    share: float
    labels: int
    seed: int

    def by_library(self, leak=False):
        """Return what is counted of the task and of noisy labels; ``leak`` trains first on the test samples."""
        task, grown, source, images, labels = drawn(self.name, self.shuffled, self.seed)
        task = task._replace(source=task.test) if leak else task
        centre, spread = source.mean(axis=0), np.sqrt(np.mean((source - source.mean(axis=0)) ** 2))
        parts = task.train, task.validation, task.test
        rows = [{row.tobytes() for row in part.inputs} for part in (task.source, *parts)]
        common = [len(rows[i] & rows[j]) for i in range(4) for j in range(i)]
        true = {row.tobytes(): label for row, label in zip((images - centre) / spread, labels)}
        known = [[true.get(row.tobytes(), -1) for row in part.inputs] for part in parts]
        wrong = [sum(a != b for a, b in zip(found, part.labels)) for found, part in zip(known, parts)]
        at_most = max(0, wrong[0] - self.replaced(len(known[0])))
        counts = [known[0].count(c) for c in range(6)]
        moments = [np.abs(task.source.inputs.mean(axis=0)).max(), np.mean(task.source.inputs**2)]
        noisy = with_label_noise(np.zeros(self.labels, int), MANY, self.share, np.random.default_rng(self.seed))
        drawn_labels = with_label_noise(np.zeros(300, int), 3, 1.0, np.random.default_rng(self.seed))
        noise = np.sum(noisy > 0), len(set(drawn_labels.tolist()))
        found = [*common, *map(len, known), *counts, at_most, wrong[0] > 0, *wrong[1:], *moments, *noise]
        return found + self.copied(task.train, grown)

    @staticmethod
    def copied(plain, grown):
        """Return the number of copies, of labels and originals that differ, and whether copies resemble theirs."""
        inputs, labels = (part.reshape(-1, len(plain.labels), *part.shape[1:]) for part in grown)
        likeness = [float(np.sum(inputs[1:] * np.roll(inputs[0], k, axis=0))) for k in (0, 1)]
        same = np.sum(labels != plain.labels), np.sum(inputs[0] != plain.inputs)
        return [len(labels) - 1, *same, likeness[0] > likeness[1]]

    def replaced(self, n):
        return n if self.shuffled else round(NOISE[NAMES.index(self.name)] * n)

    def by_hand(self):
        each = EACH[NAMES.index(self.name)]
        sizes = 6 * each, 300, TARGET - 300 - 6 * each
        noisy = self.replaced(6 * each) > 0
        labels = [0, noisy, 0, 0], [0.0, 1.0], [round(self.share * self.labels), 3], [COPIES, 0, 0, 1]
        return [*6 * [0], *sizes, *6 * [each], *np.concatenate(labels)]


CLAIM = Claim(
    id="laboratory/task-parts",
    title="parts of a task are disjoint",
    statement=r"""Source, training, validation and test samples of a task of drawn images have no sample in common and
        are scaled by the source's moments. The classes are even in training, and of $n$ training samples at most
        $\mathrm{round}(pn)$ have a wrong label, some if $p>0$, with $p$ the declared share; no other sample has. The
        eight copies of a training sample have its label.""",
    source="Parts of tasks",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12, atol=1e-12),
    problem=Parts,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={
        "name": Choice(NAMES),
        "shuffled": Choice((False, True)),
        "share": Uniform(0.0, 1.0),
        "labels": Whole(1, 200),
        "seed": SEED,
    },
    quick=1,
    full=200,
    seconds=0.05,
    few="4800 drawn images, three times",
    controls=(
        Control("trained first on the test samples", "they are shared", observe=lambda p, rng: p.by_library(leak=True)),
    ),
)
