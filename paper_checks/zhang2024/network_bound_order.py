r"""Over networks that differ in random labels and length the rank correlation of bound and test error is above 0."""

from scipy.stats import spearmanr

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.network_bounds import MODELS, certified


def rank_correlations(s, rng, shuffled=False):
    """Return the lower ends for the mean rank correlation of bound and error, randomised and at the point."""
    found = certified(MODELS, s.seed)

    def correlations(column):
        bounds = [rng.permutation(row) if shuffled else row for row in found[:, :, 0]]
        return [spearmanr(b, row).statistic for b, row in zip(bounds, found[:, :, column])]

    return [mean(correlations(column)).low for column in (1, 4)]


CLAIM = Claim(
    id="zhang2024/network-bound-orders",
    title="the bound orders networks by label noise and length",
    statement=r"""Over networks trained on 0, 30 or 60 % of random labels for 50 or 800 gradients the rank correlation
        of the bound and of the test error, of $N(W,s^2I)$ and of $W$, is above $0$.""",
    source="Bounds of networks",
    origin="measured",
    kind="ordering",
    relation=AtLeast(),
    observe=rank_correlations,
    expect=0,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    note="""Observed: the lower end of the interval for the mean over 16 seeds of the correlation over six networks,
        the smaller of the two. It is not 1: a long training on true labels has a larger bound than a short one on
        noisy labels, and a smaller error.""",
    controls=(
        Control(
            "bounds dealt at random",
            "then there is no order",
            observe=lambda s, rng: rank_correlations(s, rng, shuffled=True),
        ),
    ),
)
