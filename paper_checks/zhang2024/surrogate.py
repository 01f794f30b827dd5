r"""At $W=W_0$ the Hessian-trace surrogate is the training loss, and the risk is above it on at least 30% of samples."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform
from flatlab.evidence.intervals import proportion
from flatlab.evidence.relations import ProbabilityAtLeast
from flatlab.theory.noise import GaussianPosterior
from paper_checks.zhang2024.problems.learning import DRAWS, GRID, SIZES, draw_sample, loss_trace, losses, risk


def share_missed(s, rng, rigorous=False):
    """Return the share of samples on which the risk at 0 is above the surrogate, or above the rigorous bound."""
    missed, posterior, w = 0, GaussianPosterior(s.n, 0.0), np.zeros(s.d)
    for _ in range(s.trials):
        sample = draw_sample(s.n, s.d, s.tau, rng)
        if rigorous:
            draws = w + GRID[0] * rng.standard_normal((DRAWS, w.size))
            value = posterior.rigorous_bound(losses(sample, draws), GRID[0], GRID)
        else:
            value = posterior.surrogate(float(losses(sample, w)[0]), max(loss_trace(sample, w), 0.0))
        missed += value < risk(w, sample)[0]
    return proportion(int(missed), s.trials)


CLAIM = Claim(
    id="zhang2024/surrogate-is-no-guarantee",
    title="the Hessian-trace surrogate is not a bound",
    statement=r"""At $W=W_0$ the surrogate $(1+\epsilon)\hat L+(1+\epsilon)\sqrt{B\alpha r^2/(2n)}$ with $\epsilon=0$
        is the training loss, and the risk is above it on at least 30% of samples.""",
    source="Hessian-trace surrogate",
    origin="measured",
    kind="probability",
    relation=ProbabilityAtLeast(width=0.3),
    observe=share_missed,
    expect=0.3,
    fixed={"trials": 600},
    domain={**SIZES, "tau": LogUniform(0.3, 1.0)},
    corners=({"n": 200, "d": 5, "tau": 0.5},),
    quick=0,
    full=20,
    note="""What it drops (log(1/delta)/n, the Taylor remainders) is what makes a bound. It is used to order models,
        never as a guarantee. Its second term, which vanishes at r = 0, is not tried here.""",
    controls=(
        Control(
            "rigorous bound",
            "it is missed on hardly any sample",
            observe=lambda s, rng: share_missed(s, rng, rigorous=True),
        ),
    ),
)
