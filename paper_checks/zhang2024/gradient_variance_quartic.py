r"""On $\sum a_iw_i^4$ the pair's gradient has variance $\sum288a_i^2w_i^2s^4$, of order $s^4$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.theory.noise import GaussianNoise
from paper_checks.zhang2024.problems.estimators import SEPARABLE, SEPARABLE_CORNERS, one_sided, pair, separable


def variances(p, rng):
    return [p.variance(method, "quartic", rng) for method in (one_sided(p.s), pair(p.s))]


def stated(p, even=1.0):
    """Return both variances, with the even part of the gradient multiplied by ``even``."""
    parity = GaussianNoise(p.s).quartic_gradient(p.w, p.coefficients)
    parity = parity._replace(even=even * parity.even)
    return [parity.one_point(), parity.pair()]


CLAIM = Claim(
    id="zhang2024/gradient-variance-quartic",
    title="on a quartic the pair's variance is of order s^4",
    statement=r"""For $\sum a_iw_i^4$ the pair has $\sum 288a_i^2w_i^2s^4$; one point has $\sum
        16a_i^2(9w_i^4s^2+36w_i^2s^4+15s^6)$.""",
    source="Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-8),
    problem=separable,
    observe=variances,
    expect=stated,
    domain=SEPARABLE,
    corners=SEPARABLE_CORNERS,
    quick=6,
    full=100,
    note="Gaussian noise, by a quadrature that is exact for quartics, through one step of the method.",
    controls=(
        Control("odd part alone", "one point has the even part as well", expect=lambda p: stated(p, 0.0)),
        Control(
            "wrong moment", "E U^4 = 2 s^4 in place of 3 s^4 halves the even part", expect=lambda p: stated(p, 0.5)
        ),
    ),
)
