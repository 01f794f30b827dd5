r"""A network that fits evenly random labels without an error has the test accuracy of a guess, $1/C$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from flatlab.learning.protocol import network_of
from flatlab.objectives import accuracy
from paper_checks.zhang2024.problems.networks import paired, train

RUNS, BUDGET = 24, 400


def accuracies(s, rng, shuffled=True, budget=BUDGET):
    """Return the mean training and test accuracy of runs of SGD; a number where all runs agree."""

    def one(seed):
        task, points = train("SGD", 0.05, seed, shuffled=shuffled, budget=budget, records=1)
        network = network_of(task.train, task.classes)
        return [accuracy(network, points[-1], *samples) for samples in (task.train, task.test)]

    found = paired(one, s.seed, RUNS).T
    return [mean(column) if np.ptp(column) else column[0] for column in found]


CLAIM = Claim(
    id="zhang2024/memoriser",
    title="a network that has memorised its labels guesses",
    statement=r"""SGD fits evenly random labels of 90 images in six classes without an error, and its mean test accuracy
        is $1/C=\tfrac16$.""",
    source="Random labels",
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.15),
    observe=accuracies,
    expect=(1, 1 / 6),
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=2,
    seconds=1.0,
    few="24 runs of a network, each on data of its own, three times",
    note="""Observed: mean training and test accuracy. That the labels are fitted is measured, that the test
        accuracy is a guess's is derived.""",
    controls=(
        Control(
            "true labels",
            "from labels of which four fifths are right the network learns",
            observe=lambda s, rng: accuracies(s, rng, shuffled=False),
        ),
        Control(
            "sixteen gradients",
            "the labels are not fitted yet",
            observe=lambda s, rng: accuracies(s, rng, budget=16),
        ),
    ),
)
