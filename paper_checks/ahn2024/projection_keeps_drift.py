r"""Off the minima too $\partial\Phi\,\nabla f=0$: projecting off $\nabla f$ keeps the product with $\nabla h$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Equal
from flatlab.objectives import trace_gradient
from paper_checks.ahn2024.enclosures.projection_keeps_drift import ENCLOSURE
from paper_checks.ahn2024.problems.attracted import SMOOTH, attracted
from paper_checks.ahn2024.problems.gradients import gradient_at


def case(problem, seed):
    """Return the problem and a random vector."""
    p = attracted(problem, seed)
    return p, np.random.default_rng(seed + 1).standard_normal(p.w.size)


def steep(setting):
    """Return whether the differences that give the gradient of h are far above their rounding, about 1e-13."""
    p = attracted(**setting)
    return np.linalg.norm(p.limit_trace_gradient(p.w)) >= 1e-4


def cosines(along, gradient, u):
    """Return the cosine of two gradients, and the share of a vector's drift along the first that the second takes."""
    size = np.linalg.norm(along) * np.linalg.norm(gradient)
    projected = u - (u @ gradient) / (gradient @ gradient) * gradient
    return along @ gradient / size, along @ (projected - u) / (np.linalg.norm(along) * np.linalg.norm(u))


CLAIM = Claim(
    id="ahn2024/projection-keeps-drift",
    title="the projection takes nothing from the drift",
    statement=r"""$\partial\Phi(x)\nabla f(x)=0$ off the minima too, so
        $\langle\nabla(\overline{\mathrm{tr}}\circ\Phi),\mathrm{Proj}_\perp
        u\rangle=\langle\nabla(\overline{\mathrm{tr}}\circ\Phi),u\rangle$, judged where the gradient of
        $h=\overline{\mathrm{tr}}\circ\Phi$ is at least $10^{-4}$.""",
    source="Projection identity",
    origin="derived",
    kind="equality",
    relation=Equal(atol=1e-8),
    problem=case,
    observe=lambda c, rng: cosines(c[0].limit_trace_gradient(c[0].w), gradient_at(*c[0]), c[1]),
    expect=0,
    domain={"problem": Choice(SMOOTH), "seed": SEED},
    hypotheses={"the gradient of h is 1e-4 or more": steep},
    corners=tuple({"problem": name, "seed": 4} for name in SMOOTH),
    quick=2,
    full=195,
    note="""Observed: the cosine of the two gradients, and the share of a random vector's drift that the projection
        takes. One vector at one point; no method is run.""",
    controls=(
        Control(
            "trace at the point itself",
            "only the trace at the limit is constant along the flow",
            observe=lambda c, rng: cosines(trace_gradient(*c[0]), gradient_at(*c[0]), c[1]),
        ),
    ),
    enclosure=ENCLOSURE,
)
