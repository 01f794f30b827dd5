r"""From the bounce SAM drifts along the minima by $-\eta_{\rm eff}P\nabla\lambda_1$ a step, up to a higher order."""

from dataclasses import replace

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import WithinInterval
from flatlab.methods import GD
from flatlab.objectives import third_derivative
from paper_checks.bartlett2023.problems.bounces import (
    CURVED,
    CURVED_CORNERS,
    DISTANCES,
    MANY,
    NEAR_TWO,
    RAVINE_CORNERS,
    RAVINES,
    SHORT,
    curved,
    order_in_rho,
    ravines,
)
from paper_checks.bartlett2023.problems.quadratic import STABLE


def error(bounce, rho, steps, *, plain=False, tau=None, method=None):
    """Return ``P (w_steps - w_0) + steps eta_eff P tau``; plain, without the correction of eta_eff by the amplitude."""
    path = bounce.path(rho, steps, method and method(bounce.eta))
    size = bounce.eta * rho**2 / 2 if plain else bounce.cycle(rho).effective_step
    pull = bounce.frame.tau if tau is None else tau(bounce)
    return bounce.frame.projector @ (path[steps] - path[0] + steps * size * pull)


def orders(reaches, **breach):
    """Return what observes the orders of the error after one step and after two."""
    return lambda found, rng: [
        order_in_rho(found, lambda one, rho, n=n: error(one, rho, n, **breach), reaches) for n in (1, 2)
    ]


def second_eigenvector(bounce):
    return third_derivative(bounce.objective, bounce.frame.minimum, bounce.frame.eigenvectors[:, 1])


def trace(bounce):
    return sum(third_derivative(bounce.objective, bounce.frame.minimum, v) for v in bounce.frame.eigenvectors.T)


def breach(name, why, reaches, **changes):
    return Control(name, why, observe=orders(reaches, **changes))


def breaches(reaches):
    of_gd = "GD from the same point drifts with eta a^2/2, so the error is of order 2"
    return (
        replace(breach("gradient descent", of_gd, reaches, method=GD), change=lambda s: s if s.h < 1.8 else None),
        breach("amplitude correction dropped", "without (2/(2-h))^2 an error of order 2 remains", reaches, plain=True),
        breach("uphill", "the drift is down the sharpness", reaches, tau=lambda bounce: -bounce.frame.tau),
    )


CLAIMS = (
    Claim(
        id="bartlett2023/drift-in-a-ravine",
        title="drift of one and two steps in a ravine",
        statement=r"""On $a(y)x^2/2$ from the bounce, $y_n-y_0 = -n\,\eta_{\rm eff}a'(y_0)+O(\rho^4)$, $n=1,2$, with
            $\eta_{\rm eff}=2\eta\rho^2/(2-\eta\lambda_1)^2$.""",
        source=("What the authors state", "Drift law"),
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.25),
        problem=ravines,
        observe=orders(DISTANCES),
        expect=4,
        domain=RAVINES,
        corners=(*RAVINE_CORNERS, {"h": 1.99, "profile": "double-well", "seed": 3}),
        hypotheses=STABLE,
        quick=1,
        full=40,
        seconds=0.15,
        few=MANY,
        note="Observed: the order in rho of the error of the law, over six radii and ten random ravines.",
        controls=breaches(DISTANCES),
    ),
    Claim(
        id="bartlett2023/drift-on-a-curved-manifold",
        title="drift of one and two steps along a curved manifold of minima",
        statement=r"""For a generic $\frac12|F(w)|^2$ from the bounce,
            $P(w_n-w_0) = -n\,\eta_{\rm eff}P\nabla\lambda_1+O(\rho^3)$, $n=1,2$.""",
        source=("What the authors state", "Drift law"),
        origin="derived",
        kind="rate",
        relation=WithinInterval(0.25),
        problem=curved,
        observe=orders(SHORT),
        expect=3,
        domain=CURVED,
        corners=(*CURVED_CORNERS, NEAR_TWO),
        full_corners=({"h": 0.5, "model": "cubic", "d": 50, "m": 5, "seed": 3},),
        hypotheses=STABLE,
        quick=1,
        full=40,
        seconds=0.25,
        few=MANY,
        controls=(
            *breaches(SHORT),
            breach("second eigenvector", "another direction", SHORT, tau=second_eigenvector),
            breach("trace", "the drift lowers the largest eigenvalue, not the sum", SHORT, tau=trace),
        ),
    ),
)
