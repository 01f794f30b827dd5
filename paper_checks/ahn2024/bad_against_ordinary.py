r"""A bad minimum is flatter than an ordinary one and *worse*; so is one from as wide a start without random labels."""

from copy import copy
from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.objectives import accuracy
from paper_checks.ahn2024.problems.bad_minimum import small_case, small_test

CASES, GAIN, IMAGES = 84, 3.0, 1000
MINIMA = ("bad", "wide", "ordinary")


@lru_cache(maxsize=2)
def minima(first):
    """Return log tr and test accuracy at the three minima, shape (2, 3, cases)."""
    test, found = small_test(first, IMAGES), []
    with threadpool_limits(1):
        for seed in range(first, first + CASES):
            case = small_case(seed, GAIN, MINIMA)
            found.append([readings(case, getattr(case, name), test) for name in MINIMA])
    return np.transpose(found, (2, 1, 0))


def readings(case, w, test):
    return np.log(case.trace(w)), accuracy(case.network, w, *test)


def differences(s, rng):
    """Return the mean log tr and accuracy at the bad minimum and at that from a wide start, less the ordinary ones."""
    return [mean(one[k] - one[2]) for k in (0, 1) for one in minima(s.seed)]


def random_labels(s, rng):
    """Return the same differences where random labels from the ordinary start take the place of both."""
    test, found = small_test(s.seed, IMAGES), []
    with threadpool_limits(1):
        for seed in range(s.seed, s.seed + CASES):
            hard = copy(small_case(seed, GAIN, MINIMA))
            drawn = np.random.default_rng([seed, 27]).integers(0, 3, hard.network.labels.size)
            hard.network = hard.network._replace(labels=drawn)
            vars(hard).pop("ordinary")
            found.append(readings(hard, hard.ordinary, test))
    return [mean(one - other[2]) for one, other in zip(np.transpose(found), minima(s.seed))] * 2


CLAIM = Claim(
    id="ahn2024/bad-against-ordinary",
    title="a bad minimum is flatter than an ordinary one and worse, and so is one from a wide start alone",
    statement=r"""From weights three times as wide as the ordinary ones a network ends in the mean at a lower
        $\mathrm{tr}\,\nabla^2f$ and at a *lower* test accuracy than from the ordinary ones: the bad minimum, where it
        fits random labels first, and one where it sees the true labels alone. Between minima trace and accuracy need
        not go together.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=differences,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=0.79,
    few="84 cases of three networks that have to be fitted first",
    note="""Contradicts the reading that of two minima the flatter one generalises better. Observed, with intervals over
        paired cases: the differences of log tr and of test accuracy, of the bad minimum and of the other.""",
    controls=(
        Control(
            "random labels from the ordinary start",
            "hard labels alone make a minimum worse and sharper",
            observe=random_labels,
        ),
    ),
)
