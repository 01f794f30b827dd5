r"""Under large noise, $\nu\ge1$, L1 is $2qCD^2$, and its quadratic comes within a factor 1.25."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.enclosures.lower_bound_first_branch import ENCLOSURE
from paper_checks.zhang2024.problems.descent import PLAIN, SCALES, STABLE, fixed_step

CLAIM = Claim(
    id="zhang2024/lower-bound-first-branch",
    title="L1 under large noise",
    statement=r"""For $1\le\nu\le30$, $T\ge100$ and every $\eta\in(0,2/C)$ the quadratic of L1 has
        $\min_{1\le t\le T}E|\nabla F(W_t)|^2\ge2qCD^2$, $q=(1-\frac1{2T})^{2T}$.""",
    source="L1",
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.25),
    problem=fixed_step,
    observe=lambda p, rng: p.minimum(),
    expect=lambda p: p.descent.warm_quadratic,
    domain={
        **SCALES,
        "T": Whole(100, 10_000, log=True),
        "k": Whole(1, 16, log=True),
        "nu": LogUniform(1.0, 30.0),
        "h": LogUniform(1e-5, 1.999),
    },
    corners=({**PLAIN, "T": 1000, "nu": 1.0, "h": 5e-4},),
    hypotheses=STABLE,
    quick=5,
    full=200,
    seconds=0.0012,
    note="Exact second moments, from the stationary law of the noisy direction.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "cold start",
            "without its stationary noise the instance is easy at early times",
            observe=lambda p, rng: p.minimum("cold"),
            change={"T": 1000, "nu": 4.0, "h": 0.002},
        ),
    ),
)
