r"""On its cycle SAM sits at its own edge: $\frac{|g|}{2\rho}(\sqrt{1+8\rho/(\eta|g|)}-1)=\lambda_1$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal
from flatlab.theory.sam import sam_edge
from paper_checks.bartlett2023.enclosures.edge_on_cycle import ENCLOSURE
from paper_checks.bartlett2023.problems.quadratic import CORNERS, DOMAIN, REACHES, late, quadratic, without_first


def edge(p, rng):
    """Return the edge at the gradient norm of a settled run."""
    return sam_edge(np.linalg.norm(p.eigenvalues * late(p)[0]), p.eta, p.rho)


CLAIM = Claim(
    id="bartlett2023/edge-on-cycle",
    title="on its cycle SAM sits at its own edge",
    statement=r"""$\mathrm{edge}(|g|) = \frac{|g|}{2\rho}\left(\sqrt{1+8\rho/(\eta|g|)}-1\right)$ equals $\lambda_1$
        at the settled gradient norm.""",
    source="SAM edge",
    origin="derived",
    kind="equality",
    relation=Equal(rtol=1e-10),
    problem=quadratic,
    observe=edge,
    expect=lambda p: p.eigenvalues[0],
    domain=DOMAIN,
    corners=CORNERS,
    hypotheses=REACHES,
    quick=12,
    full=300,
    seconds=0.003,
    note="Long and Bartlett (arXiv 2309.12488) introduce the edge; their formula is not quoted.",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "start without a component along e_1",
            "it ends on the second cycle, where the edge is the second eigenvalue",
            problem=without_first,
            change=lambda s: s if s.d > 1 else None,
        ),
        Control("gradient descent's edge", "2 / eta is reached only for large gradients", expect=lambda p: 2 / p.eta),
    ),
)
