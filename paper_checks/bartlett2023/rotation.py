r"""SAM commutes with rotations: with Hessian $Q\Lambda Q^\top$ a step takes $Qw$ to $Q$ times the step from $w$."""

from functools import partial

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Close
from flatlab.objectives import DenseQuadratic
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, quadratic

STEPS = 3


def rotated(**setting):
    """Return a quadratic and a random rotation."""
    p = quadratic(**setting)
    return p, np.linalg.qr(np.random.default_rng([setting["seed"], 1]).standard_normal((p.start.size, p.start.size)))[0]


def size(p):
    """Return the largest term of the first steps, which sets the rounding."""
    return (np.linalg.norm(p.start) + p.rho) * max(1.0, p.h) ** STEPS


def observe(case, rng, turned=True):
    """Return the first iterates, turned back, in units of the largest term."""
    p, basis = case
    hessian = (basis * p.eigenvalues) @ basis.T
    start = basis @ p.start if turned else p.start
    path = trajectory(p.sam, DenseQuadratic((hessian + hessian.T) / 2), start, steps=STEPS)
    return path[1:] @ basis / size(p)


def stated(case):
    """Return the iterates of the recursion of J."""
    p, found = case[0], []
    u = p.gradient
    for t in range(1, STEPS + 1):
        u = p.hidden.step(u)
        found.append((-1) ** t * u / p.eigenvalues / size(p))
    return found


CLAIM = Claim(
    id="bartlett2023/rotation",
    title="SAM commutes with rotations",
    statement=r"""With Hessian $Q\Lambda Q^\top$, $Q$ orthogonal, the iterates from $Qw_0$ are $Qw_t$ with $w_t$
        those of $\Lambda$ from $w_0$: $\Lambda w_t=(-1)^tu_t$, $u_{t+1}=u_t-\eta\rho\Lambda^2\nabla J(u_t)$.""",
    source=("Setting and two-cycle", "The hidden objective J"),
    origin="derived",
    kind="equality",
    relation=Close(atol=1e-9),
    problem=rotated,
    observe=observe,
    expect=stated,
    domain={**ANY_STEP, "d": Whole(2, 60, log=True), "flat": ANY_STEP["flat"], "scale": ANY_STEP["scale"]},
    hypotheses={
        "a step does not pass the minimum too closely": lambda s: (
            min(np.linalg.norm(p.hidden.step(p.gradient)) for p in [quadratic(**s)]) > 1e-3 * s.top * s.rho * s.scale
        )
    },
    quick=20,
    full=300,
    seconds=0.002,
    note="Observed: three iterates in units of the largest term. Rounding turns small gradients.",
    controls=(
        Control("the start is not turned", "only both together give the same", observe=partial(observe, turned=False)),
    ),
)
