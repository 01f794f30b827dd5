r"""Under weight noise the one-point gradient has the variance of odd and even part, the pair that of the even part."""

import itertools

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import DenseQuadratic
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.enclosures import gradient_variance_quadratic, gradient_variance_quartic
from paper_checks.zhang2024.problems.estimators import (
    DENSE,
    DENSE_CORNERS,
    SEPARABLE,
    SEPARABLE_CORNERS,
    dense,
    estimates,
    one_sided,
    pair,
    separable,
)


def on_quadratic(p, rng):
    """Return the variances of one point and of the pair over all fair signs, in units of s^2 |A|_F^2."""
    objective, unit = DenseQuadratic(p.matrix), GaussianNoise(p.s).quadratic_gradient(p.matrix).odd
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=p.w.size)))
    return [
        np.var([estimates(method, objective, p.w, Scripted(u), rng) for u in signs], axis=0).sum() / unit
        for method in (one_sided(p.s), pair(p.s))
    ]


def two_points_on_quadratic(p, rng):
    """Put the mean of two independent points in place of the pair."""
    one, _ = on_quadratic(p, rng)
    objective, unit = DenseQuadratic(p.matrix), GaussianNoise(p.s).quadratic_gradient(p.matrix).odd
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=2 * p.w.size)))
    both = [estimates(one_sided(p.s, 2), objective, p.w, Scripted(u), rng) for u in signs]
    return [one, np.var(both, axis=0).sum() / unit]


def on_quartic(p, rng, rival=None):
    return [p.variance(method, "quartic", rng) for method in (one_sided(p.s), rival or pair(p.s))]


def stated(p, even=1.0):
    """Return both variances, with the even part of the gradient multiplied by ``even``."""
    parity = GaussianNoise(p.s).quartic_gradient(p.w, p.coefficients)
    parity = parity._replace(even=even * parity.even)
    return [parity.one_point(), parity.pair()]


CLAIMS = (
    Claim(
        id="zhang2024/gradient-variance-quadratic",
        title="on a quadratic the pair has no weight-noise variance",
        statement="""Under fair signs of size $s$ the one-point gradient has total variance $s^2|A|_F^2$ on a
            quadratic, the pair has 0.""",
        source="Variance of the gradient estimators",
        origin="derived",
        kind="equality",
        relation=Equal(atol=1e-10),
        problem=dense,
        observe=on_quadratic,
        expect=(1, 0),
        domain=DENSE,
        corners=DENSE_CORNERS,
        quick=6,
        full=200,
        note="""In units of the one-point variance; all sign vectors, each through one step of the method. The proof
            holds for every law with independent coordinates of variance s^2.""",
        enclosure=gradient_variance_quadratic.ENCLOSURE,
        controls=(
            Control("half", "two points would halve it, one does not", expect=(0.5, 0)),
            Control(
                "the pair as two points",
                "independent points keep half of the variance",
                observe=two_points_on_quadratic,
            ),
        ),
    ),
    Claim(
        id="zhang2024/gradient-variance-quartic",
        title="on a quartic the pair's variance is of order s^4",
        statement=r"""For $\sum a_iw_i^4$ the pair has $\sum 288a_i^2w_i^2s^4$; one point has $\sum
            16a_i^2(9w_i^4s^2+36w_i^2s^4+15s^6)$.""",
        source="Variance of the gradient estimators",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-8),
        problem=separable,
        observe=on_quartic,
        expect=stated,
        domain=SEPARABLE,
        corners=SEPARABLE_CORNERS,
        quick=6,
        full=200,
        seconds=0.0027,
        note="Gaussian noise, by a quadrature that is exact for quartics, through one step of the method.",
        enclosure=gradient_variance_quartic.ENCLOSURE,
        controls=(
            Control(
                "the pair as two points",
                "independent points keep half of the odd part",
                observe=lambda p, rng: on_quartic(p, rng, one_sided(p.s, 2)),
            ),
            Control("odd part alone", "one point has the even part as well", expect=lambda p: stated(p, 0.0)),
            Control(
                "wrong moment", "E U^4 = 2 s^4 in place of 3 s^4 halves the even part", expect=lambda p: stated(p, 0.5)
            ),
        ),
    ),
)
