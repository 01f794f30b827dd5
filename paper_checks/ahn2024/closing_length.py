r"""From the gate gradient descent comes within $\varepsilon$ in $O(\log1/\varepsilon)$ steps; their number is exact."""

import math
from functools import partial

import numpy as np

from flatlab import hitting_time
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost, Equal
from flatlab.methods import GD
from flatlab.objectives import Valley
from flatlab.objectives.observables import Distance
from flatlab.objectives.valleys.profiles import Constant
from flatlab.theory.escape import ClosingDescent


def first_time(s, rng, flatter=1.0):
    """Return the first step within epsilon of the minima, from |grad f| = mu excess epsilon; flatter divides mu."""
    curvature = s.share / flatter  # beta = 1
    start = np.append(np.full(s.n, s.share * s.excess * s.epsilon / curvature / math.sqrt(s.n)), 0.0)
    steps = hitting_time(
        GD(s.load), Valley(Constant(curvature), s.n), start, Distance(np.zeros(s.n + 1)), below=s.epsilon, steps=10**5
    )
    return float(steps) if steps >= 0 else math.inf


def closing(s):
    return ClosingDescent(s.share * s.excess * s.epsilon, s.load, 1.0, s.share)


def needed(s):
    return math.ceil(math.log(s.excess) / -math.log1p(-s.load * s.share))


def both_sides(steps):
    return steps, 2 * steps - 1


DOMAIN = {
    "n": Whole(2, 5),
    "load": Uniform(0.05, 0.95),
    "share": LogUniform(0.05, 0.9),
    "excess": LogUniform(2.0, 1e4),
    "epsilon": LogUniform(1e-6, 0.1),
}

CLAIMS = (
    Claim(
        id="ahn2024/closing-length",
        title="the closing descent takes as many steps as stated",
        statement=r"""From $|\nabla f|=\varepsilon_0$ on $\mu|z|^2/2$ gradient descent needs exactly
            $\lceil\log(\varepsilon_0/(\mu\varepsilon))/-\log(1-\eta\mu)\rceil$ steps to come within $\varepsilon$.""",
        source="Closing gradient descent",
        origin="derived",
        kind="equality",
        relation=Equal(),
        observe=first_time,
        expect=needed,
        domain=DOMAIN,
        quick=6,
        full=200,
        note="excess is the gate over mu epsilon, load eta beta, share mu over beta. One step fewer is not enough.",
        controls=(
            Control(
                "a flatter valley",
                "the inequality fails with the stated constant",
                observe=partial(first_time, flatter=5.0),
            ),
        ),
    ),
    Claim(
        id="ahn2024/closing-length-bound",
        title="twice as many steps suffice under the inequality of Polyak and Łojasiewicz",
        statement=r"""Under $|\nabla f|^2\ge2\mu(f-\min f)$ and $\eta\le1/\beta$
            $\lceil2\log(\varepsilon_0/(\mu\varepsilon))/-\log(1-\eta\mu)\rceil$ steps of gradient descent from the gate
            come within $\varepsilon$; of a quadratic they are twice what it needs, but for the rounding.""",
        source="Closing gradient descent",
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=2.1),
        observe=lambda s, rng: both_sides(first_time(s, rng)),
        expect=lambda s: closing(s).steps(s.epsilon),
        domain=DOMAIN,
        quick=6,
        full=200,
        note="Observed: the steps that the quadratic needs, and one less than twice as many.",
        controls=(
            Control(
                "a flatter valley",
                "the inequality fails with the stated constant",
                observe=lambda s, rng: both_sides(first_time(s, rng, flatter=5.0)),
            ),
        ),
    ),
)
