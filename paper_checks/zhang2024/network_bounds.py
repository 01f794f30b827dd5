"""The rigorous bound on small networks: never below the error it bounds, and not always vacuous."""

import numpy as np
from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Whole
from flatlab.evidence.intervals import mean, proportion
from flatlab.evidence.relations import AtLeast, AtMost, ProbabilityAtLeast
from paper_checks.zhang2024._network_bounds import BLIND, DELTA, Model, certify

SEEDS = 16
MODELS = tuple(Model(share, budget=budget) for share in (0.0, 0.3, 0.6) for budget in (50, 800))
MEMORISED = Model(1.0, budget=1600, samples=60)
SOURCE = "README, Rigorous bound; Bounds of networks"


def _certified(setting, models):
    """Return what is known of every model at every seed, shape (seeds, models, 6)."""
    first = setting["seed"]
    return np.array([[certify(model, seed) for model in models] for seed in range(first, first + SEEDS)])


def _share_kept(bounds, errors):
    return proportion(int((bounds >= errors).sum()), bounds.size)


def _kept(setting, rng):
    bounds, errors = np.moveaxis(_certified(setting, MODELS), 2, 0)[:2]
    return _share_kept(bounds, errors)


def _kept_by_training_error(setting, rng):
    found = _certified(setting, (MEMORISED,))
    return _share_kept(found[:, :, 3], found[:, :, 1])


def _kept_by_seen_prior(setting, rng):
    first = setting["seed"]
    found = np.array([certify(MEMORISED, seed, seen=True) for seed in range(first, first + SEEDS)])
    return _share_kept(found[:, 0], found[:, 1])


COVERAGE = Claim(
    id="zhang2024/network-bound-coverage",
    title="the rigorous bound is above the error of the randomised network",
    statement=r"For networks trained on labels of which a share of 0 to 0.6 is random, with the prior at the "
    r"pre-trained start, the bound is at or above the test error of $N(W,s^2I)$ with probability at least "
    r"$1-\delta=0.95$.",
    source=SOURCE,
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.3),
    observe=_kept,
    expect=lambda setting: 1 - DELTA,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    note="Observed: share of 96 networks, six at each of 16 seeds, whose bound is not below the error on 600 test "
    "samples with labels of the same law; the six of a seed share their images. The bound is on the randomised "
    "network, never on the point.",
    controls=(
        Control(
            "training error as the bound",
            "a network that has memorised random labels has no training error, and the test error of a guess",
            observe=_kept_by_training_error,
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the sample pays nothing for the memorised labels",
            observe=_kept_by_seen_prior,
        ),
    ),
)


def _bound(setting, rng, share=0.0):
    model = Model(share, budget=50, samples=setting["samples"])
    return certify(model, setting["seed"]).bound


NOT_VACUOUS = Claim(
    id="zhang2024/network-bound-not-vacuous",
    title="the bound on a network is below the error of a guess",
    statement=r"After a short training on $n\ge1000$ samples of the task that the start was trained on, the bound is "
    r"below $1-1/C$, the error of a guess among $C=5$ classes.",
    source=SOURCE,
    origin="derived",
    kind="upper bound",
    relation=AtMost(),
    observe=_bound,
    expect=lambda setting: BLIND,
    domain={"samples": Whole(1000, 3000, log=True), "seed": SEED},
    quick=3,
    full=30,
    note="The distance moved is about 0.7, so the divergence at s = 0.1 is 25 in n. With random labels, with n = 250 "
    "and a long training, or with a fresh last layer the bound is vacuous or nearly so.",
    controls=(
        Control(
            "random labels",
            "the error is that of a guess, and so no bound is below it",
            observe=lambda s, rng: _bound(s, rng, share=1.0),
        ),
    ),
)


def _rank_correlation(setting, rng, shuffled=False):
    """Return the lower ends for the mean rank correlation of bound and error, randomised and at the point."""
    found = _certified(setting, MODELS)

    def correlations(column):
        bounds = [rng.permutation(row) if shuffled else row for row in found[:, :, 0]]
        return [spearmanr(b, row).statistic for b, row in zip(bounds, found[:, :, column])]

    return [mean(correlations(column)).low for column in (1, 4)]


ORDERS = Claim(
    id="zhang2024/network-bound-orders",
    title="the bound orders networks by label noise and length",
    statement=r"Over networks trained on 0, 30 or 60 % of random labels for 50 or 800 gradients the rank correlation "
    r"of the bound and of the test error, of $N(W,s^2I)$ and of $W$, is above $0$.",
    source=SOURCE,
    origin="reconstructed",
    kind="ordering",
    relation=AtLeast(),
    observe=_rank_correlation,
    expect=lambda setting: 0.0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    note="Observed: the lower end of the interval for the mean over 16 seeds of the correlation over six networks, the "
    "smaller of the two. It is not 1: a long training on true labels has a larger bound than a short one on noisy "
    "labels, and a smaller error.",
    controls=(
        Control(
            "bounds dealt at random", "then there is no order", observe=lambda s, rng: _rank_correlation(s, rng, True)
        ),
    ),
)
