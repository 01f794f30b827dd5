r"""The bias of the smoothed gradient: exactly of third order on $|x_1|x_1^3$, of fourth order on $(xyz-1)^2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, LogUniform, Whole
from flatlab.evidence.relations import Close, Equal
from flatlab.objectives import Cusp, Product
from flatlab.theory.escape import SphereAverage
from paper_checks.ahn2024.enclosures import cusp_constant, fourth_order_bias
from paper_checks.ahn2024.problems.gradients import Smoothed, gradient_at


def cusp(s, rng, second_moment=False):
    """Return E |rho g_1|^3 in d dimensions, by Gauss' rule in the angle of g to the first axis, on each half."""
    at, weights = np.polynomial.legendre.leggauss(40)
    angle = np.pi * (at + 1) / 4
    weights = weights * np.sin(angle) ** (s.d - 2)
    heights = np.cos(angle)
    if second_moment:
        heights = np.full_like(heights, np.sqrt(weights @ heights**2 / weights.sum()))
    rows = np.zeros((2, heights.size, s.d))
    rows[0, :, 0], rows[1, :, 0] = s.rho * heights, -s.rho * heights
    there = [[gradient_at(Cusp(s.d), w)[0] for w in half] for half in rows]
    return (np.array(there) @ weights).sum() / (2 * weights.sum())


def triple_product(rho, seed):
    return Smoothed(Product(3), np.random.default_rng(seed).standard_normal(3), rho)


def half_radius(p, rng):
    """Return four times what the sphere of half the radius gives: the same, if all of it were of second order."""
    return 4 * (p._replace(rho=p.rho / 2).mean - p.gradient)


def with_bias(p, factor=1.0):
    return p.drift + factor * SphereAverage(p.rho, 3).bias * 8 * p.w


CLAIMS = (
    Claim(
        id="ahn2024/cusp-constant",
        title="the constant of the third-order bias",
        statement=r"""For $f=|x_1|x_1^3/4$, whose third derivative is only Lipschitz, the bias at 0 is
            $\rho^3\,\Gamma(d/2)/(\sqrt\pi\,\Gamma((d+3)/2))$: of third order.""",
        source="Bias of the estimator",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-12),
        observe=cusp,
        expect=lambda s: SphereAverage(s.rho, s.d).cusp_bias,
        domain={"rho": LogUniform(0.01, 10.0), "d": Whole(2, 30)},
        corners=({"rho": 1.0, "d": 3},),
        quick=5,
        full=199,
        seconds=0.0025,
        controls=(
            Control(
                "directions of one height",
                "of the same mean square, not uniform on the sphere",
                observe=lambda s, rng: cusp(s, rng, second_moment=True),
            ),
        ),
        enclosure=cusp_constant.ENCLOSURE,
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
        full=199,
        seconds=0.002,
        note="Observed: the smoothed gradient less the gradient.",
        controls=(
            Control("a sphere of half the radius", "the bias is of fourth order", observe=half_radius),
            Control("no bias", "the function is of degree six", expect=lambda p: with_bias(p, 0.0)),
            Control("half the bias", "the coefficient is 1/15", expect=lambda p: with_bias(p, 0.5)),
        ),
        enclosure=fourth_order_bias.ENCLOSURE,
    ),
)
