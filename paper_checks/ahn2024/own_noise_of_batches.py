r"""Mini-batches of $B$ drift $B$ times more slowly than single samples and leave about $B$ times less noise."""

from functools import partial

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from paper_checks.ahn2024.problems.level_ramp import LevelRamp


def excess(p, rng, **changed):
    """Return B times the drift over that of single samples without noise, less 1."""
    ramp, batch = p
    return ramp.excess(rng, **{"batch": batch, "slower": batch, **changed})


def stated(p):
    ramp, batch = p
    return ramp.load * (1 - batch / ramp.n) / (batch * (2 - ramp.load / batch))


CLAIM = Claim(
    id="ahn2024/own-noise-of-batches",
    title="the noise of mini-batches adds less to their drift, and that of full batches nothing",
    statement=r"""On the risk form of a ravine with $n$ samples SAP with batches of $B$ drifts at $\frac1B$ of
        $\frac{\eta\rho^2}2a'$ times $1+\frac{\eta a(1-B/n)}{B(2-\eta a/B)}$, to leading order in $\eta a$.""",
    source=("Noise in the iterate", "Batch size"),
    origin="derived",
    kind="equality",
    relation=WithinInterval(0.004, rtol=0.05),
    problem=lambda batch, **sizes: (LevelRamp(samples=True, **sizes), batch),
    observe=excess,
    expect=stated,
    fixed={"replicates": 48},
    domain={
        "epsilon": LogUniform(0.01, 0.3),
        "delta": Uniform(0.2, 1.0),
        "n": Whole(2, 8),
        "batch": Whole(2, 8),
        "load": Uniform(0.1, 0.3),
    },
    hypotheses={"a batch has at most all samples": lambda s: s.batch <= s.n},
    corners=({"epsilon": 0.1, "delta": 0.5, "n": 8, "batch": 2, "load": 0.3},),
    quick=1,
    full=120,
    seconds=0.082,
    few="48 runs of 10 000 steps",
    note="Observed: B times the drift over that of single samples that leave no noise, less 1; load is eta a.",
    controls=(
        Control(
            "single samples",
            "they drift B times as fast",
            observe=partial(excess, batch=1),
            change=lambda s: {**s, "replicates": 16} if s.load == 0.3 else None,
        ),
        Control(
            "another radius at the same product",
            "a quarter of the step size leaves a quarter of the noise",
            observe=partial(excess, wider=2.0),
            change=lambda s: {**s, "replicates": 24} if s.load == 0.3 else None,
        ),
    ),
)
