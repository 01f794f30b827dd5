r"""The steps to a flat point are $O(\varepsilon^{-3})$ at fixed $\delta$; a ramp attains the exponent."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Uniform
from flatlab.evidence.relations import AtLeast, WithinInterval
from flatlab.theory.escape import steps_exponent
from paper_checks.ahn2024.problems.valleys import DECADE, KINDS, Sweep, stated

FIXED = tuple(kind for kind in KINDS if kind != "ramp")
CONSTANTS = {"largest": 0.2, "ratio": 2.0, "count": 5, "replicates": 16}

CLAIMS = (
    Claim(
        id="ahn2024/escape-bound",
        title="the theorem bounds the exponent",
        statement=r"""At fixed $\delta$, $T=O(\varepsilon^{-3})$: on each of three fixed valleys the slope of
            $\log T$ in $\log\varepsilon$, $T$ the first flat time of random smoothing, is at least $-3$.""",
        source="What the paper states",
        origin="quoted",
        kind="lower bound",
        relation=AtLeast(tight_within=1.05),
        problem=Sweep,
        observe=lambda p, rng: p.slope(rng),
        expect=-3,
        fixed=CONSTANTS,
        domain={"kind": Choice(FIXED), "c_eta": Uniform(0.15, 0.3)},
        corners=tuple({"kind": kind, "ratio": DECADE, "c_eta": 0.25} for kind in FIXED),
        quick=0,
        full=8,
        note="""With the reconstructed parameters; the whole interval of the slope is above the bound. Theorem 1 says
            that T of this order suffices with probability 1 - O(delta). A valley that changes with the tolerance
            attains the exponent: bound-attained.""",
        controls=(
            Control(
                "exponent -2",
                "two of the three valleys need more",
                expect=-2,
                change=lambda s: None if s.kind == "strongly convex" else s,
            ),
        ),
    ),
    Claim(
        id="ahn2024/bound-attained",
        title="the bound is attained on a ramp",
        statement=r"""On a ramp of slope $c\sqrt\varepsilon$ and fixed height the slope of $\log T$ in
            $\log\varepsilon$ is $-3$.""",
        source="Exponents",
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.1),
        problem=Sweep,
        observe=lambda p, rng: p.slope(rng),
        expect=steps_exponent(stated("ramp").flow_exponent),
        fixed={"kind": "ramp", **CONSTANTS},
        domain={"c_eta": Uniform(0.15, 0.3)},
        corners=({"ratio": DECADE, "c_eta": 0.25},),
        quick=0,
        full=3,
        controls=(
            Control("a fixed valley", "for one fixed function the bound is beaten", change={"kind": "exponential"}),
            Control("exponential valley's exponent", "the ramp is slower", expect=-2.5),
        ),
    ),
)
