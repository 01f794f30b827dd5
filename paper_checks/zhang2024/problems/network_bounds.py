"""Small networks with a bound: pre-trained on one draw of a task, trained on another, certified on the second."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from flatlab.learning.drawn_images import draw_images
from flatlab.learning.measures import network_bound
from flatlab.learning.protocol import build_method, fine_tune, network_of
from flatlab.learning.tasks import Labelled, Task
from flatlab.objectives import accuracy, initial_weights

CLASSES, SIDE = 5, 6
BLIND = 1 - 1 / CLASSES  # error of a guess
SOURCE, SOURCE_BUDGET, TEST = 1000, 600, 600
NOISES = (0.05, 0.1, 0.2)  # of the posterior, fixed before any sample
DRAWS, TEST_DRAWS = 60, 10
DELTA = 0.05


class Model(NamedTuple):
    """What makes a network: share of random labels, method with its parameter, gradients spent, samples, width."""

    share: float
    method: str = "SGD"
    value: float = 0.05
    budget: int = 100
    samples: int = 250
    hidden: int = 10


MODELS = tuple(Model(share, budget=budget) for share in (0.0, 0.3, 0.6) for budget in (50, 800))


class Certified(NamedTuple):
    """The bound, the error that it bounds on test samples, the noise chosen, errors at the point, distance moved."""

    bound: float
    randomised_error: float
    noise: float
    train_error: float
    test_error: float
    distance: float


@cache
def _libraries():
    """Return the control over the threads of linear algebra; looking for its libraries takes milliseconds."""
    return ThreadpoolController()


@lru_cache(maxsize=512)
def _source(seed, hidden):
    """Return a drawn task, the moments of its inputs, and a network trained on it."""
    rng = np.random.default_rng([seed, 31])
    inputs, labels = draw_images(SOURCE, range(CLASSES), rng, side=SIDE)
    centre, spread = inputs.mean(axis=0), inputs.std()
    source = Labelled((inputs - centre) / spread, labels)
    task = Task("drawn", source, source, source, source, CLASSES, CLASSES)
    fresh = initial_weights([inputs.shape[1], hidden, CLASSES], rng)
    return task, centre, spread, _train(task, fresh, Model(0.0, budget=SOURCE_BUDGET, hidden=hidden), seed)


def _train(task, start, model, seed):
    method, smoothing = build_method(model.method, model.value)
    options = {"seed": seed, "budget": model.budget, "smoothing": smoothing, "hidden": model.hidden, "records": 1}
    with _libraries().limit(limits=1):
        return fine_tune(method, task, start, **options).points[-1]


@lru_cache(maxsize=512)
def _drawn(seed, samples):
    """Return images for training and for testing: the models of a seed share them."""
    rng = np.random.default_rng([seed, 32])
    return tuple(draw_images(count, range(CLASSES), rng, side=SIDE) for count in (samples, TEST))


@lru_cache(maxsize=4096)
def certify(model, seed, *, seen=False, draws=DRAWS, test_draws=TEST_DRAWS, source=None):
    """Train one network and certify it; ``seen`` centres the prior on the trained point, which has seen the sample.

    The prior is centred on the start, which has seen other samples only. Training and test samples are independent and
    of one law, random labels included: the bound is on the error under that law. ``source`` is the seed of the source
    and of the start, if they are another network's too.
    """
    task, centre, spread, start = _source(seed if source is None else source, model.hidden)
    rng = np.random.default_rng([seed, 33])

    def labelled(inputs, labels):
        labels = np.where(rng.random(labels.size) < model.share, rng.integers(0, CLASSES, labels.size), labels)
        return Labelled((inputs - centre) / spread, labels)

    drawn = _drawn(seed, model.samples)
    task = task._replace(train=labelled(*drawn[0]), test=labelled(*drawn[1]))
    w = _train(task, start, model, seed)
    network = network_of(task.train, CLASSES, hidden=model.hidden)
    with _libraries().limit(limits=1):
        options = {"hidden": model.hidden, "draws": draws, "test_draws": test_draws, "noises": NOISES, "delta": DELTA}
        found = network_bound(task, w, w if seen else start, rng, **options)
    errors = 1 - accuracy(network, w), 1 - accuracy(network, w, *task.test)
    return Certified(*found, *errors, float(np.linalg.norm(w - start)))
