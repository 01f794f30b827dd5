"""The expansion of the smoothed objective to sixth order: exact for polynomials of degree seven, else up to order 8."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Uniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import CoshSum, Product, Smoothed, value
from flatlab.theory.noise import GaussianNoise

SOURCE = "README, Gaussian smoothing"
NODES = 4  # exact to degree seven
RIDGES = 4


def _polynomial(setting):
    """Return a polynomial of degree six as a function, a point, and the first three powers of its Laplacian there."""
    rng = np.random.default_rng(setting["seed"])
    w = setting["scale"] * rng.standard_normal(3)
    if setting["form"] == "product":
        squares = w**2
        pairs = squares[0] * squares[1] + squares[1] * squares[2] + squares[2] * squares[0]
        return (lambda x: value(Product(3), x)), w, np.array([pairs, 4 * squares.sum(), 24.0])
    directions, shifts, factors = rng.standard_normal((RIDGES, 3)), rng.standard_normal(RIDGES), rng.uniform(0.5, 2, 4)
    lengths, along = (directions**2).sum(axis=1), directions @ w + shifts
    powers = [30 * lengths * along**4, 360 * lengths**2 * along**2, 720 * lengths**3]
    return (lambda x: factors @ (directions @ x + shifts) ** 6), w, np.array(powers) @ factors


def _observe_polynomial(setting, rng):
    function, w, _ = _polynomial(setting)
    mean = quadrature_expectation(lambda u: function(w + u), w.size, setting["s"], NODES)
    return (mean - function(w)) / setting["s"] ** 2


def _expect_polynomial(setting, last=1.0):
    _, _, (trace, second, third) = _polynomial(setting)
    return GaussianNoise(setting["s"]).gap(trace, second, last * third) / setting["s"] ** 2


EXACT = Claim(
    id="zhang2024/sixth-order-smoothing",
    title="three terms are exact for sextics",
    statement=r"$F - f = (s^2/2)\Delta f + (s^4/8)\Delta^2 f + (s^6/48)\Delta^3 f$ for polynomials of degree six: "
    r"sums of $(a\cdot w+b)^6$ and $(w_1w_2w_3-1)^2/2$.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    observe=_observe_polynomial,
    expect=_expect_polynomial,
    domain={
        "form": Choice(("ridges", "product")),
        "s": LogUniform(0.1, 2.0),
        "scale": Uniform(0.3, 2.0),
        "seed": SEED,
    },
    corners=tuple(
        {"form": form, "s": s, "scale": 1.0, "seed": 1} for form in ("ridges", "product") for s in (0.1, 2.0)
    ),
    quick=8,
    full=100,
    note="Observed: the gap over s squared, by a quadrature that is exact to degree seven. Where the last term is a "
    "ten thousandth of the whole the tolerance still sees it.",
    controls=(
        Control("cut after fourth order", "the term in s^6 is missing", expect=lambda s: _expect_polynomial(s, 0.0)),
        Control(
            "wrong factorial",
            "1/24 in place of 1/48 doubles the last term",
            expect=lambda s: _expect_polynomial(s, 2.0),
        ),
    ),
)

SCALES = 0.4 * 2.0 ** (-np.arange(5) / 2)


def _observe_order(setting, rng, terms=3, factor=1.0):
    """Return the slope of what the expansion leaves for a sum of hyperbolic cosines, and its constant times 384."""
    rng = np.random.default_rng(setting["seed"])
    w, objective = setting["scale"] * rng.standard_normal(setting["d"]), CoshSum()
    here = value(objective, w)  # and so are all powers of the Laplacian
    powers = here * np.array([1.0, 1.0, factor]) * (np.arange(3) < terms)
    left = np.array([value(Smoothed(objective, s, 20), w) - here - GaussianNoise(s).gap(*powers) for s in SCALES])
    return [np.polyfit(np.log(SCALES), np.log(np.abs(left)), 1)[0], 384 * left[-1] / here / SCALES[-1] ** 8]


ORDER = Claim(
    id="zhang2024/eighth-order-remainder",
    title="the remainder after three terms is of eighth order",
    statement=r"$F - f - (s^2/2)\Delta f - (s^4/8)\Delta^2 f - (s^6/48)\Delta^3 f = (s^8/384)\Delta^4 f + O(s^{10})$; "
    r"for $\sum\cosh w_i$ the slope is 8 and 384 times the constant is 1.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.02),
    observe=_observe_order,
    expect=lambda setting: [8.0, 1.0],
    domain={"d": Whole(1, 50, log=True), "scale": LogUniform(0.1, 3.0), "seed": SEED},
    corners=({"d": 1, "scale": 0.1, "seed": 1}, {"d": 50, "scale": 3.0, "seed": 2}),
    quick=4,
    full=60,
    note="No sampling: five noise scales from .4 to .1, above rounding. The next term, s^2/10 of this one, moves the "
    "slope by about .01.",
    controls=(
        Control(
            "cut after fourth order", "then the slope is 6", observe=lambda s, rng: _observe_order(s, rng, terms=2)
        ),
        Control(
            "wrong factorial",
            "1/24 in place of 1/48 leaves a sixth order",
            observe=lambda s, rng: _observe_order(s, rng, factor=2.0),
        ),
    ),
)
