r"""With probability at least $1-\delta$ the rigorous bound on a network is above the test error of $N(W,s^2I)$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.network_bounds import MODELS, Model, certify

NETWORKS, OF_A_START = 100, 10
DRAWS = {"draws": 16, "test_draws": 4}
MEMORISED = Model(1.0, budget=1600, samples=60)


def networks(seed, models=MODELS, count=NETWORKS, seen=False):
    """Return what is known of so many networks, each with a seed of its own, ten with one start."""
    return [
        certify(models[k % len(models)], seed + k, seen=seen, **DRAWS, source=seed + k - k % OF_A_START)
        for k in range(count)
    ]


def share_kept(found, bound="bound"):
    """Return the share of networks whose bound is not below the test error."""
    return proportion(sum(getattr(one, bound) >= one.randomised_error for one in found), len(found))


def memorised(s):
    """Return networks that have memorised random labels, with a prior that has seen them."""
    return networks(s.seed, models=(MEMORISED,), count=16, seen=True)


CLAIM = Claim(
    id="zhang2024/network-bound-coverage",
    title="the rigorous bound is above the error of the randomised network",
    statement=r"""For networks trained on labels of which a share of 0 to 0.6 is random, with the prior at the
        pre-trained start, the bound at $1-\delta=0.95$ is at or above the test error of $N(W,s^2I)$ for at least four
        networks in five.""",
    source=("Rigorous bound", "Bounds of networks"),
    origin="derived",
    kind="probability",
    relation=AtLeast(),
    observe=lambda s, rng: share_kept(networks(s.seed)),
    expect=0.8,
    domain={"seed": Whole(0, 10**6)},
    quick=1,
    full=4,
    seconds=1.4,
    few="116 networks are trained and sampled",
    note="""Observed: share of 100 networks, each with training samples and 600 test samples of its own and every ten
        with a start of their own, whose bound is not below the error on the test samples, whose labels have the same
        law. Given the starts they are independent, and the bound is for any start; that the share is 0.95 and more,
        which is proved, takes 400 networks to decide. The bound is on the randomised network, never on the point.""",
    controls=(
        Control(
            "training error as the bound",
            "a network that has memorised random labels has no training error, and the test error of a guess",
            observe=lambda s, rng: share_kept(memorised(s), "train_error"),
        ),
        Control(
            "prior centred on the answer",
            "a prior that has seen the sample pays nothing for the memorised labels",
            observe=lambda s, rng: share_kept(memorised(s)),
        ),
    ),
)
