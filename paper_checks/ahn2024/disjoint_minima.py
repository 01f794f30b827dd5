r"""For $f=(xy-1)^2/2$ the minima of $f$ and those of its trace $x^2+y^2$ are disjoint."""

from functools import partial

import numpy as np
from scipy.optimize import minimize

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Equal
from flatlab.geometry.limit_map import closed_limit
from flatlab.objectives import Product, hessian, hessian_trace, value
from paper_checks.ahn2024.enclosures.disjoint_minima import ENCLOSURE

HYPERBOLA = Product(2)


def trace(w):
    return hessian_trace(HYPERBOLA, w)


def trace_on_minima(w):
    return hessian_trace(HYPERBOLA, closed_limit(HYPERBOLA, w)) + value(HYPERBOLA, w)


def observe(s, rng, search=trace):
    """Return the minimiser's size, the loss there, and the smallest curvature of f there."""
    found = minimize(search, [s.x, s.y], method="BFGS", options={"gtol": 1e-10}).x
    return np.linalg.norm(found), value(HYPERBOLA, found), np.linalg.eigvalsh(hessian(HYPERBOLA, found))[0]


CLAIM = Claim(
    id="ahn2024/disjoint-minima",
    title="minima of f and minima of the trace may be disjoint",
    statement=r"""For $f=(xy-1)^2/2$ the trace $x^2+y^2$ has its only minimum at the origin, a saddle of $f$ with
        $f=1/2$ and curvature $-1$.""",
    source=("What the paper states", "The hyperbola"),
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-7),
    observe=observe,
    expect=(0, 0.5, -1),
    domain={"x": Uniform(0.2, 2.0), "y": Uniform(0.2, 2.0)},
    quick=5,
    full=200,
    seconds=0.01,
    note="That the two sets may be disjoint is the paper's; the instance is ours.",
    controls=(
        Control("trace along the minima", "its minimum is at (1, 1)", observe=partial(observe, search=trace_on_minima)),
    ),
    enclosure=ENCLOSURE,
)
