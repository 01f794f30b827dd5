r"""From $z+\rho x_0$, $x_0$ generic, SAM follows its orbit on the quadratic and reaches the bounce in as many steps."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal, WithinInterval
from flatlab.methods import GD
from flatlab.objectives import gradient
from paper_checks.bartlett2023.problems.bounces import MANY, SHORT, pooled_order, replicates
from paper_checks.bartlett2023.problems.generic_starts import (
    GENERIC,
    GENERIC_CORNER,
    ON_THE_BOUNCE,
    distance,
    generic_start,
    gradient_norm,
)
from paper_checks.bartlett2023.problems.quadratic import STABLE

NEAR = 1e-6  # a + rho at which steps are counted, in units of 2 - h where that is below 1
LONGEST = 3, 20  # times the number of steps that is stated, and so many more


def starts(seed, **setting):
    return replicates(lambda rng: generic_start(rng, **setting), seed, pooled=2)


def order(method=None, moved=True):
    """Observe the order in rho of ``w_t - z - rho x_t`` at the step t at which the orbit x_t is on the bounce."""

    def errors(one, reaches):
        for rho in map(one.bounce.rho, reaches):
            steps = max(one.steps, 1)
            end = one.bounce.path(rho, one.steps, method and method(one.bounce.eta), every=steps, start=one.x)[-1]
            yield end - one.bounce.frame.minimum - rho * (one.end if moved else one.x)

    def observe(found, rng):
        h = found[0][0].bounce.h
        reaches = SHORT / 10 * min(1.0, 2 * h, 2 - h)  # errors add up along the way, which takes 1 / h steps and more
        return pooled_order(found, lambda one: errors(one, reaches), reaches)

    return observe


def one_start(seed, **setting):
    return generic_start(np.random.default_rng(seed), **setting)


def steps(one, rng, method=None):
    """Return the first step at which a run is on the bounce."""
    bounce = one.bounce
    rho = bounce.rho(NEAR * min(1.0, 2 - bounce.h))
    path = bounce.path(rho, LONGEST[0] * one.steps + LONGEST[1], method and method(bounce.eta), start=one.x)
    u = np.empty_like(path)
    for w, slope in zip(path, u):
        gradient(bounce.objective, w, slope)
    reached = distance(u @ bounce.frame.eigenvectors, rho * gradient_norm(bounce)) <= ON_THE_BOUNCE
    return int(np.argmax(reached)) if reached.any() else len(path)


SHARED = {"source": "Generic starts", "origin": "derived", "domain": GENERIC, "hypotheses": STABLE}
CLAIMS = (
    Claim(
        id="bartlett2023/generic-start",
        title="from a generic start SAM follows the quadratic to the bounce",
        statement=r"""Let $x_t$ be SAM's orbit with $\rho=1$ on the quadratic of $H$ from a generic $x_0$. From
            $w_0=z+\rho x_0$ SAM has $w_t=z+\rho x_t+O(\rho^2)$ for every fixed $t$.""",
        kind="rate",
        relation=WithinInterval(0.25),
        problem=starts,
        observe=order(),
        expect=2,
        corners=(GENERIC_CORNER,),
        quick=1,
        full=40,
        seconds=0.2,
        few=MANY,
        note="""Generic: |u_1| stays above a twentieth of b_1. Observed: the order in rho at the step at which x_t
            comes within a hundredth of the bounce, over twenty random problems.""",
        controls=(
            Control("gradient descent", "it nears the minimum: an error of order 1", observe=order(GD)),
            Control("no motion", "the start is of order 1 away from the bounce", observe=order(moved=False)),
        ),
        **SHARED,
    ),
    Claim(
        id="bartlett2023/steps-to-the-bounce",
        title="steps from a generic start to the bounce",
        statement=r"""For small $\rho$ SAM from $z+\rho x_0$, $x_0$ generic, is within a hundredth of the bounce after
            as many steps as the orbit $u_{t+1}=A(|u_t|)u_t$ from $Hx_0$: $||u_1|/b_1-1|$ and the tangent of the angle
            to $v_1$ are at most $0.01$.""",
        kind="equality",
        relation=Equal(atol=1),
        problem=one_start,
        observe=steps,
        expect=lambda one: one.steps,
        corners=(GENERIC_CORNER,),
        quick=9,
        full=200,
        seconds=0.015,
        note="Tolerance: a tie within O(rho) moves the count by one.",
        controls=(Control("gradient descent", "it never bounces", observe=lambda one, rng: steps(one, rng, GD)),),
        **SHARED,
    ),
)
