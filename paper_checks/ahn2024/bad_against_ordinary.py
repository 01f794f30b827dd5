r"""A wide start leads the true labels alone to a minimum of lower trace that is *worse*, without any random label."""

from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.objectives import accuracy
from paper_checks.ahn2024.problems.bad_minimum import small_case, small_test

CASES, GAIN, IMAGES = 56, 3.0, 1000


@lru_cache(maxsize=2)
def minima(first):
    """Return log tr and test accuracy at the minima from the wide and from the ordinary start, shape (2, 2, cases)."""
    test, found = small_test(first, IMAGES), []
    with threadpool_limits(1):
        for seed in range(first, first + CASES):
            case = small_case(seed, GAIN, ("wide", "ordinary"))
            both = case.wide, case.ordinary
            found.append([(np.log(case.trace(w)), accuracy(case.network, w, *test)) for w in both])
    return np.transpose(found, (1, 2, 0))


def differences(s, rng, exchanged=False):
    """Return the means of log tr and of test accuracy from wide starts less those from ordinary ones."""
    wide, ordinary = minima(s.seed)[::-1] if exchanged else minima(s.seed)
    return [mean(column) for column in wide - ordinary]


CLAIM = Claim(
    id="ahn2024/bad-against-ordinary",
    title="a wide start alone makes a minimum flatter and worse",
    statement=r"""A network that fits the true labels alone from weights three times as wide, from which the bad minimum
        starts as well, ends in the mean at a lower $\mathrm{tr}\,\nabla^2f$ than from the ordinary weights and at a
        *lower* test accuracy: between minima trace and accuracy need not go together.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=differences,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=8,
    seconds=0.45,
    few="56 cases of two networks that have to be fitted first",
    note="""Contradicts the reading that of two minima the flatter one generalises better. Observed, with intervals over
        paired cases: the differences of log tr and of test accuracy.""",
    controls=(
        Control(
            "starts exchanged",
            "the ordinary start leads to the higher trace and the higher accuracy",
            observe=lambda s, rng: differences(s, rng, exchanged=True),
        ),
    ),
)
