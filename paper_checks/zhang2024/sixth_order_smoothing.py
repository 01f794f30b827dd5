r"""$F-f=(s^2/2)\Delta f+(s^4/8)\Delta^2f+(s^6/48)\Delta^3f$ for polynomials of degree six."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import Product, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.enclosures.sixth_order_smoothing import ENCLOSURE

NODES = 4  # exact to degree seven
RIDGES = 4


class Sextic(NamedTuple):
    """A polynomial of degree six, a point, the first three powers of its Laplacian there, and the noise."""

    function: Callable
    w: np.ndarray
    powers: np.ndarray
    s: float


def sextic(form, s, scale, seed):
    rng = np.random.default_rng(seed)
    w = scale * rng.standard_normal(3)
    if form == "product":
        squares = w**2
        pairs = squares[0] * squares[1] + squares[1] * squares[2] + squares[2] * squares[0]
        return Sextic(lambda x: value(Product(3), x), w, np.array([pairs, 4 * squares.sum(), 24.0]), s)
    directions, shifts, factors = rng.standard_normal((RIDGES, 3)), rng.standard_normal(RIDGES), rng.uniform(0.5, 2, 4)
    lengths, along = (directions**2).sum(axis=1), directions @ w + shifts
    powers = np.array([30 * lengths * along**4, 360 * lengths**2 * along**2, 720 * lengths**3])
    return Sextic(lambda x: factors @ (directions @ x + shifts) ** 6, w, powers @ factors, s)


def gap(p, rng, nodes=NODES):
    """Return F - f from values of f alone; two nodes are fair signs of size s."""
    here = p.function(p.w)  # taken off each value: the difference of the means would keep rounding of the size of f
    return quadrature_expectation(lambda u: p.function(p.w + u) - here, p.w.size, p.s, nodes)


def stated(p, last=1.0):
    """Return the stated gap, with the term in s^6 multiplied by ``last``."""
    trace, second, third = p.powers
    return GaussianNoise(p.s).gap(trace, second, last * third)


CLAIM = Claim(
    id="zhang2024/sixth-order-smoothing",
    title="three terms are exact for sextics",
    statement=r"""$F - f = (s^2/2)\Delta f + (s^4/8)\Delta^2 f + (s^6/48)\Delta^3 f$ for polynomials of degree six:
        sums of $(a\cdot w+b)^6$ and $(w_1w_2w_3-1)^2/2$.""",
    source="Gaussian smoothing",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    problem=sextic,
    observe=gap,
    expect=stated,
    domain={"form": Choice(("ridges", "product")), "s": LogUniform(0.1, 2.0), "scale": Uniform(0.3, 2.0), "seed": SEED},
    corners=tuple(
        {"form": form, "s": s, "scale": 1.0, "seed": 1} for form in ("ridges", "product") for s in (0.1, 2.0)
    ),
    quick=8,
    full=200,
    seconds=0.002,
    note="""By a quadrature that is exact to degree seven. Where the last term is a ten thousandth of the whole the
        tolerance still sees it.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "fair signs",
            "their fourth moment is a third of the Gaussian one",
            observe=lambda p, rng: gap(p, rng, nodes=2),
            change=lambda s: {**s, "form": "ridges"},
        ),
        Control("cut after fourth order", "the term in s^6 is missing", expect=lambda p: stated(p, 0.0)),
        Control("wrong factorial", "1/24 in place of 1/48 doubles the last term", expect=lambda p: stated(p, 2.0)),
    ),
)
