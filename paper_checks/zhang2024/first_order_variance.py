r"""On a quadratic the mean of $f(w+U)-f(w)$ over $\pm U$ loses the first-order variance $s^2|\nabla f|^2$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.geometry.smoothing import quadrature_expectation
from flatlab.objectives import DenseQuadratic, value
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.enclosures.first_order_variance import ENCLOSURE
from paper_checks.zhang2024.problems.estimators import DENSE, DENSE_CORNERS, dense


def variances(p, rng):
    """Return the variances of the one-point and of the paired estimate of F - f, by an exact quadrature."""
    objective = DenseQuadratic(p.matrix)
    here = value(objective, p.w)

    def powers(u):
        one = value(objective, p.w + u) - here
        both = (one + value(objective, p.w - u) - here) / 2
        return np.array([one, one**2, both, both**2])

    one, squared, both, both_squared = quadrature_expectation(powers, p.w.size, p.s, 3)
    return [squared - one**2, both_squared - both**2]


def of_two_points(p, rng):
    one, _ = variances(p, rng)
    return [one, one / 2]


def parity(p):
    return GaussianNoise(p.s).quadratic_value(p.matrix @ p.w, p.matrix)


CLAIM = Claim(
    id="zhang2024/first-order-variance",
    title="the pair removes the first-order variance of the penalty",
    statement=r"""On a quadratic $f(w+U)-f(w)$ has variance $s^2|\nabla f|^2 + (s^4/2)|A|_F^2$; its mean over $\pm U$
        has $(s^4/2)|A|_F^2$ only.""",
    source=("What the authors state", "Variance of the value estimators"),
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=dense,
    observe=variances,
    expect=lambda p: [parity(p).one_point(), parity(p).pair()],
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=8,
    full=200,
    seconds=0.0025,
    note="The abstract of v4 says that the first-order term goes; the two variances are derived here.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "two independent points",
            "they keep half of the first-order term",
            observe=of_two_points,
        ),
        Control(
            "no half",
            "the second-order term is s^4/2 times the squared norm",
            expect=lambda p: [parity(p).one_point(), 2 * parity(p).pair()],
        ),
    ),
)
