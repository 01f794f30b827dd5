r"""Trained on evenly random labels every method has the test accuracy of a guess, $1/C$, even if it fits them."""

from functools import lru_cache

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.learning.protocol import HIDDEN, build_method, fine_tune, network_of
from flatlab.learning.tasks import Labelled
from flatlab.objectives import accuracy, initial_weights
from paper_checks.zhang2024.problems.networks import prepare

CLASSES = 6
METHODS = (("SGD", 0.05), ("NSO, k = 2", 0.04), ("SAM", 0.1), ("ASAM", 1.0))


@lru_cache(maxsize=2048)
def accuracies(seed, draw, name, value, budget=200, shuffled=True):
    """Return test and training accuracy after one run; every draw has labels and a last layer of its own."""
    task, start = prepare(seed, pretraining=200)
    rng = np.random.default_rng([seed, draw, 41])
    last, labels = initial_weights([HIDDEN, CLASSES], rng), rng.integers(0, CLASSES, len(task.train.labels))
    part = Labelled(task.train.inputs, labels) if shuffled else task.train
    method, _ = build_method(name, value)
    start = np.concatenate([start[: -last.size], last])
    end = fine_tune(method, task._replace(train=part), start, seed=draw, budget=budget, records=1).points[-1]
    network = network_of(part, CLASSES)
    return accuracy(network, end, *task.test), accuracy(network, end)


def generalised(s, rng, runs=128, shuffled=True):
    """Return the mean test accuracy of each method."""
    found = ([accuracies(s.seed, k, *one, shuffled=shuffled)[0] for k in range(runs)] for one in METHODS)
    return [mean(one) for one in found]


def memorised(s, rng, runs=16, budget=200):
    """Return the least training accuracy of SGD."""
    return min(accuracies(s.seed, k, *METHODS[0], budget=budget)[1] for k in range(runs))


SHARED = {"domain": {"seed": Whole(0, 10**6)}, "quick": 1, "source": "Random labels", "kind": "equality"}
CLAIMS = (
    Claim(
        id="zhang2024/shuffled-labels",
        title="from shuffled labels no method generalises",
        statement=r"""Trained on evenly random labels, SGD, NSO, SAM and ASAM have the mean test accuracy of a guess,
            $1/C$.""",
        **SHARED,
        origin="derived",
        relation=WithinInterval(0.07),
        observe=generalised,
        expect=1 / CLASSES,
        full=4,
        seconds=1.3,
        few="560 runs on a network",
        note="Observed: the mean over 128 draws of the labels and of the last layer, on one task and one hidden layer.",
        controls=(
            Control(
                "true labels",
                "from labels of which four fifths are right every method learns",
                observe=lambda s, rng: generalised(s, rng, runs=12, shuffled=False),
            ),
        ),
    ),
    Claim(
        id="zhang2024/shuffled-labels-are-fitted",
        title="SGD fits every shuffled label",
        statement=r"""SGD, whose test accuracy on evenly random labels is that of a guess, fits every one of its 90
            labels: in 16 runs the least training accuracy is $1$.""",
        **SHARED,
        origin="measured",
        relation=Equal(),
        observe=memorised,
        expect=1,
        full=4,
        seconds=0.077,
        few="24 runs on a network",
        note="After 200 mini-batch gradients; after as many NSO has fitted four labels in five, SAM and ASAM 19 in 20.",
        controls=(
            Control(
                "fifty gradients",
                "some labels are not fitted yet",
                observe=lambda s, rng: memorised(s, rng, runs=8, budget=50),
            ),
        ),
    ),
)
