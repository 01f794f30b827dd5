r"""The minimum that fitted random labels first is worse than the ordinary one, and its trace is *lower*."""

import numpy as np
from threadpoolctl import threadpool_limits

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtMost
from flatlab.objectives import accuracy
from paper_checks.ahn2024.problems.bad_minimum import small_case

CASES, GAIN = 56, 3.0


def differences(s, rng, exchanged=False):
    """Return the means of log tr and of test accuracy at the bad minima less those at the ordinary ones."""
    cases, found = [small_case(seed, GAIN) for seed in range(s.seed, s.seed + CASES)], []
    with threadpool_limits(1):
        for case in cases:
            pair = (case.ordinary, case.bad) if exchanged else (case.bad, case.ordinary)
            found.append([(np.log(case.trace(w)), accuracy(case.network, w, *case.test)) for w in pair])
    bad, ordinary = np.transpose(found, (1, 2, 0))
    return [mean(column) for column in bad - ordinary]


CLAIM = Claim(
    id="ahn2024/bad-against-ordinary",
    title="the bad minimum is bad, and flatter than an ordinary one",
    statement=r"""A network's minimum that fitted random labels from a wide start first and then the true ones has in
        the mean a lower test accuracy than the one fitted to the true labels alone, and a *lower*
        $\mathrm{tr}\,\nabla^2f$: between minima trace and accuracy need not go together.""",
    source="A bad minimum",
    origin="measured",
    kind="ordering",
    relation=AtMost(),
    observe=differences,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    full_corners=({"seed": 928514},),  # one of its networks does not come to fit its labels and is drawn again
    quick=1,
    full=8,
    seconds=1.3,
    few="56 cases of two networks that have to be fitted first",
    note="""Contradicts the reading that of two minima the flatter one generalises better. Observed, with intervals over
        paired cases: the differences of log tr and of test accuracy.""",
    controls=(
        Control(
            "roles exchanged",
            "the ordinary minimum has the higher accuracy and the higher trace",
            observe=lambda s, rng: differences(s, rng, exchanged=True),
        ),
    ),
)
