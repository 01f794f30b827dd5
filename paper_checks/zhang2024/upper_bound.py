r"""Upper bound $E|\nabla F(W_t)|^2\le A+\sqrt{A^2+2AV/k}$, $A=CD^2/T$, on quadratics with exact second moments."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024.enclosures.upper_bound_quadratic import ENCLOSURE
from paper_checks.zhang2024.problems.quadratic import DOMAIN, ONE_SIDED, PLAIN, quadratic


def steps_on_quadratic(T, **setting):
    """Return a quadratic and the number of steps."""
    return quadratic(**setting), T


def observe(case, rng):
    p, T = case
    return p.means(T)


def beyond(case, rng):
    """Take a step of 1.9/C, beyond the one that the bound is best at."""
    p, T = case
    return p.means(T, 1.9 / p.eigenvalues.max())


def expect(case):
    p, T = case
    return [p.bound(T)] * 2


def parts(case):
    """Return C D^2/T and V/k."""
    p, T = case
    return p.eigenvalues.max() * p.gap / T, p.bound_variance


def without_root(case):
    first, v = parts(case)
    return [2 * v / case[1] + 2 * first] * 2


def without_first(case):
    first, v = parts(case)
    return [np.sqrt(first**2 + 2 * first * v)] * 2


BOWL = {**PLAIN, "d": 1, "condition": 1.0}
CLAIM = Claim(
    id="zhang2024/upper-bound-quadratic",
    title="upper bound, quadratics",
    statement=r"""At $1/\eta=C/2+\sqrt{C^2/4+CVT/(2kD^2)}$: $E|\nabla F(W_t)|^2 \le A+\sqrt{A^2+2AV/k}$, $A=CD^2/T$,
        $V=\sigma^2+C^2H(P)$, for $t$ uniform on $1..T$ and on $0..T-1$.""",
    source="Upper bound",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-12, tight_within=1.01),
    problem=steps_on_quadratic,
    observe=observe,
    expect=expect,
    domain={**DOMAIN, "T": Whole(1, 100_000, log=True)},
    corners=(
        *({**PLAIN, "k": k, "T": T} for k in (1, 4, 16) for T in (100, 100_000)),
        {**ONE_SIDED, "T": 1000},
        {**BOWL, "oracle": 1.0, "weight": 3.0, "estimator": "one point", "T": 100_000},
        {**BOWL, "oracle": 0.01, "weight": 0.0, "T": 1},
    ),
    quick=20,
    full=1000,
    note="""Exact second moments, no sampling error and no slack. The root is needed: the authors' poster prints the
        rate as 1/(kT). One-sided points on one curvature come within a percent of the bound.""",
    enclosure=ENCLOSURE,
    seconds=0.0014,
    controls=(
        Control(
            "a step beyond 1/C",
            "the noise floor does not fall with T",
            observe=beyond,
            change={"T": 100_000, "oracle": 1.0, "weight": 0.1},
        ),
        Control(
            "nine tenths of the bound",
            "the bound is reached with and without noise",
            expect=lambda case: [0.9 * bound for bound in expect(case)],
            everywhere=False,
        ),
        Control(
            "no root",
            "2 V/(kT) in place of the root of 2 C D^2 V/(kT) is exceeded",
            expect=without_root,
            change={"T": 100_000, "oracle": 1.0, "weight": 0.1},
        ),
        Control(
            "one of two first terms",
            "without noise 2 C D^2/T is reached in one step",
            expect=without_first,
            change={**BOWL, "oracle": 0.01, "weight": 0.0, "T": 1},
        ),
    ),
)
