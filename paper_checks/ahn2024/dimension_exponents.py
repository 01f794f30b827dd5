r"""At a fixed flow time the steps of SAP fall like $d^{-4}$, and where $\nu=\varepsilon^{-1/3}$ like $d^{-1}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.theory.escape import EscapeTheorem

POWERS = {"uncapped": -4, "capped": -1}
CASES = {"uncapped": (1e-3, [2, 3, 4, 5, 6]), "capped": (1e-2, [20, 30, 40, 60, 80])}  # tolerance, dimensions


def observe(s, rng):
    epsilon, dimensions = CASES[s.branch]
    steps = [EscapeTheorem(epsilon, 1.0, d).flow_step.steps(1.0) for d in dimensions]
    return np.polyfit(np.log(dimensions), np.log(steps), 1)[0]


CLAIM = Claim(
    id="ahn2024/dimension-exponents",
    title="the powers of d in the two branches",
    statement=r"""At a fixed flow time of $h$ the steps, flow time$/(d\,\eta\rho^2/2)$, fall like $d^{-4}$ for $\nu=d$
        and like $d^{-1}$ for $\nu=\varepsilon^{-1/3}$.""",
    source=("What the paper states", "Parameters of the sharpness-aware perturbation"),
    origin="reconstructed",
    kind="rate",
    relation=Equal(atol=1e-9),
    observe=observe,
    expect=lambda s: POWERS[s.branch],
    corners=({"branch": "uncapped"}, {"branch": "capped"}),
    note="Formulas alone. The flow time itself depends on d through the normalised trace.",
    controls=(Control("branches exchanged", "the powers differ by three", expect=lambda s: -5 - POWERS[s.branch]),),
)
