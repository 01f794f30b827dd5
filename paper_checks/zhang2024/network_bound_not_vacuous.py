r"""The rigorous bound on a network can be below the error of a guess."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Whole
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.network_bounds import BLIND, Model, certify


def bound(s, rng, share=0.0):
    return certify(Model(share, budget=50, samples=s.samples), s.seed).bound


CLAIM = Claim(
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
    seconds=0.08,
    few="a network is trained and sampled",
    note="""The distance moved is about 0.7, so the divergence at s = 0.1 is 25 in n. With random labels, with n =
        250 and a long training, or with a fresh last layer the bound is vacuous or nearly so.""",
    controls=(
        Control(
            "random labels",
            "the error is that of a guess, and so no bound is below it",
            observe=lambda s, rng: bound(s, rng, share=1.0),
        ),
    ),
)
