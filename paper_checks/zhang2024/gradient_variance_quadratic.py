r"""On a quadratic the one-point gradient has total variance $s^2|A|_F^2$, the pair 0."""

import itertools

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.methods.noise_laws import Scripted
from flatlab.objectives import DenseQuadratic
from paper_checks.zhang2024.problems.estimators import DENSE, DENSE_CORNERS, dense, estimates, one_sided, pair


def variances(p, rng):
    """Return the variances of one point and of the pair over all fair signs, in units of s^2 |A|_F^2."""
    objective, unit = DenseQuadratic(p.matrix), p.s**2 * np.sum(p.matrix**2)
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=p.w.size)))
    return [
        np.var([estimates(method, objective, p.w, Scripted(u), rng) for u in signs], axis=0).sum() / unit
        for method in (one_sided(p.s), pair(p.s))
    ]


CLAIM = Claim(
    id="zhang2024/gradient-variance-quadratic",
    title="on a quadratic the pair has no weight-noise variance",
    statement="""Under fair signs of size $s$ the one-point gradient has total variance $s^2|A|_F^2$ on a quadratic,
        the pair has 0.""",
    source="Variance of the gradient estimators",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-10),
    problem=dense,
    observe=variances,
    expect=(1, 0),
    domain=DENSE,
    corners=DENSE_CORNERS,
    quick=6,
    full=100,
    note="""In units of the one-point variance; all sign vectors, each through one step of the method. The proof holds
        for every law with independent coordinates of variance s^2.""",
    controls=(
        Control("half", "two points would halve it, one does not", expect=(0.5, 0)),
        Control("the pair as two points", "independent points keep half of the variance", expect=(1, 0.5)),
    ),
)
