r"""Over models of different label noise the rank correlation of the rigorous bound and the smoothed risk is above 0."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def rank_correlation(s, rng, shuffled=False):
    """Return the lower end for the mean Spearman correlation over sets of models."""
    found = []
    for _ in range(s.sets):
        certificates = []
        for _ in range(s.models):
            tau = rng.uniform(0.1, 1.2)
            sample = draw_sample(s.n, s.d, tau, rng)
            certificates.append(certify(sample, train(sample, int(rng.integers(1, 100)), rng), rng))
        bounds, risks = np.array([[c.bound, c.smoothed_risk] for c in certificates]).T
        found.append(spearmanr(rng.permutation(bounds) if shuffled else bounds, risks).statistic)
    return mean(found).low


CLAIM = Claim(
    id="zhang2024/pac-bayes-orders-models",
    title="the bound orders models by label noise",
    statement=r"""Over models trained on tasks of different label noise for different times, the rank correlation of
        the bound and of $E_U L(W+U)$ is above $0$.""",
    source="Bound and risk, measured",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    observe=rank_correlation,
    expect=0,
    fixed={"models": 15, "sets": 30},
    domain={"n": Whole(50, 300, log=True), "d": Whole(2, 10)},
    corners=({"n": 200, "d": 5, "models": 12, "sets": 12},),
    quick=0,
    full=6,
    note="""Observed: the lower end of the interval for the mean correlation over independent sets of models. Label
        noise is part of the risk and of the training loss, which orders these models as well by itself.""",
    controls=(
        Control(
            "bounds dealt at random",
            "then there is no order",
            observe=lambda s, rng: rank_correlation(s, rng, shuffled=True),
        ),
    ),
)
