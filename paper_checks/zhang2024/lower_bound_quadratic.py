r"""L1: $\min_{1\le t\le T}E|\nabla F(W_t)|^2\ge\min\{2qCD^2,[\sqrt{2q}-q\sqrt\nu/4]D\sqrt{C\sigma^2/(kT)}\}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Whole
from flatlab.evidence.relations import AtLeast, Equal
from flatlab.theory.noise import best_step
from paper_checks.zhang2024.enclosures import lower_bound_attained, lower_bound_quadratic
from paper_checks.zhang2024.problems.descent import DOMAIN, PLAIN, SCALES, STABLE, FixedStep, fixed_step, noisy_descent


def nu_and_descent(nu, **setting):
    return nu, noisy_descent(nu=nu, **setting)


def least_over_steps(case, rng, start="warm"):
    """Return the least value over a grid of step sizes around the best one."""
    nu, descent = case
    c = descent.smoothness
    best = best_step(nu, descent.steps, start).eta
    grid = [eta for eta in best * np.geomspace(0.1, 10.0, 41) / c if eta * c < 2]
    return min(FixedStep(eta, descent).minimum(start) for eta in grid)


CLAIMS = (
    Claim(
        id="zhang2024/lower-bound-quadratic",
        title="L1: a quadratic against every fixed step size",
        statement=r"""For every $\eta\in(0,2/C)$ a quadratic has $\min_{1\le t\le T}E|\nabla F(W_t)|^2 \ge
            \min\{2qCD^2, [\sqrt{2q}-q\sqrt\nu/4]\,D\sqrt{C\sigma^2/(kT)}\}$.""",
        source=("L1", "What the authors state"),
        origin="derived",
        kind="lower bound",
        relation=AtLeast(slack=1e-9, tight_within=1.015),
        problem=fixed_step,
        observe=lambda p, rng: p.minimum(),
        expect=lambda p: p.descent.warm_quadratic,
        domain={**DOMAIN, "nu": LogUniform(1e-6, 30.0)},
        corners=tuple(
            {**PLAIN, "T": T, "nu": nu, "h": h}
            for T, nu, h in (
                (1000, 0.01, 0.0086),
                (1, 0.5, 1.0),
                (100, 3.0, 1.999),
                (1000, 1e-6, 1e-4),
                (10_000, 0.01, 0.00086),
                (1000, 20.0, 1e-4),  # where the second branch alone is too much
            )
        ),
        hypotheses=STABLE,
        quick=30,
        full=2000,
        note="""Exact second moments, from the stationary law of the noisy direction. The authors' poster (eq. 5)
            states a bound of this order for some convex quadratic. How near the first branch comes is the
            subject of zhang2024/lower-bound-first-branch.""",
        enclosure=lower_bound_quadratic.ENCLOSURE,
        seconds=0.0028,
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
    ),
    Claim(
        id="zhang2024/lower-bound-attained",
        title="the best step size attains L1 to 1.5%",
        statement=r"""The step size that does best on the instance built against it comes within 1.5% of L1 for
            $\nu\le0.8$ and $T\sqrt\nu\ge30$.""",
        source="L1",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=0.015),
        problem=nu_and_descent,
        observe=least_over_steps,
        expect=lambda case: case[1].warm_quadratic,
        domain={
            **SCALES,
            "T": Whole(1000, 10_000, log=True),
            "k": Whole(1, 16, log=True),
            "nu": LogUniform(1e-3, 0.8),
        },
        corners=({**PLAIN, "T": 1000, "nu": 0.01}, {**PLAIN, "T": 1000, "nu": 0.8}),
        hypotheses={"nu is at most .8 and T sqrt(nu) at least 30": lambda s: s.nu <= 0.8 and s.T * s.nu**0.5 >= 30},
        quick=1,
        full=20,
        seconds=0.06,
        few="a search for the best step size, twice",
        note="""Both limits matter: the best step has eta C = .86/(T sqrt(nu)), and L1 takes 1/(2 - eta C) for 1/2; from
            nu = .92 on the other branch is the smaller one.""",
        enclosure=lower_bound_attained.ENCLOSURE,
        controls=(
            Control(
                "cold start",
                "the cold instance is easier",
                observe=lambda case, rng: least_over_steps(case, rng, "cold"),
                change=lambda s: s if s.nu == 0.01 else None,
            ),
        ),
    ),
)
