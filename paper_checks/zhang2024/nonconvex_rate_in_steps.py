r"""On the nonconvex well $\sum w_i^2/(1+w_i^2)$ the mean of $|\nabla F(W_t)|^2$ over $t\le T$ falls as $T^{-1/2}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from paper_checks.zhang2024.problems.well import CORNERS, DOMAIN, replicated

STEPS = tuple(400 * 3**j for j in range(5))


def slope(case, rng, eta=None):
    well, seed, replicates = case
    return power_law_slope(STEPS, np.transpose([well.means(T, seed, replicates, eta) for T in STEPS]))


CLAIM = Claim(
    id="zhang2024/nonconvex-rate-in-steps",
    title="the root of 1/T on a nonconvex well",
    statement=r"""On $\sum w_i^2/(1+w_i^2)$ the mean of $|\nabla F(W_t)|^2$ over $t\le T$ falls as $T^{-1/2}$, for the
        pair and for one point.""",
    source="Rates on a nonconvex well",
    origin="measured",
    kind="rate",
    relation=WithinInterval(tolerance=0.04),
    problem=replicated,
    observe=slope,
    expect=-0.5,
    fixed={"replicates": 60},
    domain=DOMAIN,
    corners=CORNERS,
    quick=0,
    full=4,
    note=f"""T = {STEPS[0]} to {STEPS[-1]}; the slope of each replicate, interval from their spread. The 1/T term and
        the transient move it by .02.""",
    controls=(
        Control(
            "a step size that does not shrink",
            "the noise floor does not fall with T",
            change={"replicates": 12},
            observe=lambda case, rng: slope(case, rng, eta=0.3),
        ),
    ),
)
