r"""From a bad minimum of a network SAP with single samples raises the test accuracy."""

from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from flatlab.methods import SharpnessAwarePerturbation
from flatlab.objectives import PerceptronBatch, accuracy
from flatlab.simulation.trajectories import trajectory
from paper_checks.ahn2024.problems.bad_minimum import small_case, small_test

CASES, STEPS, CLOSING, IMAGES = 80, 200, 200, 2000
METHOD = SharpnessAwarePerturbation(0.01, 0.01, 0.3, np.inf)


@lru_cache(maxsize=2)
def accuracies(first):
    """Return the test accuracies at bad minima and after a run with single samples from there, shape (2, cases)."""
    test, found = small_test(first, IMAGES), []
    with threadpool_limits(1):
        for seed in range(first, first + CASES):
            case, rng = small_case(seed), np.random.default_rng([seed, 26])
            oracle = PerceptronBatch(case.network, 1)
            end = trajectory(METHOD, oracle, case.bad, steps=STEPS, record_every=STEPS, rng=rng)[-1]
            found.append([accuracy(case.network, w, *test) for w in (case.bad, case.close(end, CLOSING))])
    return np.transpose(found)


def gain(s, rng, exchanged=False):
    """Return the mean over cases of the rise of the test accuracy; ``exchanged`` takes the end for the start."""
    start, end = accuracies(s.seed)[::-1] if exchanged else accuracies(s.seed)
    return mean(end - start)


CLAIM = Claim(
    id="ahn2024/test-accuracy-rises",
    title="single samples raise the test accuracy from a bad minimum",
    statement=r"""From a network's minimum that fitted random labels first SAP with batches of one sample, at one small
        $\eta$ and $\rho$, raises in the mean the test accuracy, read after a closing gradient descent.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    observe=gain,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=1.2,
    few="80 cases of a network that has to be fitted first",
    note="""Observed, with an interval over paired cases: the accuracy on 2000 images that no training has seen, after
        the run less at its start. The paper's own accuracies are not known to us.""",
    controls=(
        Control(
            "start and end exchanged",
            "the bad minimum has the lower accuracy",
            observe=lambda s, rng: gain(s, rng, exchanged=True),
        ),
    ),
)
