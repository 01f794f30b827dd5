r"""$\operatorname{tr}\nabla^2L=\frac4n\sum\|S_iW\|_F^2+\frac{2p}n\sum e_i\operatorname{tr}S_i$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.objectives import MatrixSensing, hessian_trace, sensing_residuals, value
from flatlab.theory.noise import SensingSample
from paper_checks.zhang2024.problems.exact_means import second_differences
from paper_checks.zhang2024.problems.small_sensing import off_minimum


def stated_trace(p, residuals=1.0):
    """Return the stated trace, with the term of the residuals multiplied by ``residuals``."""
    products = p.symmetric @ p.w.reshape(p.objective.rows, -1)
    errors = sensing_residuals(p.objective, p.w) @ p.traces
    sample = SensingSample(len(p.traces), p.objective.columns)
    return sample.hessian_trace(np.sum(products**2), residuals * errors)


def interpolated(p):
    """Return the loss with the targets that the point fits."""
    targets = p.objective.targets + sensing_residuals(p.objective, p.w)
    return MatrixSensing(p.objective.measurements, targets, p.objective.columns)


CLAIM = Claim(
    id="zhang2024/sensing-trace",
    title="Hessian trace of matrix sensing",
    statement=r"""The Hessian of $L(W)=\frac1{2n}\sum e_i^2$ has the trace $\frac4n\sum\|S_iW\|_F^2+\frac{2p}n\sum
        e_i\operatorname{tr}S_i$ at every W.""",
    source="Hessian trace of matrix sensing",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    problem=off_minimum,
    observe=lambda p, rng: second_differences(lambda point: value(p.objective, point), p.w).sum(),
    expect=stated_trace,
    domain={"d": Whole(2, 8), "p": Whole(1, 8), "n": Whole(1, 40), "off": Uniform(0.5, 3.0), "seed": SEED},
    corners=({"d": 1, "p": 1, "n": 1, "off": 1.0, "seed": 1}, {"d": 6, "p": 6, "n": 9, "off": 0.0, "seed": 2}),
    quick=8,
    full=200,
    seconds=0.0015,
    note="Second differences of a quartic over five points have no truncation error.",
    controls=(
        Control(
            "at interpolation",
            "the second term vanishes there only",
            observe=lambda p, rng: hessian_trace(interpolated(p), p.w),
            change=lambda s: {**s, "off": max(s.off, 0.5)},
        ),
    ),
)
