r"""Near the top cycle a small component on $e_i$, $i>1$, has the factor $m_i=1-h_i-(2-h)(\lambda_i/\lambda_1)^2$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.intervals import settled_factor
from flatlab.evidence.relations import Equal
from paper_checks.bartlett2023.problems.quadratic import FEW, FEW_CORNERS, REACHES, late, quadratic

NONE = [0.0]  # where no coordinate is visible


def visible(p):
    """Return the coordinates whose own decay can still be seen once the amplitude has settled to 1e-12."""
    others = np.abs(p.theory.multipliers())[1:]
    settle = -np.log(max(abs(1 - p.h), others.max() ** 2, 1e-12))
    with np.errstate(divide="ignore"):
        lifetimes = 600 / -np.log(others)
    return 1 + np.flatnonzero((lifetimes > 60 / settle) & (others > 1e-3) & (lifetimes < 5e5))


def factors(p, rng):
    """Restart on the settled cycle with one small component: the others cannot disturb its ratio."""
    settled, found = late(p)[0], []
    for i in visible(p):
        start = p.axis(0, settled[0]) + p.axis(i, 1e-9 * p.radius)
        found.append(settled_factor(trajectory(p.sam, p.objective, start, steps=40)[:, i]))
    return found or NONE


def stated(p):
    return list(p.theory.multipliers()[visible(p)]) or NONE


def any_visible(s):
    return s if visible(quadratic(**s)).size else None


CLAIM = Claim(
    id="bartlett2023/rate",
    title="factor of a small component near the top cycle",
    statement=r"Near the top cycle $w_{t+1,i}/w_{t,i} \to m_i = 1-h_i-(2-h)(\lambda_i/\lambda_1)^2$ for $i>1$.",
    source="Multipliers of a two-cycle",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-9, atol=1e-12),
    problem=quadratic,
    observe=factors,
    expect=stated,
    domain=FEW,
    corners=FEW_CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=200,
    note="""Measured coordinate by coordinate: two nearly equal multipliers spoil a fitted overall rate. A coordinate
        that decays too fast or too slowly to be seen is left out.""",
    controls=(
        Control(
            "rate of gradient descent",
            "SAM's multipliers differ by the ascent term",
            expect=lambda p: 1 - p.eta * p.eigenvalues[visible(p)],
            change=any_visible,
        ),
        Control(
            "rho in the rate",
            "the rate is the same for every radius",
            expect=lambda p: [(1 + p.rho) * m for m in stated(p)],
            change=any_visible,
        ),
    ),
)
