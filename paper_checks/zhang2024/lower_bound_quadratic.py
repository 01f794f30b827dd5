r"""L1: $\min_{1\le t\le T}E|\nabla F(W_t)|^2\ge\min\{2qCD^2,[\sqrt{2q}-q\sqrt\nu/4]D\sqrt{C\sigma^2/(kT)}\}$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import AtLeast
from paper_checks.zhang2024.problems.descent import DOMAIN, PLAIN, STABLE, fixed_step

CLAIM = Claim(
    id="zhang2024/lower-bound-quadratic",
    title="L1: a quadratic against every fixed step size",
    statement=r"""For every $\eta\in(0,2/C)$ a quadratic has $\min_{1\le t\le T}E|\nabla F(W_t)|^2 \ge \min\{2qCD^2,
        [\sqrt{2q}-q\sqrt\nu/4]\,D\sqrt{C\sigma^2/(kT)}\}$.""",
    source=("L1", "What the authors state"),
    origin="derived",
    kind="lower bound",
    relation=AtLeast(slack=1e-9, tight_within=1.015),
    problem=fixed_step,
    observe=lambda p, rng: p.minimum(),
    expect=lambda p: p.descent.warm_quadratic,
    domain=DOMAIN,
    corners=tuple(
        {**PLAIN, "T": T, "nu": nu, "h": h}
        for T, nu, h in (
            (1000, 0.01, 0.0086),
            (1, 0.5, 1.0),
            (100, 3.0, 1.999),
            (1000, 1e-6, 1e-4),
            (10_000, 0.01, 0.00086),
        )
    ),
    hypotheses=STABLE,
    quick=30,
    full=2000,
    note="""Exact second moments, from the stationary law of the noisy direction. The authors' poster (eq. 5) states a
        bound of this order for some convex quadratic.""",
    controls=(
        Control(
            "cold start",
            "without its stationary noise the instance is easy at early times",
            observe=lambda p, rng: p.minimum("cold"),
            everywhere=False,
            change={"T": 10_000, "nu": 0.01, "h": 0.02},
        ),
        Control(
            "3% more",
            "the bound is attained to 1.5%",
            expect=lambda p: 1.03 * p.descent.warm_quadratic,
            everywhere=False,
        ),
    ),
)
