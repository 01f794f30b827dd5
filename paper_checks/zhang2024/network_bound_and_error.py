r"""The rigorous bound on a network can be below the error of a guess, and rises with label noise and length."""

from typing import Any

from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast, AtMost
from paper_checks.zhang2024.problems.network_bounds import BLIND, MODELS, Model, certified, certify


def bound(s, rng, share=0.0):
    return certify(Model(share, budget=50, samples=s.samples), s.seed).bound


def rank_correlations(s, rng, shuffled=False):
    """Return the lower ends for the mean rank correlation of bound and error, randomised and at the point."""
    found = certified(MODELS, s.seed)

    def correlations(column):
        bounds = [rng.permutation(row) if shuffled else row for row in found[:, :, 0]]
        results: Any = [spearmanr(b, row) for b, row in zip(bounds, found[:, :, column])]
        return [result.statistic for result in results]

    return [mean(correlations(column)).low for column in (1, 4)]


CLAIMS = (
    Claim(
        id="zhang2024/network-bound-not-vacuous",
        title="the bound on a network is below the error of a guess",
        statement=r"""After a short training on $n\ge1000$ samples of the task that the start was trained on, the bound
            is below $1-1/C$, the error of a guess among $C=5$ classes.""",
        source="Bounds of networks",
        origin="measured",
        kind="upper bound",
        relation=AtMost(),
        observe=bound,
        expect=BLIND,
        domain={"samples": Whole(1000, 3000, log=True), "seed": SEED},
        quick=3,
        full=30,
        note="""The distance moved is about 0.7, so the divergence at s = 0.1 is 25 in n. With random labels, with n =
            250 and a long training, or with a fresh last layer the bound is vacuous or nearly so.""",
        controls=(
            Control(
                "random labels",
                "the error is that of a guess, and so no bound is below it",
                observe=lambda s, rng: bound(s, rng, share=1.0),
            ),
        ),
    ),
    Claim(
        id="zhang2024/network-bound-orders",
        title="the bound orders networks by label noise and length",
        statement=r"""Over networks trained on 0, 30 or 60 % of random labels for 50 or 800 gradients the rank
            correlation of the bound and of the test error, of $N(W,s^2I)$ and of $W$, is above $0$.""",
        source="Bounds of networks",
        origin="measured",
        kind="ordering",
        relation=AtLeast(),
        observe=rank_correlations,
        expect=0,
        domain={"seed": Whole(0, 10**6)},
        quick=1,
        full=4,
        note="""Observed: the lower end of the interval for the mean over 16 seeds of the correlation over six
            networks, the smaller of the two. It is not 1: a long training on true labels has a larger bound than a
            short one on noisy labels, and a smaller error.""",
        controls=(
            Control(
                "bounds dealt at random",
                "then there is no order",
                observe=lambda s, rng: rank_correlations(s, rng, shuffled=True),
            ),
        ),
    ),
)
