r"""At equal $\eta,\rho$ SAP escapes $d$ times sooner than random smoothing, $B$ times sooner than batches of $B$."""

from typing import NamedTuple

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform, Whole
from flatlab.evidence.intervals import mean
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.race import Race

SIZES = {"eta": Uniform(0.05, 0.1), "rho": Uniform(0.12, 0.15), "fall": Uniform(0.5, 1.0)}
PLAIN = {"eta": 0.1, "rho": 0.15, "fall": 0.7}


class Batches(NamedTuple):
    """The race of mini-batches of B among n samples against single ones."""

    race: Race
    batch: int


def batches(n, batch, **sizes):
    return Batches(Race(d=n + 1, **sizes), batch)


def smoothed(p, rng, batch=1):
    fast = p.sharpness_aware(rng, batch)
    return mean(p.smoothed(rng) / fast)


def slower(p, rng, batch=None):
    fast = p.race.sharpness_aware(rng)
    return mean(p.race.sharpness_aware(rng, batch or p.batch) / fast)


CLAIMS = (
    Claim(
        id="ahn2024/escape-time-ratio",
        title="sharpness-aware steps escape d times sooner",
        statement=r"""At equal $\eta,\rho$ and with a target on the trace itself, not divided by $d$,
            $T_{\rm RS}/T_{\rm SAP}$ is $d$ times a ratio of flow times, in which the noise of each method raises its
            speed by its own share of order $\eta a$.""",
        source=("Drift of the sharpness-aware perturbation", "Noise in the iterate"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.05),
        problem=Race,
        observe=smoothed,
        expect=lambda p: p.ratio(),
        fixed={"replicates": 32},
        domain={"d": Whole(3, 17), **SIZES},
        corners=({"d": 17, **PLAIN},),
        quick=1,
        full=40,
        seconds=0.35,
        few="32 runs of random smoothing of some ten thousand steps each",
        note="Observed: the ratio of first times, replicate by replicate. At the corner it is 1.08 d.",
        controls=(
            Control(
                "full batches",
                "they lose the gain of n samples",
                observe=lambda p, rng: smoothed(p, rng, p.d - 1),
                change=lambda s: {**s, "d": 5, "replicates": 12} if s.eta == PLAIN["eta"] else None,
            ),
            Control(
                "without the noise of the methods",
                "the term of order eta a is 8 % at d = 17 and eta = 0.1",
                expect=lambda p: p.d,
                change=lambda s: s if s.eta == PLAIN["eta"] else None,
            ),
        ),
    ),
    Claim(
        id="ahn2024/full-batch-loss",
        title="mini-batches lose the gain, full batches all of it",
        statement=r"""With $n$ orthogonal samples of equal norm batches of $B$ are slower than single samples by the
            factor $T_B/T_1=B$ times a ratio of flow times, in which the noise raises the speed by the share
            $\eta a(1-B/n)/(B(2-\eta a/B))$, to leading order in $\eta a$.""",
        source=("What the paper states", "Batch size", "Noise in the iterate"),
        origin="derived",
        kind="equality",
        relation=WithinInterval(rtol=0.07),
        problem=batches,
        observe=slower,
        expect=lambda p: p.race.ratio(p.batch),
        fixed={"replicates": 24},
        domain={"n": Whole(6, 16), "batch": Whole(2, 6), **SIZES},
        corners=({"n": 8, "batch": 8, **PLAIN},),
        quick=1,
        full=100,
        seconds=0.11,
        few="24 runs of some thousand steps each",
        note="""That the gain needs stochastic gradients is the paper's; the factor is derived here. The share of the
            noise is resolved by `own-noise-of-batches`.""",
        controls=(
            Control(
                "one sample fewer",
                "the loss is in proportion to the batch size",
                observe=lambda p, rng: slower(p, rng, p.batch - 1),
                change=lambda s: s if s.batch == s.n else None,
            ),
        ),
    ),
)
