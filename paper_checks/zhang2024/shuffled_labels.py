r"""Trained on uniformly random labels every method has the test accuracy of a guess, $1/C$, even if it fits them."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.learning.protocol import network_of
from flatlab.objectives import accuracy
from paper_checks.zhang2024.problems.networks import paired, train

RUNS, CLASSES = 16, 6
METHODS = (("SGD", 0.05), ("NSO, k = 2", 0.04), ("SAM", 0.1), ("ASAM", 1.0))


def gains(s, rng, shuffled=True):
    """Return the mean test accuracies of the methods less that of a guess, and the least training accuracy of SGD."""

    def one(seed):
        found = []
        for name, value in METHODS:
            task, points = train(name, value, seed, shuffled=shuffled, budget=200, records=1)
            network = network_of(task.train, task.classes)
            found.append([accuracy(network, points[-1], *samples) for samples in (task.test, task.train)])
        return found

    test, training = np.moveaxis(paired(one, s.seed, RUNS), 2, 0)
    return [mean(column) for column in (test - 1 / CLASSES).T] + [training[:, 0].min()]


CLAIM = Claim(
    id="zhang2024/shuffled-labels",
    title="from shuffled labels no method generalises",
    statement=r"""Trained on evenly random labels, SGD, NSO, SAM and ASAM reach the mean test accuracy of a guess,
        $1/C$; SGD fits every label.""",
    source="Random labels",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.2),
    observe=gains,
    expect=(0, 0, 0, 0, 1),
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=1.3,
    few="sixteen runs of four methods on a network, twice",
    note="""Observed: mean test accuracy less 1/C over paired seeds, for each of the four, and the least accuracy
        of SGD in training. That labels are fitted is measured, that the test accuracy is a guess's is derived.""",
    controls=(
        Control(
            "true labels",
            "from labels of which four fifths are right every method learns",
            observe=lambda s, rng: gains(s, rng, shuffled=False),
        ),
    ),
)
