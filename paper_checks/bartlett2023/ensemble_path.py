r"""Each replicate of an ensemble follows $u_{t+1}=u_t-\eta\rho\Lambda^2\nabla J(u_t)$ step by step."""

import numpy as np

from flatlab import ensemble
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import Equal
from flatlab.methods import GD
from paper_checks.bartlett2023.problems.quadratic import ANY_STEP, quadratic

STEPS = (1, 2, 5)


def replicates(starts, **setting):
    """Return a quadratic with several starts of the same size."""
    p = quadratic(**setting)
    draws = np.random.default_rng([setting["seed"], 1]).standard_normal((starts, p.start.size))
    return p, np.linalg.norm(p.start) * draws / np.linalg.norm(draws, axis=1, keepdims=True)


def size(p, start, t):
    """Return the largest term, which sets the rounding."""
    return (np.abs(p.eigenvalues * start).max() + p.eta * p.rho * p.eigenvalues[0] ** 2) * max(1.0, p.h) ** t


def observe(case, rng, method=None):
    p, starts = case
    ends = [ensemble(method or p.sam, p.objective, starts, steps=t) for t in STEPS]
    sizes = [[size(p, start, t) for start in starts] for t in STEPS]
    return np.ravel(np.array(ends) * p.eigenvalues / np.array(sizes)[..., None])


def stated(case):
    p, starts = case
    found = {t: [] for t in STEPS}
    for start in starts:
        u = p.eigenvalues * start
        for t in range(1, STEPS[-1] + 1):
            u = p.hidden.step(u)
            if t in found:
                found[t].append((-1) ** t * u / size(p, start, t))
    return np.ravel([found[t] for t in STEPS])


CLAIM = Claim(
    id="bartlett2023/ensemble-path",
    title="an ensemble takes the steps of SAM",
    statement=r"""For every replicate of an ensemble $\Lambda w_t=(-1)^tu_t$ with
        $u_{t+1}=u_t-\eta\rho\Lambda^2\nabla J(u_t)$, at $t=1,2,5$.""",
    source="The hidden objective J",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-11),
    problem=replicates,
    observe=observe,
    expect=stated,
    fixed={"starts": 40},
    domain={**ANY_STEP, "d": Whole(1, 200, log=True), "gap": ANY_STEP["gap"]},
    quick=8,
    full=200,
    note="Observed: every entry of the gradients in units of the largest term.",
    controls=(
        Control(
            "gradient descent", "GD has other iterates", observe=lambda case, rng: observe(case, rng, GD(case[0].eta))
        ),
    ),
)
