r"""The settled bounce centre $c_t=(w_t+w_{t+1})/2$ has $P(c_{t+2}-c_t)=-2\eta_{\rm eff}P\nabla\lambda_1+O(\rho^4)$."""

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, nearest_minimum
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023.problems.bounces import CURVED, CURVED_CORNERS, SHORT, curved, order_in_rho
from paper_checks.bartlett2023.problems.quadratic import STABLE


def error(bounce, rho, *, iterates=False, plain=False):
    """Return the error of the two-step law for the settled bounce centre, at the minimum under it."""
    path = bounce.settled(rho, count=4)
    centres = bounce_centres(path)
    frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centres[0], bounce.rank))
    moved = path[2] - path[0] if iterates else centres[2] - centres[0]
    size = bounce.eta * rho**2 / 2 if plain else TwoCycle(frame.sharpness, bounce.eta, rho).effective_step
    return frame.projector @ moved + 2 * size * frame.tangential


def order(**breach):
    return lambda found, rng: order_in_rho(found, lambda one, rho: error(one, rho, **breach), SHORT[:5])


CLAIM = Claim(
    id="bartlett2023/drift-of-the-bounce-centre",
    title="the settled bounce centre drifts to a higher order",
    statement=r"""Once the normal modes have settled, the centre $c_t=(w_t+w_{t+1})/2$ has
        $P(c_{t+2}-c_t) = -2\eta_{\rm eff}P\nabla\lambda_1+O(\rho^4)$.""",
    source=("What the authors state", "Drift law"),
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=curved,
    observe=order(),
    expect=4,
    domain={**CURVED, "d": Whole(6, 16)},
    corners=CURVED_CORNERS[1:],
    hypotheses=STABLE,
    quick=1,
    full=25,
    note="The argument for the order is formal.",
    controls=(
        Control(
            "iterates in place of the centre",
            "w_{t+2} - w_t keeps a term of order 3: the leading eigenvector turns along the manifold",
            observe=order(iterates=True),
            change={"h": 1.2},  # its factor is too small to be seen at small h
        ),
        Control("amplitude correction dropped", "an error of order 2 remains", observe=order(plain=True)),
    ),
)
