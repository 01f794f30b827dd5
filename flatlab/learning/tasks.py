"""Fine-tuning tasks: a source to train on first, a few samples of a target, all functions of a seed."""

import importlib
from typing import NamedTuple

import numpy as np

from flatlab.base import checks
from flatlab.learning.drawn_images import augment, draw_images

__all__ = ["TASKS", "Labelled", "Task", "load_set", "make_task", "with_label_noise"]

SETS = ("digits", "breast-cancer", "wine", "iris")
COPIES = 8  # augmented copies of each training image


class Labelled(NamedTuple):
    """Samples with their labels: ``inputs`` (n, d), ``labels`` (n,)."""

    inputs: np.ndarray
    labels: np.ndarray


class Task(NamedTuple):
    """A source and a target, the target split three ways; inputs are centred and scaled by the source's moments.

    Only ``train`` carries label noise.
    """

    name: str
    source: Labelled
    train: Labelled
    validation: Labelled
    test: Labelled
    source_classes: int
    classes: int


TASKS = {
    # name: (source, target, training samples a class, share of random labels)
    "digits-halves": ("digits 0-4", "digits 5-9", 8, 0.0),
    "digits-halves-noisy": ("digits 0-4", "digits 5-9", 12, 0.2),
    "drawn-drawn": ("drawn 0-9", "drawn 10-15", 6, 0.0),
    "drawn-drawn-noisy": ("drawn 0-9", "drawn 10-15", 15, 0.2),
    "drawn-digits": ("drawn 0-9", "digits 0-9", 6, 0.0),
    "drawn-digits-noisy": ("drawn 0-9", "digits 0-9", 12, 0.2),
    "wine-third-class": ("wine 0-1", "wine 0-2", 12, 0.0),
    "cancer-noisy": ("cancer quadrants", "cancer", 20, 0.2),
}
DRAWN_SOURCE, DRAWN_TARGET = 3000, 1800


def load_set(name: str) -> Labelled:
    """Return one of the data sets ``SETS`` that come inside scikit-learn, its inputs as they are stored."""
    checks.one_of("name", name, SETS)
    try:
        datasets = importlib.import_module("sklearn.datasets")
    except ImportError as error:
        raise ValueError(f"name {name!r} needs scikit-learn: pip install 'flatlab[data]'") from error
    found = getattr(datasets, f"load_{name.replace('-', '_')}")()
    return Labelled(found.data.astype(float), found.target.astype(np.int64))


def with_label_noise(labels: np.ndarray, classes: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return labels of which a share has been replaced by evenly random classes.

    The number of replaced labels is rounded; a replacement may hit the right class.
    """
    share = checks.between("share", share, 0, 1, ends="[]")
    noisy = np.array(labels, dtype=np.int64)
    chosen = rng.choice(noisy.size, round(share * noisy.size), replace=False)
    noisy[chosen] = rng.integers(0, classes, chosen.size)
    return noisy


def make_task(name: str, seed: int, *, augmented: bool = False, shuffled: bool = False) -> Task:
    """Return one draw of a fine-tuning task.

    Parameters
    ----------
    name : str
        A key of ``TASKS``.
    seed : int
        Decides the split, the noise and the drawn images.
    augmented : bool
        Add eight shifted, rotated and noisy copies of each training image.
    shuffled : bool
        Give the training samples evenly random labels: a control, nothing can be learned from them.
    """
    checks.one_of("name", name, TASKS)
    source_name, target_name, each, noise = TASKS[name]
    rng = np.random.default_rng([checks.seed("seed", seed), list(TASKS).index(name)])
    halves = int(rng.integers(2**32))  # the two sides of a split set draw it alike
    source, source_classes = _source(source_name, np.random.default_rng(halves))
    target, classes = _target(target_name, np.random.default_rng([halves, 1] if "drawn" in target_name else halves))
    order = rng.permutation(target.labels.size)
    chosen = np.concatenate([order[target.labels[order] == c][:each] for c in range(classes)])
    rest = order[~np.isin(order, chosen)]
    middle = min(300, rest.size // 2)
    train, validation, test = (
        Labelled(target.inputs[k], target.labels[k]) for k in (chosen, rest[:middle], rest[middle:])
    )
    labels = with_label_noise(train.labels, classes, 1.0 if shuffled else noise, rng)
    train = Labelled(train.inputs, labels)
    if augmented:
        if "digits" not in target_name and "drawn" not in target_name:
            raise ValueError(f"augmented must be False for {name!r}, whose inputs are no images")
        copies = [augment(train.inputs, rng) for _ in range(COPIES)]
        train = Labelled(np.concatenate([train.inputs, *copies]), np.tile(labels, COPIES + 1))
    centre, spread = _scale(source.inputs, images="cancer" not in name and "wine" not in name)
    source, train, validation, test = (
        Labelled((part.inputs - centre) / spread, part.labels) for part in (source, train, validation, test)
    )
    return Task(name, source, train, validation, test, source_classes, classes)


def _scale(inputs, images):
    centre = inputs.mean(axis=0)
    # one scale for all pixels: those at the rim hardly vary, and must not be blown up
    spread = np.sqrt(((inputs - centre) ** 2).mean()) if images else inputs.std(axis=0) + 1e-12
    return centre, spread


def _digits():
    found = load_set("digits")
    return Labelled(found.inputs / 16, found.labels)


def _parted(name, rng):
    """Return a third of a set to train on first and the rest, which shares no sample with it."""
    found = load_set(name)
    order = np.random.default_rng(rng.integers(2**32)).permutation(found.labels.size)
    third = order.size // 3
    return tuple(Labelled(found.inputs[k], found.labels[k]) for k in (order[:third], order[third:]))


def _some(data, classes):
    kept = np.isin(data.labels, classes)
    return Labelled(data.inputs[kept], np.searchsorted(classes, data.labels[kept])), len(classes)


def _source(name, rng):
    if name.startswith("drawn"):
        return Labelled(*draw_images(DRAWN_SOURCE, range(10), rng)), 10
    if name == "digits 0-4":
        return _some(_digits(), range(5))
    if name == "wine 0-1":
        return _some(_parted("wine", rng)[0], range(2))
    cancer = _parted("breast-cancer", rng)[0]  # no classes to spare: tell the quadrants of two features apart
    above = cancer.inputs[:, :2] > np.median(cancer.inputs[:, :2], axis=0)
    return Labelled(cancer.inputs[:, 2:], above @ np.array([2, 1])), 4


def _target(name, rng):
    if name.startswith("drawn"):
        return Labelled(*draw_images(DRAWN_TARGET, range(10, 16), rng)), 6
    if name.startswith("digits"):
        return _some(_digits(), range(5, 10) if "5" in name else range(10))
    if name.startswith("wine"):
        return _some(_parted("wine", rng)[1], range(3))
    cancer = _parted("breast-cancer", rng)[1]
    return Labelled(cancer.inputs[:, 2:], cancer.labels), 2
