r"""About an isolated minimum the bounce centre settles at the offset $e_i=-c_i\tau_i/(1-m_i)$, up to $O(\rho^4)$."""

import numpy as np

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import SEED, Choice, Uniform, Whole
from flatlab.evidence.relations import WithinInterval
from flatlab.geometry.bounce import bounce_frame
from flatlab.objectives import IsolatedRavine
from flatlab.objectives.valleys.profiles import Ramp
from flatlab.theory.sam import BounceOffset
from paper_checks.bartlett2023.problems.bounces import MANY, Bounce, order_in_rho, polynomial, replicates
from paper_checks.bartlett2023.problems.quadratic import STABLE

DOMAIN = {"family": Choice(("ravine", "polynomial")), "d": Whole(3, 4), "h": Uniform(0.1, 1.99), "seed": SEED}


def isolated(family, d, h, seed):
    """Return replicates of pooled isolated minima: polynomials in d variables, or ravines in two."""

    def ravine(rng):
        slope = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.5)
        objective = IsolatedRavine(Ramp(1.0, slope), rng.uniform(0.1, 0.7))
        return Bounce(objective, bounce_frame(objective, np.zeros(2)), h)

    return replicates(ravine if family == "ravine" else lambda rng: polynomial(rng, h=h, d=d), seed)


def radii(h):
    """Return values of a + rho, smaller near h = 0 and h = 2, where the constant is large."""
    return np.geomspace(0.003, 0.03, 5) * min(1.0, 2 * h, 2 - h)


def error(bounce, rho, *, stated=BounceOffset.settled, settled=True, plain=False):
    frame, pair = bounce.frame, bounce.settled(rho) if settled else bounce.path(rho, 1)
    offset = stated(bounce.offset(rho), frame.eigenvectors.T @ frame.tau)
    if plain:
        offset *= ((2 - bounce.h) / 2) ** 2
    return frame.eigenvectors.T @ (pair.mean(axis=0) - frame.minimum) - offset


def order(**breach):
    return lambda found, rng: order_in_rho(found, lambda one, rho: error(one, rho, **breach), radii(found[0][0].h))


CLAIM = Claim(
    id="bartlett2023/isolated-minimum",
    title="offset of the bounce centre from an isolated minimum",
    statement=r"""The settled centre $(w_t+w_{t+1})/2$ lies at $z+e$ with $e_i=-c_i\tau_i/(1-m_i)$ in the eigenbasis, up
        to $O(\rho^4)$.""",
    source="Isolated minimum",
    origin="derived",
    kind="rate",
    relation=WithinInterval(0.25),
    problem=isolated,
    observe=order(),
    expect=4,
    domain=DOMAIN,
    corners=({"family": "ravine", "d": 2, "h": 0.5, "seed": 1}, {"family": "polynomial", "d": 3, "h": 1.99, "seed": 2}),
    hypotheses=STABLE,
    quick=1,
    full=40,
    seconds=0.24,
    few=MANY,
    controls=(
        Control(
            "before the bounce has settled", "about the minimum: an error of order 2", observe=order(settled=False)
        ),
        Control("amplitude correction dropped", "an error of order 2 remains", observe=order(plain=True)),
        Control(
            "minimiser of the penalised loss",
            "its offset -(a + rho)^2 tau_i / (2 l_i) is the limit of slow directions only",
            observe=order(stated=BounceOffset.slow),
            change=lambda s: s if s.h < 1.6 else None,
        ),
    ),
)
