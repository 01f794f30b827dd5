r"""The bias of the smoothed gradient is of order $\rho^3$ on $|x_1|x_1^3$ and of order $\rho^4$ on $(xyz-1)^2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform
from flatlab.evidence.relations import Close, Equal
from flatlab.objectives import Cusp, Product
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.problems.gradients import Smoothed, gradient_at


def cusp(rho):
    """Return E |rho g_1|^3 in three dimensions, where g_1 is uniform on [-1, 1]: by Gauss' rule on each half."""
    height, weight = np.polynomial.legendre.leggauss(6)
    there = [[gradient_at(Cusp(3), np.array([s * rho * h, 0.0, 0.0]))[0] for h in (height + 1) / 2] for s in (1, -1)]
    return (np.array(there) @ weight).sum() / 4


def smooth(rho):
    p = Smoothed(Product(3), np.array([0.9, -1.2, 0.4]), rho)
    return np.linalg.norm(p.mean - p.gradient - p.drift)


def slopes(s, rng):
    radii = s.rho * 2.0 ** -np.arange(5)
    return [np.polyfit(np.log(radii), np.log([bias(rho) for rho in radii]), 1)[0] for bias in (cusp, smooth)]


def triple_product(rho, seed):
    return Smoothed(Product(3), np.random.default_rng(seed).standard_normal(3), rho)


def with_bias(p, factor=1.0):
    return p.drift + factor * SphereAverage(p.rho, 3).bias * 8 * p.w


CLAIMS = (
    Claim(
        id="ahn2024/third-order-bias",
        title="the bias is of third order where the third derivative is only Lipschitz",
        statement=r"""For $f=|x_1|x_1^3/4$ the bias at 0 is of order $\rho^3$; for $(xyz-1)^2/2$ it is of order
            $\rho^4$.""",
        source="Bias of the estimator",
        origin="derived",
        kind="rate",
        relation=Equal(atol=1e-6),
        observe=slopes,
        expect=(3, 4),
        domain={"rho": LogUniform(0.5, 2.0)},
        corners=({"rho": 1.0},),
        quick=2,
        full=20,
        note="Slopes over five radii; the averages are exact to rounding, so there is no interval.",
        controls=(
            Control("orders exchanged", "smoothness decides the order", expect=(4, 3)),
            Control("one order for both", "the paper's analysis budgets the third order", expect=(3, 3)),
        ),
    ),
    Claim(
        id="ahn2024/cusp-constant",
        title="the constant of the third-order bias",
        statement=r"""For $f=|x_1|x_1^3/4$ the bias at 0 is $\rho^3\,\Gamma(d/2)/(\sqrt\pi\,\Gamma((d+3)/2))$, here
            with $d=3$.""",
        source="Bias of the estimator",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-12),
        observe=lambda s, rng: cusp(s.rho),
        expect=lambda s: SphereAverage(s.rho, 3).cusp_bias,
        domain={"rho": LogUniform(0.01, 10.0)},
        corners=({"rho": 1.0},),
        quick=3,
        full=30,
        controls=(
            Control("wrong dimension", "the constant depends on d", expect=lambda s: SphereAverage(s.rho, 2).cusp_bias),
        ),
    ),
    Claim(
        id="ahn2024/fourth-order-bias",
        title="the bias of the estimate is of fourth order",
        statement=r"""For $f=(xyz-1)^2/2$ what the smoothed gradient has beyond the gradient and
            $\frac{\rho^2}2\nabla\overline{\mathrm{tr}}$ is exactly
            $\frac{\rho^4}{8d(d+2)}\nabla\Delta^2 f=\rho^4x/15$.""",
        source=("Sphere average", "Bias of the estimator"),
        origin="derived",
        kind="equality",
        relation=Close(rtol=1e-11),
        problem=triple_product,
        observe=lambda p, rng: p.mean - p.gradient,
        expect=with_bias,
        domain={"rho": LogUniform(0.1, 2.0), "seed": SEED},
        corners=({"rho": 1.0, "seed": 2},),
        quick=6,
        full=150,
        note="Observed: the smoothed gradient less the gradient.",
        controls=(
            Control("no bias", "the function is of degree six", expect=lambda p: with_bias(p, 0.0)),
            Control("half the bias", "the coefficient is 1/15", expect=lambda p: with_bias(p, 0.5)),
        ),
    ),
)
