r"""On a network $F-f=(s^2/2)\operatorname{tr}\nabla^2f+O(s^4)$: what a pair leaves beside its quadratic form."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform
from flatlab.evidence.intervals import power_law_slope
from flatlab.evidence.relations import WithinInterval
from flatlab.objectives import value
from paper_checks.zhang2024.problems.dense_hessian import curved_network

SCALES = 0.001 * 2.0 ** np.arange(5)
REPLICATES, DRAWS = 20, 3


def exponent(p, rng, matrix=None, both=True):
    """Return the exponent in s of the root mean square of (f(w+sU) + f(w-sU))/2 - f(w) - s^2 U'HU/2."""
    matrix, here = p.dense if matrix is None else matrix, value(p.network, p.w)
    rows = []
    for _ in range(REPLICATES):
        pushes = rng.standard_normal((DRAWS, p.w.size))
        forms = np.einsum("ni,ij,nj->n", pushes, matrix, pushes)
        rests = []
        for s in SCALES:
            one, other = ([value(p.network, p.w + sign * s * u) - here for u in pushes] for sign in (1, -1))
            gaps = (np.array(one) + other) / 2 if both else np.array(one)
            rests.append(np.sqrt(np.mean((gaps - s**2 * forms / 2) ** 2)))
        rows.append(rests)
    return power_law_slope(SCALES, rows)


CLAIM = Claim(
    id="zhang2024/network-smoothing",
    title="on a network the noise adds half the trace up to fourth order",
    statement=r"""$\tfrac12[f(w+U)+f(w-U)]-f(w)-\tfrac12U^\top\nabla^2f\,U$ is of order $s^4$ in root mean square on a
        network, so $F-f=(s^2/2)\operatorname{tr}\nabla^2f+O(s^4)$: the exponent is 4.""",
    source="Gaussian smoothing",
    origin="derived",
    kind="rate",
    relation=WithinInterval(tolerance=0.15),
    problem=curved_network,
    observe=exponent,
    expect=4,
    domain={
        "activation": Choice(("tanh", "gelu")),
        "loss": Choice(("squared", "cross-entropy")),
        "scale": Uniform(0.5, 1.0),
        "seed": SEED,
    },
    quick=2,
    full=40,
    seconds=0.055,
    few="600 losses of a network and its dense Hessian, three times",
    note=f"s = {SCALES[0]:g} to {SCALES[-1]:g}. By Jensen's inequality the mean is no larger.",
    controls=(
        Control("one point", "its first-order term stays", observe=lambda p, rng: exponent(p, rng, both=False)),
        Control(
            "Gauss-Newton matrix",
            "it is not the whole Hessian",
            observe=lambda p, rng: exponent(p, rng, matrix=p.gauss_newton),
        ),
    ),
)
