r"""With probability at least $1-\delta$ the rigorous bound on a network is above the test error of $N(W,s^2I)$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import ProbabilityAtLeast
from paper_checks.zhang2024.problems.network_bounds import DELTA, MODELS, SEEDS, Model, certified

MEMORISED = Model(1.0, budget=1600, samples=60)


def share_kept(s, rng, models=MODELS, bound=0, seen=False, seeds=SEEDS):
    """Return the share of networks whose entry ``bound`` of what is known of them is not below the test error."""
    found = certified(models, s.seed, seen=seen, seeds=seeds)
    return proportion(int((found[:, :, bound] >= found[:, :, 1]).sum()), found[:, :, 0].size)


CLAIM = Claim(
    id="zhang2024/network-bound-coverage",
    title="the rigorous bound is above the error of the randomised network",
    statement=r"""For networks trained on labels of which a share of 0 to 0.6 is random, with the prior at the
        pre-trained start, the bound is at or above the test error of $N(W,s^2I)$ with probability at least
        $1-\delta=0.95$.""",
    source=("Rigorous bound", "Bounds of networks"),
    origin="derived",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.3),
    observe=share_kept,
    expect=1 - DELTA,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=2,
    few="112 networks are trained and sampled",
    note="""Observed: share of 96 networks, six at each of 16 seeds, whose bound is not below the error on 600 test
        samples with labels of the same law; the six of a seed share their images. The bound is on the randomised
        network, never on the point.""",
    controls=(
        Control(
            "training error as the bound",
            "a network that has memorised random labels has no training error, and the test error of a guess",
            observe=lambda s, rng: share_kept(s, rng, (MEMORISED,), bound=3, seeds=8),
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the sample pays nothing for the memorised labels",
            observe=lambda s, rng: share_kept(s, rng, (MEMORISED,), seen=True, seeds=8),
        ),
    ),
)
