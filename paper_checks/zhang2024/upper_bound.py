r"""Upper bound $E|\nabla F(W_t)|^2\le\sqrt{8CD^2V/(kT)}+2CD^2/T$, on quadratics with exact second moments."""

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
    return p.mean(T)


def beyond(case, rng):
    """Take a step of 1.9/C, beyond what the descent lemma allows."""
    p, T = case
    return p.mean(T, 1.9 / p.eigenvalues.max())


def expect(case):
    p, T = case
    return p.bound(T)


def without_root(case):
    p, T = case
    return 8 * p.bound_variance / T + 2 * p.eigenvalues[0] * p.gap / T


CLAIM = Claim(
    id="zhang2024/upper-bound-quadratic",
    title="upper bound, quadratics",
    statement=r"""At $\eta=\min(1/C,\sqrt{2D^2k/(CVT)})$: $E|\nabla F(W_t)|^2 \le \sqrt{8CD^2V/(kT)} + 2CD^2/T$,
        $V=\sigma^2+C^2H(P)$, $t$ uniform on $1..T$.""",
    source="Upper bound",
    origin="derived",
    kind="upper bound",
    relation=AtMost(tight_within=4.0),
    problem=steps_on_quadratic,
    observe=observe,
    expect=expect,
    domain={**DOMAIN, "T": Whole(10, 100_000, log=True)},
    corners=(
        *({**PLAIN, "k": k, "T": T} for k in (1, 4, 16) for T in (100, 100_000)),
        {**ONE_SIDED, "T": 1000},
        {**PLAIN, "oracle": 0.01, "weight": 0.0, "T": 1},
    ),
    quick=20,
    full=1000,
    note="""Exact second moments, no sampling error and no slack. The root is needed: the authors' poster prints the
        rate as 1/(kT).""",
    enclosure=ENCLOSURE,
    seconds=0.005,
    controls=(
        Control(
            "a step beyond 1/C",
            "the noise floor does not fall with T",
            observe=beyond,
            change={"T": 100_000, "oracle": 1.0, "weight": 0.1},
        ),
        Control(
            "a quarter of the bound",
            "the bound is within a factor 3 of the truth",
            expect=lambda case: 0.25 * expect(case),
            everywhere=False,
        ),
        Control(
            "no root",
            "8 V/(kT) in place of the root of 8 C D^2 V/(kT) is exceeded",
            expect=without_root,
            change={"T": 100_000, "oracle": 1.0, "weight": 0.1},
        ),
    ),
)
