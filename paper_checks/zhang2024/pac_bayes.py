"""The generalisation bound, evaluated rigorously, and the Hessian-trace surrogate beside it."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.intervals import mean, proportion
from flatlab.evidence.relations import AtLeast, ProbabilityAtLeast
from flatlab.theory.noise import GaussianPosterior
from paper_checks.zhang2024 import _learning as learning

TASK = {"n": Whole(50, 400, log=True), "d": Whole(2, 10), "tau": Uniform(0.1, 1.0)}


def _interpolate(sample):
    """Return the least-squares weights, which fit the noise where there are nearly as many variables as points."""
    return np.linalg.lstsq(sample.inputs, sample.targets, rcond=None)[0]


def _share_kept(setting, rng, centred=False, bare=False):
    """Share of samples on which the bound is at or above the smoothed risk."""
    kept = 0
    for _ in range(setting["trials"]):
        sample = learning.draw_sample(setting["n"], setting["d"], setting["tau"], rng)
        w = _interpolate(sample) if centred else learning.train(sample, 100, rng)
        found = learning.certify(sample, w, rng, distance=0.0 if centred else None)
        kept += (found.empirical if bare else found.bound) >= found.smoothed_risk
    return proportion(int(kept), setting["trials"])


COVERAGE = Claim(
    id="zhang2024/pac-bayes-coverage",
    title="the rigorous bound is above the smoothed risk",
    statement=r"With probability at least $1-\delta-\delta'$ over the sample $E_U L(W+U) \le "
    r"\mathrm{kl}^{-1}(\mathrm{kl}^{-1}(\hat L_{mc}, \log(2J/\delta')/m), (|W-W_0|^2/(2s^2)+\log(2J\sqrt "
    r"n/\delta))/n)$, for the best $s$ of a grid of $J$.",
    source="README, Rigorous bound; a bound by trace and radius is named in arXiv 2306.08553v4, abstract",
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.12),
    observe=_share_kept,
    expect=lambda setting: 1 - 2 * learning.DELTA,
    domain={**TASK, "trials": Whole(400, 400)},
    corners=({"n": 100, "d": 5, "tau": 0.5, "trials": 200},),
    quick=0,
    full=20,
    note="It bounds the randomised predictor, which is the smoothed objective of the risk, and never the point W. "
    "The risk "
    "is known in closed form; the noise level is chosen after looking at all of the grid.",
    controls=(
        Control(
            "training loss as the bound",
            "without its second half the bound falls short as often as not",
            observe=lambda s, rng: _share_kept(s, rng, bare=True),
            change=lambda s: {**s, "trials": 60},
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the sample pays nothing for distance",
            observe=lambda s, rng: _share_kept(s, rng, centred=True),
            change=lambda s: {**s, "n": 100, "d": 95, "tau": 1.0, "trials": 60},
        ),
    ),
)


def _tightness(setting, rng):
    """Bound over smoothed risk, one trained model."""
    sample = learning.draw_sample(setting["n"], setting["d"], setting["tau"], rng)
    found = learning.certify(sample, learning.train(sample, 200, rng), rng, draws=400)
    return found.bound / found.smoothed_risk


NOT_VACUOUS = Claim(
    id="zhang2024/pac-bayes-not-vacuous",
    title="the rigorous bound says something",
    statement=r"For $n\ge1000$ samples in few variables the bound is at least the smoothed risk, and within a "
    "factor 1.5 of it.",
    source="README, Rigorous bound",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(tight_within=1.5),
    observe=_tightness,
    expect=lambda setting: 1.0,
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
            observe=lambda s, rng: _tightness(s, rng) / 2,
        ),
    ),
)


def _rank_correlation(setting, rng, shuffled=False):
    """Spearman correlation of the bound and the smoothed risk over models that differ in noise, size and training."""
    found = []
    for _ in range(setting["sets"]):
        certificates = []
        for _ in range(setting["models"]):
            tau = rng.uniform(0.1, 1.2)
            sample = learning.draw_sample(setting["n"], setting["d"], tau, rng)
            certificates.append(learning.certify(sample, learning.train(sample, int(rng.integers(1, 100)), rng), rng))
        bounds, risks = np.array([[c.bound, c.smoothed_risk] for c in certificates]).T
        found.append(spearmanr(rng.permutation(bounds) if shuffled else bounds, risks).statistic)
    return mean(found).low


ORDERS = Claim(
    id="zhang2024/pac-bayes-orders-models",
    title="the bound orders models",
    statement=r"Over models trained on tasks of different label noise for different times, the rank correlation of the "
    r"bound and of $E_U L(W+U)$ is above $0$.",
    source="README, Rigorous bound",
    origin="reconstructed",
    kind="ordering",
    relation=AtLeast(),
    observe=_rank_correlation,
    expect=lambda setting: 0.0,
    domain={"n": Whole(50, 300, log=True), "d": Whole(2, 10), "models": Whole(15, 15), "sets": Whole(30, 30)},
    corners=({"n": 200, "d": 5, "models": 12, "sets": 12},),
    quick=0,
    full=6,
    note="Observed: the lower end of the interval for the mean correlation over independent sets of models.",
    controls=(
        Control(
            "bounds dealt at random", "then there is no order", observe=lambda s, rng: _rank_correlation(s, rng, True)
        ),
    ),
)


def _missed(setting, rng, rigorous=False):
    """Share of samples on which a fixed W with W = W_0 has a risk above its surrogate."""
    missed, posterior = 0, GaussianPosterior(setting["n"], 0.0)
    for _ in range(setting["trials"]):
        sample = learning.draw_sample(setting["n"], setting["d"], setting["tau"], rng)
        w = np.zeros(setting["d"])
        seen = learning.losses(sample, w)
        value = posterior.surrogate(float(seen[0]), max(learning.loss_trace(sample, w), 0.0))
        if rigorous:
            s = learning.GRID[0]
            draws = w + s * rng.standard_normal((learning.DRAWS, w.size))
            value = posterior.rigorous_bound(learning.losses(sample, draws), s, learning.GRID)
        missed += value < learning.risk(w, sample)[0]
    return proportion(int(missed), setting["trials"])


SURROGATE = Claim(
    id="zhang2024/surrogate-is-no-guarantee",
    title="the Hessian-trace surrogate is not a bound",
    statement=r"At $W=W_0$ the surrogate $(1+\epsilon)\hat L+(1+\epsilon)\sqrt{B\alpha r^2/(2n)}$ with "
    r"$\epsilon=0$ is the training loss, and the risk is above it on at least 30% of samples.",
    source="README, Hessian-trace surrogate",
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.3),
    observe=_missed,
    expect=lambda setting: 0.3,
    domain={"n": Whole(50, 400, log=True), "d": Whole(2, 10), "tau": LogUniform(0.3, 1.0), "trials": Whole(600, 600)},
    corners=({"n": 200, "d": 5, "tau": 0.5, "trials": 600},),
    quick=0,
    full=20,
    note="What it drops (log(1/delta)/n, the Taylor remainders) is what makes a bound. It is used to order models, "
    "never "
    "as a guarantee.",
    controls=(
        Control("rigorous bound", "it is missed on hardly any sample", observe=lambda s, rng: _missed(s, rng, True)),
    ),
)
