r"""On a quadratic, at the upper bound's step size, the mean of $E|\nabla F(W_t)|^2$ falls as $T^{-1/2}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.quadratic import DOMAIN, ONE_SIDED, PLAIN, quadratic

STEPS = tuple(10_000 * 4**j for j in range(5))


def slope(p, rng, eta=None):
    return np.polyfit(np.log(STEPS), np.log([p.mean(T, eta) for T in STEPS]), 1)[0]


CLAIM = Claim(
    id="zhang2024/rate-in-steps",
    title="the gradient falls as the root of 1/T",
    statement=r"""On a quadratic, at the bound's step size, the mean of $E|\nabla F(W_t)|^2$ over $t\le T$ falls as
        $T^{-1/2}$.""",
    source=("Upper bound", "Quadratic recursion"),
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.03),
    problem=quadratic,
    observe=slope,
    expect=-0.5,
    domain=DOMAIN,
    corners=(PLAIN, ONE_SIDED),
    quick=3,
    full=60,
    note=f"""Exact second moments at T = {STEPS[0]} to {STEPS[-1]}; what is left of the 1/T term is inside the
        tolerance.""",
    controls=(
        Control("no noise", "without noise the slope is -1", expect=-1),
        Control(
            "a step size that does not shrink",
            "the noise floor does not fall with T",
            observe=lambda p, rng: slope(p, rng, eta=p.step(STEPS[0])),
        ),
    ),
)
