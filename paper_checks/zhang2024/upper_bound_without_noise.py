r"""Without noise and at $\eta=1/C$ the mean of $|\nabla F(W_t)|^2$ over $1\le t\le T$ is at most $4CD^2/(3T)$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES
from paper_checks.zhang2024.problems.zigzag import silent

ALONE = {**PLAIN, "d": 1, "reach": 1.0, "seed": 1}


def mean_and_least(p, rng, share=1.0):
    path = p.path(rng, share=share)
    return [path[1:].mean(), path.min()]


def from_the_start(p, rng):
    """Take the mean over 0..T-1 in place of 1..T."""
    path = p.path(rng)
    return [path[:-1].mean(), path.min()]


CLAIM = Claim(
    id="zhang2024/upper-bound-without-noise",
    title="upper bound without noise",
    statement=r"""Without oracle and weight noise and at $\eta=1/C$ the mean of $|\nabla F(W_t)|^2$ over $1\le t\le T$
        is at most $4CD^2/(3T)$, and its least value over $0\le t\le T$ at most $4CD^2/(3T+2)$.""",
    source="Without noise",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-11, tight_within=1.01),
    problem=silent,
    observe=mean_and_least,
    expect=lambda p: [p.bound.without_noise, p.bound.least_without_noise],
    domain={
        **SCALES,
        "T": Whole(1, 100, log=True),
        "k": Whole(1, 3),
        "d": Whole(1, 4),
        "reach": LogUniform(0.01, 10.0),
        "seed": SEED,
    },
    corners=({**ALONE, "T": 1}, {**ALONE, "T": 100}),
    quick=8,
    full=200,
    seconds=0.002,
    note="Observed: the mean and the least value. Zigzags that fit the steps or do not, in several variables.",
    controls=(
        Control(
            "steps of 2.2/C",
            "beyond 2/C the bowl throws the point out",
            observe=lambda p, rng: mean_and_least(p, rng, share=2.2),
            change={"T": 100, "d": 1, "reach": 0.001},
        ),
        Control(
            "t uniform on 0..T-1",
            "at the start the squared gradient may be 2CD^2",
            observe=from_the_start,
            change={"T": 1, "d": 1, "reach": 0.01},
        ),
        Control(
            "1% less",
            "both are reached",
            expect=lambda p: [0.99 * p.bound.without_noise, 0.99 * p.bound.least_without_noise],
            everywhere=False,
        ),
    ),
)
