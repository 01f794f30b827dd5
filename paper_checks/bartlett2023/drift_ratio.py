r"""From one point of the bounce the drift of SAM is $(2/(\eta\lambda_1))^2$ times that of GD, up to $O(\rho^2)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.bounces import RAVINE_CORNERS, RAVINES, order_in_rho, ravines
from paper_checks.bartlett2023.problems.quadratic import STABLE

DISTANCES = np.geomspace(0.02, 0.1, 5)  # a + rho


def error(bounce, rho, squared):
    """Return the relative error of the ratio of the first moves of SAM and gradient descent along the ravine."""
    sam, gd = (bounce.path(rho, 1, method) for method in (None, GD(bounce.eta)))
    stated = bounce.cycle(rho).sam_to_gd_drift_ratio if squared else 2 / bounce.h
    return (sam[1, 1] - sam[0, 1]) / (gd[1, 1] - gd[0, 1]) / stated - 1


def order(found, rng, squared=True):
    return order_in_rho(found, lambda one, rho: error(one, rho, squared), DISTANCES)


CLAIM = Claim(
    id="bartlett2023/drift-ratio",
    title="SAM's drift over gradient descent's at the same amplitude",
    statement=r"""From the same point of the bounce the drift of SAM is $(2/(\eta\lambda_1))^2$ times that of GD, up to
        $O(\rho^2)$.""",
    source="Drift law",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=ravines,
    observe=order,
    expect=2,
    domain={**RAVINES, "h": Uniform(0.3, 1.6)},
    corners=RAVINE_CORNERS[1:],
    hypotheses=STABLE,
    quick=4,
    full=200,
    seconds=0.06,
    note="Observed: the order in rho of the relative error of the ratio.",
    controls=(
        Control(
            "not squared",
            "2/h leaves an error that does not vanish with rho",
            observe=lambda found, rng: order(found, rng, squared=False),
        ),
    ),
)
