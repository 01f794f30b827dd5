"""Of a stored set no sample that is trained on first comes later, none is lost and none is in two parts."""

from functools import lru_cache
from typing import NamedTuple
from unittest import mock

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Whole
from flatlab.evidence.relations import Equal
from flatlab.learning import tasks
from flatlab.learning.tasks import Labelled

COLUMNS = 4
SETS = {
    # task: (classes of the set, those of the source and of the target, training samples a class, random labels)
    "digits-halves-noisy": (10, range(5), range(5, 10), 12, 0.2),
    "drawn-digits-noisy": (10, (), range(10), 12, 0.2),
    "wine-third-class": (3, range(2), range(3), 12, 0.0),
    "cancer-noisy": (2, range(2), range(2), 20, 0.2),
}


@lru_cache(maxsize=8)
def stored_rows(size, classes, seed):
    """Return the set; its first two columns are random, since cancer's source tells their quadrants apart."""
    rng = np.random.default_rng([seed, 7])
    rows = np.arange(size)[:, None] + 1024.0 * np.arange(COLUMNS)
    rows[:, :2] = rng.standard_normal((size, 2))
    return Labelled(rows, rng.permutation(size) % classes)


class Split(NamedTuple):
    """A task made of a set whose rows hold their number, in the place of the stored one."""

    name: str
    size: int
    seed: int

    @property
    def stored(self):
        return stored_rows(self.size, SETS[self.name][0], self.seed)

    def task(self, **replaced):
        given = {"load_set": lambda name: self.stored, "DRAWN_SOURCE": 20, **replaced}
        with mock.patch.multiple(tasks, **given):
            return tasks.make_task(self.name, self.seed)

    def numbers(self, part):
        """Return the number of each row of a part, and whether the row is as it is stored."""
        rows = part.inputs * (16 if "digits" in self.name else 1)
        found = rows[:, -1].astype(int) % 1024
        return found, (rows == self.stored.inputs[found, -rows.shape[1] :]).all()

    def by_library(self, *, leak=False, **replaced):
        """Return what is counted of numbers and labels; ``leak`` trains first on the test samples."""
        task = self.task(_scale=lambda inputs, images: (0.0, 1.0), **replaced)
        task = task._replace(source=task.test) if leak else task
        _, classes, target, _, share = SETS[self.name]
        truth, drawn = self.stored.labels, not len(classes) and not leak  # a drawn source has no number
        source, kept = (np.empty(0, int), True) if drawn else self.numbers(task.source)
        parts, as_stored = zip(*(self.numbers(part) for part in task[2:5]), strict=True)
        later = np.concatenate(parts)
        everything = np.concatenate([source, later])
        lost = np.setdiff1d(np.arange(self.size), everything)
        wrong = [np.sum(np.take(target, part.labels) != truth[rows]) for part, rows in zip(task[2:5], parts)]
        wrong = np.maximum(0, np.subtract(wrong, [round(share * len(parts[0])), 0, 0]))
        first = np.sum(task.source.labels[: source.size] != self.first_labels(source))
        twice, gone = len(everything) - len(set(everything)), np.isin(truth[lost], classes).sum()
        even = np.bincount(truth[parts[0]])[list(target)]
        return [twice, gone, kept and all(as_stored), first, *map(len, parts), *even, *wrong]

    def first_labels(self, source):
        rows = self.stored.inputs[source, :2]
        return (rows > np.median(rows, axis=0)) @ [2, 1] if "cancer" in self.name else self.stored.labels[source]

    def by_hand(self):
        _, _, target, each, _ = SETS[self.name]
        of_target = np.isin(self.stored.labels, target).sum()
        rest = (of_target if "digits" in self.name else self.size - self.size // 3) - each * len(target)
        return [0, 0, True, 0, each * len(target), rest // 2, rest - rest // 2, *len(target) * [each], 0, 0, 0]


def drawn_anew(p, rng):
    parted, orders = tasks._parted, iter(range(2))
    return p.by_library(_parted=lambda name, rng: parted(name, np.random.default_rng([p.seed, next(orders)])))


CLAIM = Claim(
    id="laboratory/stored-sets",
    title="parts of a stored set are disjoint",
    statement=r"""Where a task is made of a stored set, by classes or by a third to train on first, no sample is in two
        of source, training, validation and test, none of a class of the source is lost, and each keeps its values and,
        but for $\mathrm{round}(pn)$ of the $n$ training samples, its label. The training classes are even, and
        validation and test share the rest evenly.""",
    source="Parts of tasks",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-12, atol=1e-12),
    problem=Split,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: p.by_hand(),
    domain={"name": Choice(tuple(SETS)), "size": Whole(360, 600), "seed": SEED},
    corners=tuple({"name": name, "size": 400, "seed": 1} for name in SETS),
    quick=1,
    full=196,
    seconds=0.005,
    note="A set of rows that hold their own number stands in for the stored one; both are read by the same function.",
    controls=(
        Control("trained first on the test samples", "they are shared", observe=lambda p, rng: p.by_library(leak=True)),
        Control(
            "the third drawn anew for the target",
            "a third of what comes later was trained on first",
            observe=drawn_anew,
            change=lambda s: None if "digits" in s.name else s,
        ),
    ),
)
