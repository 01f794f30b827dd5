r"""Of all starts of length $R$ the one along $e_d$ has the largest $J$, and with it the largest $S$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.random_start import ON_SPHERE, sphere

DRAWS = 40
PLAIN = {"d": 3, "h": 1.3, "rho": 0.1, "gap": 0.3, "flat": 0.1, "top": 1.0, "norm": 0.6, "seed": 1}


def largest(case, rng, shorter=False):
    """Return the largest S over drawn starts and those along the eigenvectors; shorter, of all lengths up to R."""
    p, start = case.p, case.start
    points = np.vstack([rng.standard_normal((DRAWS, p.eigenvalues.size)), np.eye(p.eigenvalues.size)])
    points *= start.radius / np.linalg.norm(points, axis=1, keepdims=True)
    if shorter:
        points *= rng.uniform(0.0, 1.0, (len(points), 1))
    return max(p.hidden.summability_bound(p.eigenvalues * point) for point in points)


CLAIM = Claim(
    id="bartlett2023/highest-start",
    title="the start along e_d is the highest of its length",
    statement=r"""Let $h<2$, and for $h<1$ $\lambda_1R<s^*$. Over all starts with $|w_0|=R$ the largest
        $S=2(J(u_0)+b_1/2)/(\eta^2\rho)$ is that of $Re_d$,
        $\frac1{\eta^2\rho}\big(\frac{(\lambda_dR-b_d)^2}{b_d}+b_1-b_d\big)$.""",
    source="Random starts to the cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9),
    problem=sphere,
    observe=largest,
    expect=lambda case: case.start.summability,
    fixed={"failure": 0.5, "tolerance": 1e-3},
    domain={name: values for name, values in ON_SPHERE.items() if name != "tolerance"},
    corners=(PLAIN, {**PLAIN, "h": 0.4, "norm": 3.0}),
    quick=6,
    full=200,
    seconds=0.004,
    note="Observed: the largest S over 40 drawn starts and the d eigenvectors.",
    controls=(
        Control(
            "shorter starts as well",
            "near 0, where J has a local maximum, S is larger than on a small sphere",
            observe=lambda case, rng: largest(case, rng, shorter=True),
            change={**PLAIN, "flat": 0.9, "norm": 0.1},
        ),
    ),
)
