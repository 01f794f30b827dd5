"""What weight noise adds to an objective: the Hessian trace, and what comes after it."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, LogUniform, Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import CoshSum, DenseQuadratic, NormQuartic, SeparableQuartic, Smoothed, hessian_trace, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024._estimators import DENSE, DENSE_CORNERS, dense_problem, point_and_coefficients

SOURCE = "README, Gaussian smoothing"


def _gap(objective, w, s):
    """F - f with every value from the objective's kernel; three nodes are exact up to degree five."""
    return quadrature_expectation(lambda u: value(objective, w + u), w.size, s, 3) - value(objective, w)


def _observe_quadratic(setting, rng):
    w, matrix = dense_problem(setting)
    return _gap(DenseQuadratic(matrix), w, setting["s"]) / setting["s"] ** 2


def _expect_quadratic(setting, factor=1.0, of=lambda eigenvalues: eigenvalues):
    eigenvalues = np.linalg.eigvalsh(dense_problem(setting)[1])
    return factor * GaussianNoise(setting["s"]).quadratic_gap(of(eigenvalues)) / setting["s"] ** 2


QUADRATIC = Claim(
    id="zhang2024/quadratic-smoothing",
    title="noise adds half the Hessian trace",
    statement=r"On a quadratic $F - f = (s^2/2)\operatorname{tr} A$, exactly and at every point.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10, atol=1e-10),
    observe=_observe_quadratic,
    expect=_expect_quadratic,
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=8,
    full=100,
    note="Observed: the gap over s squared, by a quadrature that is exact for quadratics.",
    controls=(
        Control(
            "no half", "the second-order term of the expansion carries 1/2", expect=lambda s: _expect_quadratic(s, 2.0)
        ),
        Control(
            "largest curvature",
            "the penalty is the trace, not the top eigenvalue",
            expect=lambda s: _expect_quadratic(s, of=lambda lam: lam[-1:]),
            change=lambda s: {**s, "d": max(s["d"], 2)},
        ),
    ),
)


def _quartic(setting):
    w, a = point_and_coefficients(setting)
    return w, a, (SeparableQuartic(a) if setting["form"] == "separable" else NormQuartic())


def _observe_quartic(setting, rng):
    w, _, objective = _quartic(setting)
    return _gap(objective, w, setting["s"]) / setting["s"] ** 2


def _expect_quartic(setting, tail=1.0):
    w, a, _ = _quartic(setting)
    s = setting["s"]
    noise = GaussianNoise(s)
    gap = noise.separable_quartic_gap(w, a) if setting["form"] == "separable" else noise.norm_quartic_gap(w)
    last = 3 * a.sum() if setting["form"] == "separable" else w.size * (w.size + 2)
    return (gap + (tail - 1) * last * s**4) / s**2


QUARTIC = Claim(
    id="zhang2024/quartic-smoothing",
    title="fourth-order term on quartics",
    statement=r"$F-f = 6s^2\sum a_iw_i^2 + 3s^4\sum a_i$ for $\sum a_iw_i^4$, and $2(d+2)s^2|w|^2 + d(d+2)s^4$ for "
    "$|w|^4$.",
    source=SOURCE,
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    observe=_observe_quartic,
    expect=_expect_quartic,
    domain={**DENSE, "form": Choice(("separable", "norm"))},
    corners=tuple({**corner, "form": form} for corner in DENSE_CORNERS for form in ("separable", "norm")),
    quick=8,
    full=100,
    controls=(
        Control("trace term alone", "the fourth-order term is missing", expect=lambda s: _expect_quartic(s, 0.0)),
        Control(
            "wrong coefficient", "1/4 in place of 1/8 doubles the last term", expect=lambda s: _expect_quartic(s, 2.0)
        ),
    ),
)

SCALES = 0.16 * 0.5 ** np.arange(5)


def _remainder(setting, order):
    """Return what is left of F - f over f for a sum of hyperbolic cosines, at five scales of the noise."""
    rng = np.random.default_rng(setting["seed"])
    w, objective = setting["scale"] * rng.standard_normal(setting["d"]), CoshSum()
    here = value(objective, w)
    left = np.array([value(Smoothed(objective, s, 20), w) - here for s in SCALES])
    return (left - (SCALES**2 / 2 * hessian_trace(objective, w) if order == 4 else 0.0)) / here


def _observe_remainder(setting, rng, order=4):
    left = _remainder(setting, order)
    return [np.polyfit(np.log(SCALES), np.log(left), 1)[0], left[-1] / SCALES[-1] ** 4]


REMAINDER = Claim(
    id="zhang2024/fourth-order-remainder",
    title="the remainder is of fourth order",
    statement=r"$F - f - (s^2/2)\operatorname{tr}H = (s^4/8)\Delta^2 f + O(s^6)$; for $\sum\cosh w_i$ the slope is "
    "4, the constant 1/8.",
    source=SOURCE,
    origin="derived",
    kind="rate",
    relation=Equal(atol=0.01),
    observe=_observe_remainder,
    expect=lambda setting: [4.0, 0.125],
    domain={"d": Whole(1, 50, log=True), "scale": LogUniform(0.1, 3.0), "seed": SEED},
    corners=({"d": 1, "scale": 0.1, "seed": 1}, {"d": 50, "scale": 3.0, "seed": 2}),
    quick=4,
    full=60,
    note="No sampling: five noise scales from .16 to .01. The next term moves the slope by less than .0086.",
    controls=(
        Control(
            "trace term left in", "then the slope is 2", observe=lambda s, rng: _observe_remainder(s, rng, order=2)
        ),
        Control("wrong constant", "1/4 in place of 1/8", expect=lambda setting: [4.0, 0.25]),
    ),
)
