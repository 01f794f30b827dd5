r"""On the cycle $w_i/w_1$ falls by the factor $|m_i|$ a step; the squared tangent of the angle sums their squares."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.on_the_cycle import EFOLDS, SIZES, on_the_cycle, steps
from paper_checks.bartlett2023.problems.quadratic import STABLE

CORNER = {"h": 1.0, "rho": 0.1, "top": 1.0, "seed": 1, "flat": 0.1, "d": 2}
GAPS = (0.1, 0.05, 0.0125, 0.00625)
SHARED = {
    "source": "Multipliers of a two-cycle",
    "origin": "derived",
    "kind": "equality",
    "relation": Equal(rtol=0.01, atol=1.5),
    "problem": on_the_cycle,
    "observe": steps,
    "quick": 10,
    "full": 200,
    "seconds": 0.002,
}
NOTE = """Tolerance: a step and a half for counting, one per cent for the start at 1e-2, where the rate still depends on
    the amplitude"""
DESCENT = Control(
    "gradient descent",
    "for h below 1 its ratios grow by (1 - h_i) / (1 - h)",
    observe=lambda start, rng: steps(start, rng, GD(start.p.eta)),
    change=lambda s: {**s, "h": s.h / 2, "gap": 0.1},  # few steps: nothing underflows
)
CLAIMS = (
    Claim(
        id="bartlett2023/time-in-any-dimension",
        title="steps to converge in any dimension",
        statement=r"""From $|u_1|=b_1$ and the tangent $10^{-2}$ of the angle to $e_1$ the tangent falls to $10^{-8}$ in
            the least $t$ with $\sum_{i>1}(u_{0,i}/u_{0,1})^2m_i^{2t}\le10^{-16}$.""",
        expect=lambda start: start.stated,
        domain={
            "h": Uniform(0.05, 1.95),
            "rho": SIZES["rho"],
            "gap": LogUniform(1e-3, 0.1),
            "top": SIZES["top"],
            "seed": SEED,
            "flat": LogUniform(1e-3, 0.9),
            "d": Whole(2, 50, log=True),
        },
        corners=tuple({**CORNER, "gap": gap} for gap in GAPS),
        hypotheses={**STABLE, "the run is short": lambda s: on_the_cycle(**s).stated * s.d <= 1e6},
        note=f"{NOTE}.",
        controls=(
            Control(
                "twice the rate",
                "the multiplier is per step, not per cycle",
                expect=lambda start: start.stated / 2,
                change=lambda s: {**s, "gap": min(s.gap, 0.05)},  # many steps: counting does not matter
            ),
            DESCENT,
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/time-at-a-small-gap",
        title="steps to converge at a small eigengap",
        statement=r"""In the plane, for small relative eigengaps $g$, the tangent falls from $10^{-2}$ to $10^{-8}$ in
            $\frac{\ln10^6}{(4-h)g}(1+O(g))$ steps.""",
        expect=lambda start: EFOLDS / ((4 - start.p.h) * (1 - start.p.eigenvalues[1] / start.p.eigenvalues[0])),
        fixed={"d": 2},
        domain={"h": Uniform(0.05, 1.95), "gap": LogUniform(1e-5, 1e-3), **SIZES, "seed": SEED},
        hypotheses=STABLE,
        note=f"{NOTE} and for $O(g)$, which is below $2g$.",
        controls=(DESCENT,),
        **SHARED,
    ),
)
