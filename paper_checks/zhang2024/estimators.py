"""Variances of the estimators: one point, two independent points, and the symmetric pair."""

import itertools

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Choice, Whole
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.methods.noise_laws import Breached, Scripted
from flatlab.objectives import DenseQuadratic, gradient, value
from flatlab.theory.noise import GaussianNoise, Parity
from paper_checks.zhang2024._estimators import (
    DENSE,
    DENSE_CORNERS,
    SEPARABLE,
    SEPARABLE_CORNERS,
    dense_problem,
    estimates,
    one_sided,
    pair,
    point_and_coefficients,
    total_moments,
)


def _value_variances(setting, rng):
    """Variances of the one-point and of the paired estimate of F - f on a quadratic, by an exact quadrature."""
    w, matrix = dense_problem(setting)
    objective, s, here = DenseQuadratic(matrix), setting["s"], value(DenseQuadratic(matrix), w)

    def powers(u):
        one = value(objective, w + u) - here
        both = (one + value(objective, w - u) - here) / 2
        return np.array([one, one**2, both, both**2])

    m = quadrature_expectation(powers, w.size, s, 3)
    return [(m[1] - m[0] ** 2) / s**2, (m[3] - m[2] ** 2) / s**2]


def _parity_of_value(setting):
    w, matrix = dense_problem(setting)
    return GaussianNoise(setting["s"]).quadratic_value(matrix @ w, matrix)


def _expect_value(setting, both=Parity.pair):
    parity = _parity_of_value(setting)
    return [parity.one_point() / setting["s"] ** 2, both(parity) / setting["s"] ** 2]


FIRST_ORDER = Claim(
    id="zhang2024/first-order-variance",
    title="the pair removes the first-order variance of the penalty",
    statement=r"On a quadratic $f(w+U)-f(w)$ has variance $s^2|\nabla f|^2 + (s^4/2)|A|_F^2$; its mean over $\pm "
    "U$ has $(s^4/2)|A|_F^2$ only.",
    source="README, Variance of the value estimators; that the first-order term goes: arXiv 2306.08553v4, abstract",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=_value_variances,
    expect=_expect_value,
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=8,
    full=100,
    controls=(
        Control(
            "two independent points",
            "they keep half of the first-order term",
            expect=lambda s: _expect_value(s, lambda parity: parity.one_point(points=2)),
        ),
        Control(
            "no half",
            "the second-order term is s^4/2 times the squared norm",
            expect=lambda s: _expect_value(s, lambda parity: 2 * parity.pair()),
        ),
    ),
)


def _quadratic_variances(setting, rng, k=1):
    """Variances of both gradient estimators on a quadratic over fair signs, by going through all of them."""
    w, matrix = dense_problem(setting)
    objective, s = DenseQuadratic(matrix), setting["s"]
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=w.size)))
    scale = s**2 * np.sum(matrix**2)
    return [
        np.var([estimates(method, objective, w, Scripted(u), rng) for u in signs], axis=0).sum() / scale
        for method in (one_sided(s), pair(s))
    ]


GRADIENT_QUADRATIC = Claim(
    id="zhang2024/gradient-variance-quadratic",
    title="on a quadratic the pair has no weight-noise variance",
    statement="The one-point gradient has total variance $s^2|A|_F^2$, the pair has 0, for every law with "
    "independent coordinates of variance $s^2$.",
    source="README, Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-10),
    observe=_quadratic_variances,
    expect=lambda setting: [1.0, 0.0],
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=6,
    full=100,
    note="In units of the one-point variance; all sign vectors of a fair-sign law, each through one step of the "
    "method.",
    controls=(
        Control("half", "two points would halve it, one does not", expect=lambda setting: [0.5, 0.0]),
        Control(
            "the pair as two points", "independent points keep half of the variance", expect=lambda setting: [1.0, 0.5]
        ),
    ),
)


def _separable_variances(setting, rng, kind):
    w, a = point_and_coefficients(setting)
    s = setting["s"]
    return [total_moments(method, kind, w, a, rng)[1] for method in (one_sided(s), pair(s))]


def _expect_separable(setting, change=lambda parity: parity):
    w, a = point_and_coefficients(setting)
    found = change(GaussianNoise(setting["s"]).quartic_gradient(w, a))
    return [found.one_point(), found.pair()]


GRADIENT_QUARTIC = Claim(
    id="zhang2024/gradient-variance-quartic",
    title="on a quartic the pair's variance is of order s^4",
    statement=r"For $\sum a_iw_i^4$ the pair has $\sum 288a_i^2w_i^2s^4$; one point has $\sum "
    "16a_i^2(9w_i^4s^2+36w_i^2s^4+15s^6)$.",
    source="README, Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8),
    observe=lambda s, rng: _separable_variances(s, rng, "quartic"),
    expect=lambda s: _expect_separable(s),
    domain=SEPARABLE,
    corners=SEPARABLE_CORNERS,
    quick=6,
    full=100,
    note="Gaussian noise, by a quadrature that is exact for quartics, through one step of the method.",
    controls=(
        Control(
            "odd part alone",
            "one point has the even part as well",
            expect=lambda s: _expect_separable(s, lambda p: p._replace(even=0.0)),
        ),
        Control(
            "wrong moment",
            "E U^4 = 2 s^4 in place of 3 s^4 halves the even part",
            expect=lambda s: _expect_separable(s, lambda p: p._replace(even=p.even / 2)),
        ),
    ),
)


