r"""As $\varepsilon\to0$ the predicted steps grow like $\varepsilon^{-2}$ to $\varepsilon^{-3}$, by the valley."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.theory.escape import steps_exponent
from paper_checks.ahn2024.problems.valleys import KINDS, flow_time, stated


def observe(s, rng):
    epsilon = 10.0 ** -np.arange(*s.decades)
    steps = [flow_time(s.kind, e) / (e**2 / 2) for e in epsilon]
    return np.polyfit(np.log(epsilon), np.log(steps), 1)[0]


CLAIM = Claim(
    id="ahn2024/asymptotic-exponents",
    title="exponents of the four valleys",
    statement=r"""As $\varepsilon\to0$ the predicted steps grow like $\varepsilon^{-2}$ (with a logarithm),
        $\varepsilon^{-2.5}$, $\varepsilon^{-2-(p+2)/(2(p+1))}$ and $\varepsilon^{-3}$.""",
    source="Exponents",
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    observe=observe,
    expect=lambda s: steps_exponent(stated(s.kind).flow_exponent),
    corners=tuple({"kind": kind, "decades": [18, 24]} for kind in KINDS),
    note="""Closed forms alone; measured runs are held against them by ahn2024/escape-exponent. At 1e-18 the logarithm
        of the strongly convex valley still adds 0.02.""",
    controls=(
        Control(
            "SAP's capped branch",
            "one power fewer",
            expect=lambda s: steps_exponent(stated(s.kind).flow_exponent, capped=True),
        ),
        Control(
            "large tolerances",
            "the exponents are asymptotic",
            change=lambda s: {**s, "decades": [1, 4]} if s.kind == "strongly convex" else None,
        ),
    ),
)
