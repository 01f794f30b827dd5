r"""On $X^*$ the gradient of $\mathrm{tr}\circ\Phi$ is the projection of that of $\mathrm{tr}$ along the minima."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice
from flatlab.evidence.relations import Close
from flatlab.geometry.limit_map import certificate, trace_gradient_along
from flatlab.objectives import trace_gradient
from paper_checks.ahn2024.problems.attracted import SMOOTH, attracted


def observe(p, rng):
    """Return the gradient of h at the limit by differences, and its length."""
    found = p.limit_trace_gradient(p.minimum)
    return found, [np.linalg.norm(found)]


def expect(p, factor=1):
    minimum = p.minimum
    along = trace_gradient_along(p.objective, minimum) / minimum.size
    return factor * along, [factor * certificate(p.objective, minimum)]


def unprojected(p, rng):
    whole = trace_gradient(p.objective, p.minimum) / p.w.size
    return whole, [np.linalg.norm(whole)]


CLAIM = Claim(
    id="ahn2024/certificate",
    title="the certificate is the projected gradient of the trace",
    statement=r"""On $X^*$: $\nabla(\overline{\mathrm{tr}}\circ\Phi)=P_T\nabla\mathrm{tr}\,\nabla^2f/d$, $P_T$ the
        projector on the kernel of the Hessian; the certificate is its length.""",
    source="Limit map and certificate",
    origin="derived",
    kind="equality",
    relation=Close(atol=1e-8),
    problem=attracted,
    observe=observe,
    expect=expect,
    domain={"problem": Choice(SMOOTH), "seed": SEED},
    corners=tuple({"problem": name, "seed": 4} for name in SMOOTH),
    quick=1,
    full=195,
    note="Observed: differences of the trace at the limit, of eighth order, as a vector and by its length.",
    controls=(
        Control("trace not divided by d", "the definition is normalised", expect=lambda p: expect(p, p.w.size)),
        Control(
            "no projection",
            "part of the gradient points across the minima",
            observe=unprojected,
            change=lambda s: None if s.problem == "parabola" else s,
        ),
    ),
)