def _variance_times_k(setting, rng, tied=False):
    w, a = point_and_coefficients(setting)
    build = pair if setting["estimator"] == "pair" else one_sided
    alone = total_moments(build(setting["s"]), setting["kind"], w, a, rng)[1]
    return setting["k"] * total_moments(build(setting["s"], setting["k"]), setting["kind"], w, a, rng, tied)[1] / alone


_MANY = {"estimator": Choice(("pair", "one point")), "kind": Choice(("quartic", "cubic")), "k": Whole(2, 4)}
ONE_OVER_K = Claim(
    id="zhang2024/variance-in-k",
    title="k perturbations divide the variance by k",
    statement=r"The mean of $k$ independent pairs, or of $k$ points, has $1/k$ of the variance of one.",
    source="README, Even and odd parts",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8),
    observe=_variance_times_k,
    expect=lambda setting: 1.0,
    domain={**SEPARABLE, **_MANY},
    corners=tuple(
        {"d": 2, "s": 0.5, "scale": 1.0, "seed": 3, "estimator": estimator, "kind": kind, "k": k}
        for estimator, kind, k in (("pair", "cubic", 4), ("one point", "quartic", 4), ("pair", "quartic", 2))
    ),
    quick=3,
    full=60,
    controls=(
        Control(
            "one draw for all",
            "perturbations that are equal average nothing",
            observe=lambda s, rng: _variance_times_k(s, rng, tied=True),
        ),
    ),
)


def _pair_over_two_points(setting, rng, kind="cubic", shift=0.0):
    _, a = point_and_coefficients(setting)
    w, s = np.full(a.size, shift), setting["s"]
    return total_moments(pair(s), kind, w, a, rng)[1] / total_moments(one_sided(s, 2), kind, w, a, rng)[1]


PAIR_LOSES = Claim(
    id="zhang2024/pair-loses-on-a-cubic",
    title="where only the even part is left the pair is twice as bad",
    statement=r"For $\sum a_iw_i^3$ at $w=0$ the pair has exactly twice the variance of two independent points.",
    source="README, Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    observe=_pair_over_two_points,
    expect=lambda setting: 2.0,
    domain=SEPARABLE,
    corners=SEPARABLE_CORNERS,
    quick=4,
    full=60,
    note="Corrects the reading that the pair is always better. At equal cost it is better exactly where the odd "
    "part of the "
    "gradient varies more than the even part.",
    controls=(
        Control(
            "far from the centre",
            "there the odd part leads and the pair wins",
            observe=lambda s, rng: _pair_over_two_points(s, rng, shift=3 * s["s"]),
        ),
        Control(
            "a quartic off its centre",
            "its odd part leads",
            observe=lambda s, rng: _pair_over_two_points(s, rng, "quartic", shift=s["s"]),
        ),
    ),
)


def _biases(setting, rng, faces=(0.0, 2.0)):
    """Bias of the pair and of one point against grad F and grad f, in units of A times the mean of the noise."""
    w, matrix = dense_problem(setting)
    s, d, objective = setting["s"], w.size, DenseQuadratic(matrix)
    coins = np.array(list(itertools.product(faces, repeat=d)))
    slope, push = np.empty(d), matrix @ np.full(d, s)
    gradient(objective, w, slope)
    # F averages f(w + U) over the law itself, so its gradient is moved by A times the mean
    smoothed = slope + matrix @ (s * coins.mean(axis=0))
    found = []
    for method in (pair(s), one_sided(s)):
        mean = np.mean([estimates(method, objective, w, Breached(Scripted(u)), rng) for u in coins], axis=0)
        found += [(mean - target) @ push / (push @ push) for target in (smoothed, slope)]
    return found


ASYMMETRIC = Claim(
    id="zhang2024/asymmetric-noise",
    title="noise that is not centred biases one of the two",
    statement=r"On a quadratic with noise of mean $m$ the pair is off by $-Am$ against $\nabla F$ and exact for "
    r"$\nabla f$; one point is exact for $\nabla F$ and off by $Am$ against $\nabla f$.",
    source="README, Noise that is not centred; the authors' code offers an uncentred binomial law",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-10),
    observe=_biases,
    expect=lambda setting: [-1.0, 0.0, 0.0, 1.0],
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=4,
    full=60,
    note="Fair coins that show 0 or 2s, all outcomes. Observed: pair against F and f, then one point against F and "
    "f, in "
    "units of A m. Methods refuse such a law outside a control.",
    controls=(
        Control("fair signs", "a centred law biases neither", observe=lambda s, rng: _biases(s, rng, (-1.0, 1.0))),
        Control(
            "targets exchanged", "the pair is exact for f, not for F", expect=lambda setting: [0.0, 1.0, -1.0, 0.0]
        ),
    ),
)
