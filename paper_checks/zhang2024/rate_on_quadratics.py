r"""On a quadratic with a noisy oracle, at the bound's step, the mean of $E|\nabla F|^2$ falls as $(kT)^{-1/2}$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from paper_checks.zhang2024.problems.quadratic import DOMAIN, ONE_SIDED, PLAIN, quadratic

STEPS = tuple(10_000 * 9**j for j in range(3))
PAIRS = tuple(16**j for j in range(3))
T = 400_000


def slope_in_steps(p, rng, eta=None):
    return np.polyfit(np.log(STEPS), np.log([p.mean(T, eta) for T in STEPS]), 1)[0]


def slope_without_noise(p, rng):
    """Return the slope at half the step size that the bound has without noise, at which one step could be enough."""
    return slope_in_steps(p._replace(sigma=0.0, s=0.0, variances=0 * p.variances), rng, eta=0.5 / p.eigenvalues.max())


def quadratics(oracle, **setting):
    """Return one quadratic under each number of pairs; the oracle is the same for all."""
    return [quadratic(oracle=oracle / np.sqrt(k), k=k, **setting) for k in PAIRS]


def slope_in_pairs(problems, rng):
    return np.polyfit(np.log(PAIRS), np.log([p.mean(T) for p in problems]), 1)[0]


def without_k(setting):
    return {name: value for name, value in setting.items() if name != "k"}


def first_corner(setting):
    """Leave out all other settings: a control misses by many tolerances."""
    return setting if setting["weight"] == PLAIN["weight"] else None


CLAIMS = (
    Claim(
        id="zhang2024/rate-in-steps",
        title="the gradient falls as the root of 1/T",
        statement=r"""On a quadratic with a noisy oracle, at the bound's step size, the mean of
            $E|\nabla F(W_t)|^2$ over $t\le T$ falls as $T^{-1/2}$.""",
        source=("Upper bound", "Quadratic recursion"),
        origin="derived",
        kind="rate",
        relation=Equal(atol=0.03),
        problem=quadratic,
        observe=slope_in_steps,
        expect=-0.5,
        domain=DOMAIN,
        corners=(PLAIN, ONE_SIDED),
        quick=1,
        full=60,
        seconds=0.05,
        few="exact moments over millions of steps",
        note=f"""Exact second moments at T = {STEPS[0]} to {STEPS[-1]}; what is left of the 1/T term is inside the
            tolerance.""",
        controls=(
            Control("no noise", "without noise the slope is -1", observe=slope_without_noise, change=first_corner),
            Control(
                "a step size that does not shrink",
                "the noise floor does not fall with T",
                observe=lambda p, rng: slope_in_steps(p, rng, eta=1 / p.eigenvalues.max()),
                change=first_corner,
            ),
        ),
    ),
    Claim(
        id="zhang2024/rate-in-pairs",
        title="the gradient falls as the root of 1/k",
        statement=r"""On a quadratic with a noisy oracle and independent samples, at fixed $T$ and the bound's step
            size, the mean of $E|\nabla F(W_t)|^2$ over $t\le T$ falls as $k^{-1/2}$.""",
        source=("Upper bound", "Quadratic recursion"),
        origin="derived",
        kind="rate",
        relation=Equal(atol=0.03),
        problem=quadratics,
        observe=slope_in_pairs,
        expect=-0.5,
        domain=without_k(DOMAIN),
        corners=(without_k(PLAIN), without_k(ONE_SIDED)),
        quick=1,
        full=60,
        seconds=0.05,
        few="exact moments over millions of steps",
        note=f"Exact second moments at T = {T}, k = 1 to {PAIRS[-1]}; the step size stays below 1/C.",
        controls=(
            Control("rate 1/k", "the variance falls as 1/k, the gradient as its root", expect=-1),
            Control(
                "one sample for all",
                "then k does not lower the oracle's noise",
                observe=lambda problems, rng: slope_in_pairs(problems[:1] * len(PAIRS), rng),
                change=first_corner,
            ),
        ),
    ),
)
