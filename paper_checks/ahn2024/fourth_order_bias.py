r"""For $f=(xyz-1)^2/2$ the bias of the smoothed gradient is $\rho^4\nabla\Delta^2f/(8d(d+2))=\rho^4x/15$ exactly."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform
from flatlab.evidence.relations import Close
from flatlab.objectives import Product
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.problems.gradients import Smoothed


def triple_product(rho, seed):
    return Smoothed(Product(3), np.random.default_rng(seed).standard_normal(3), rho)


def expect(p, factor=1.0):
    return p.drift + factor * SphereAverage(p.rho, 3).bias * 8 * p.w


CLAIM = Claim(
    id="ahn2024/fourth-order-bias",
    title="the bias of the estimate is of fourth order",
    statement=r"""For $f=(xyz-1)^2/2$ what the smoothed gradient has beyond the gradient and
        $\frac{\rho^2}2\nabla\overline{\mathrm{tr}}$ is exactly $\frac{\rho^4}{8d(d+2)}\nabla\Delta^2 f=\rho^4x/15$.""",
    source=("Sphere average", "Bias of the estimator"),
    origin="derived",
    kind="equality",
    relation=Close(rtol=1e-11),
    problem=triple_product,
    observe=lambda p, rng: p.mean - p.gradient,
    expect=expect,
    domain={"rho": LogUniform(0.1, 2.0), "seed": SEED},
    corners=({"rho": 1.0, "seed": 2},),
    quick=6,
    full=150,
    note="Observed: the smoothed gradient less the gradient.",
    controls=(
        Control("no bias", "the function is of degree six", expect=lambda p: expect(p, 0.0)),
        Control("half the bias", "the coefficient is 1/15", expect=lambda p: expect(p, 0.5)),
    ),
)
