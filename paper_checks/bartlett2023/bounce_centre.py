r"""The settled bounce centre $c_t=(w_t+w_{t+1})/2$ has $P(c_{t+2}-c_t)=-2\eta_{\rm eff}P\nabla\lambda_1+O(\rho^4)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_centres, bounce_frame, nearest_minimum
from flatlab.methods import GD
from flatlab.theory.sam import TwoCycle
from paper_checks.bartlett2023.problems.bounces import pooled_order, replicates
from paper_checks.bartlett2023.problems.generic_starts import GENERIC, GENERIC_CORNER, generic_start
from paper_checks.bartlett2023.problems.quadratic import STABLE

RATIO = 1.5
DISTANCES = 1.5e-4 * RATIO ** np.arange(6)  # a + rho


def starts(seed, **setting):
    return replicates(lambda rng: generic_start(rng, **setting), seed)


def errors(one, reaches, *, iterates=False, plain=False, method=None):
    """Yield the error of the two-step law at the minimum under the centre of a bounce that has settled."""
    bounce, steps = one.bounce, one.steps + one.bounce.settling_steps()
    for rho in map(bounce.rho, reaches):
        path = bounce.late(rho, steps, method and method(bounce.eta), count=4, start=one.x)
        centres = bounce_centres(path)
        frame = bounce_frame(bounce.objective, nearest_minimum(bounce.objective, centres[0], bounce.rank))
        moved = path[2] - path[0] if iterates else centres[2] - centres[0]
        size = bounce.eta * rho**2 / 2 if plain else TwoCycle(frame.sharpness, bounce.eta, rho).effective_step
        yield frame.projector @ moved + 2 * size * frame.tangential


def order(**breach):
    def without_fifth(one):
        """Return e(rho) - e(r rho)/r^5, r = ``RATIO``: of the order of e if that is below 5, and free of order 5."""
        at = np.array(list(errors(one, DISTANCES, **breach)))
        return at[:-1] - at[1:] / RATIO**5

    return lambda found, rng: pooled_order(found, without_fifth, DISTANCES[:-1])


CLAIM = Claim(
    id="bartlett2023/drift-of-the-bounce-centre",
    title="from a generic start the settled bounce centre drifts to a higher order",
    statement=r"""From $z+\rho x_0$, $x_0$ generic, once the normal modes have settled, the centre
        $c_t=(w_t+w_{t+1})/2$ has $P(c_{t+2}-c_t) = -2\eta_{\rm eff}P\nabla\lambda_1+O(\rho^4)$, with $P$ and
        $\nabla\lambda_1$ at the minimum next to it.""",
    source=("What the authors state", "Drift law", "Generic starts"),
    origin="measured",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=starts,
    observe=order(),
    expect=4,
    domain={
        **GENERIC,
        "h": Uniform(0.1, 1.9),
        "gap": LogUniform(0.1, 0.5),
        "slow": LogUniform(0.1, 0.5),
        "scale": LogUniform(0.3, 1.0),
        "d": Whole(6, 16),
    },
    corners=({**GENERIC_CORNER, "h": 1.9, "gap": 0.1, "slow": 0.1},),
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.35,
    few="180 runs until the bounce has settled, and the minima under them",
    note=r"""The argument for the order is formal. Observed: the order of $e(\rho)-e(r\rho)/r^5$, $e$ the
        error, $r=3/2$; a term of order 5, which in some problems is as large at these radii, drops out.""",
    controls=(
        Control("gradient descent", "it does not bounce, and does not drift: order 2", observe=order(method=GD)),
        Control(
            "iterates in place of the centre",
            "w_{t+2} - w_t keeps a term of order 3: the leading eigenvector turns along the manifold",
            observe=order(iterates=True),
            change={**GENERIC_CORNER, "h": 1.2, "gap": 0.3, "slow": 0.2},  # its factor is small at small h
        ),
        Control("amplitude correction dropped", "an error of order 2 remains", observe=order(plain=True)),
    ),
)
