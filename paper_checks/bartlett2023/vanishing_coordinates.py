r"""A step zeroes $w_1$ from $|\Lambda w|=\eta\rho\lambda_1^2/(1-h)$ and $ce_i$ from $c=\eta\rho\lambda_i/(1-h_i)$."""

from functools import partial

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.enclosures import critical_norm, onto_minimum
from paper_checks.bartlett2023.problems.quadratic import CORNERS, SEVERAL, quadratic

CRITICAL = {
    "domain": {**SEVERAL, "h": Uniform(0.002, 0.998)},
    "corners": tuple({**corner, "h": 0.5} for corner in CORNERS),
    "hypotheses": {"eta times the largest eigenvalue is below 1": lambda s: 0 < s.h < 1},
    "quick": 20,
    "full": 500,
    "seconds": 0.002,
}


def at_critical_norm(factor=1.0, **setting):
    """Return a quadratic with a start whose gradient has ``factor`` times the critical norm."""
    p = quadratic(**setting)
    return p._replace(start=p.start * (factor * p.theory.critical_norm / np.linalg.norm(p.gradient)))


def on_axis(factor=1.0, **setting):
    """Return a quadratic with a start at ``factor`` times the point of an axis that a step sends to the minimum."""
    p = quadratic(**setting)
    j = setting["seed"] % setting["d"]
    eigenvalue = p.eigenvalues[j]
    return p._replace(start=p.axis(j, factor * p.eta * p.rho * eigenvalue / (1 - p.eta * eigenvalue)))


def after(p):
    return trajectory(p.sam, p.objective, p.start, steps=1)[1]


CLAIMS = (
    Claim(
        id="bartlett2023/critical-norm",
        title="one gradient norm zeroes the first coordinate",
        statement=r"For $h<1$ a step from $|\Lambda w| = s^* = \eta\rho\lambda_1^2/(1-h)$ sends $w_1\neq0$ to 0.",
        source="Theorem A: which starts converge",
        origin="derived",
        kind="equality",
        relation=Equal(atol=1e-14),
        problem=at_critical_norm,
        observe=lambda p, rng: abs(after(p)[0] / p.start[0]),
        expect=0,
        **CRITICAL,
        note="Observed: the size of w_1 after the step, in units of that before.",
        enclosure=critical_norm.ENCLOSURE,
        controls=(
            Control("a thousandth off", "the factor is (1 - h) (1 - s*/s)", problem=partial(at_critical_norm, 1.001)),
            Control(
                "h instead of 1 - h",
                "s* has 1 - h in its denominator",
                problem=lambda h, **setting: at_critical_norm((1 - h) / h, h=h, **setting),
                change=lambda s: s if abs(s.h - 0.5) > 1e-3 else None,
            ),
        ),
    ),
    Claim(
        id="bartlett2023/onto-minimum",
        title="an axis point that a step sends onto the minimum",
        statement=r"""From $w = c\,e_i$ with $c = \eta\rho\lambda_i/(1-h_i)$, $h_i<1$, the next iterate is 0, where
            SAM has no direction.""",
        source="Theorem A: which starts converge",
        origin="derived",
        kind="equality",
        relation=Equal(atol=1e-14),
        problem=on_axis,
        observe=lambda p, rng: np.linalg.norm(after(p)) / np.linalg.norm(p.start),
        expect=0,
        **CRITICAL,
        note="Observed: the distance from the minimum after the step, in units of that before.",
        enclosure=onto_minimum.ENCLOSURE,
        controls=(Control("a thousandth off", "the point is isolated on its axis", problem=partial(on_axis, 1.001)),),
    ),
)
