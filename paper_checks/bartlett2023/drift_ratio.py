r"""From one point of the bounce in a ravine SAM drifts $(2/(\eta\lambda_1))^2(1+O(\rho^2))$ times as far as GD."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import GD, USAM
from paper_checks.bartlett2023.problems.bounces import RAVINE_CORNERS, RAVINES, order_in_rho, ravines
from paper_checks.bartlett2023.problems.quadratic import STABLE

DISTANCES = np.geomspace(0.02, 0.1, 5)  # a + rho


def error(bounce, rho, normalised=True, share=1.0):
    """Return the relative error of the ratio of the first moves along the ravine, from ``share`` of the amplitude."""
    start = share * (bounce.start(rho) - bounce.frame.minimum) / rho
    methods = None if normalised else USAM(bounce.eta, rho), GD(bounce.eta)
    sam, gd = (bounce.path(rho, 1, method, start=start) for method in methods)
    return (sam[1, 1] - sam[0, 1]) / (gd[1, 1] - gd[0, 1]) / bounce.cycle(rho).sam_to_gd_drift_ratio - 1


def order(**breach):
    return lambda found, rng: order_in_rho(found, lambda one, rho: error(one, rho, **breach), DISTANCES)


CLAIM = Claim(
    id="bartlett2023/drift-ratio",
    title="SAM's drift over gradient descent's from the same point of a ravine",
    statement=r"""On $a(y)x^2/2$, from the same point of the bounce, a step of SAM moves $y$ by
        $(2/(\eta\lambda_1))^2(1+O(\rho^2))$ times the move of GD.""",
    source="Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=ravines,
    observe=order(),
    expect=2,
    domain={**RAVINES, "h": Uniform(0.3, 1.6)},
    corners=RAVINE_CORNERS[1:],
    hypotheses=STABLE,
    quick=4,
    full=200,
    seconds=0.06,
    note="Observed: the order in rho of the relative error of the ratio.",
    controls=(
        Control("no normalisation", "USAM ascends by less than rho: the error stays", observe=order(normalised=False)),
        Control("twice the amplitude", "a start off the cycle: the error stays", observe=order(share=2.0)),
    ),
)
