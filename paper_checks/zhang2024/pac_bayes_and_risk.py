r"""Over linear models the rigorous bound is within a factor 1.5 of the smoothed risk and rises with label noise."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.learning import certify, draw_sample, train


def bound_over_risk(s, rng):
    sample = draw_sample(s.n, s.d, s.tau, rng)
    found = certify(sample, train(sample, 200, rng), rng, draws=400)
    return found.bound / found.smoothed_risk


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


CLAIMS = (
    Claim(
        id="zhang2024/pac-bayes-not-vacuous",
        title="the rigorous bound says something",
        statement=r"""For $n\ge1000$ samples in few variables the bound is at least the smoothed risk, and within a
            factor 1.5 of it.""",
        source="Bound and risk, measured",
        origin="measured",
        kind="lower bound",
        relation=AtLeast(tight_within=1.5),
        observe=bound_over_risk,
        expect=1,
        domain={"n": Whole(1000, 4000, log=True), "d": Whole(2, 10), "tau": Uniform(0.5, 1.0)},
        corners=({"n": 4000, "d": 2, "tau": 1.0},),
        quick=1,
        full=60,
        note="Observed: bound over smoothed risk.",
        controls=(
            Control(
                "bound halved",
                "it is tight to a factor below two",
                everywhere=False,
                observe=lambda s, rng: bound_over_risk(s, rng) / 2,
            ),
        ),
    ),
    Claim(
        id="zhang2024/pac-bayes-orders-models",
        title="the bound orders models by label noise",
        statement=r"""Over models trained on tasks of different label noise for different times, the rank correlation
            of the bound and of $E_U L(W+U)$ is above $0$.""",
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
    ),
)
