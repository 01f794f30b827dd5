r"""From the gate gradient descent comes within $\varepsilon$ in $O(\log1/\varepsilon)$ steps; their number is exact."""

import math
from functools import partial

import numpy as np

from flatlab import hitting_time
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform, Whole
from flatlab.evidence.relations import AtMost, Equal
from flatlab.methods import GD
from flatlab.objectives import Quadratic, Valley
from flatlab.objectives.observables import Distance
from flatlab.objectives.valleys.profiles import Constant
from flatlab.theory.escape import ClosingDescent


def first_time(s, rng, flatter=1.0):
    """Return the first step within epsilon of the minima, from |grad f| = mu excess epsilon; flatter divides mu."""
    curvature = s.share / flatter  # beta = 1
    start = np.append(np.full(s.n, s.share * s.excess * s.epsilon / curvature / math.sqrt(s.n)), 0.0)
    return counted(s, Valley(Constant(curvature), s.n), start)


def on_a_quadratic(s, rng, flatter=1.0):
    """Return the same with curvatures from mu to beta, where the gradient has the angle ``tilt`` with that of mu."""
    curvatures = np.geomspace(s.share / flatter, 1.0, s.n)
    slope = s.share * s.excess * s.epsilon * np.full(s.n, math.sin(s.tilt) / math.sqrt(s.n - 1))
    slope[0] = s.share * s.excess * s.epsilon * math.cos(s.tilt)
    return both_sides(counted(s, Quadratic(curvatures), slope / curvatures))


def counted(s, objective, start):
    steps = hitting_time(GD(s.load), objective, start, Distance(0 * start), below=s.epsilon, steps=10**5)
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
        seconds=0.0025,
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
        title="twice as many steps suffice on every quadratic",
        statement=r"""On a quadratic of eigenvalues in $[\mu,\beta]$, where $|\nabla f|^2\ge2\mu(f-\min f)$, with
            $\eta\le1/\beta$ $\lceil2\log(\varepsilon_0/(\mu\varepsilon))/-\log(1-\eta\mu)\rceil$ steps of gradient
            descent from $|\nabla f|=\varepsilon_0$ come within $\varepsilon$, and half of them do, but for the
            rounding.""",
        source="Closing gradient descent",
        origin="derived",
        kind="upper bound",
        relation=AtMost(tight_within=2.1),
        observe=on_a_quadratic,
        expect=lambda s: closing(s).steps(s.epsilon),
        domain={**DOMAIN, "tilt": Uniform(0.0, 1.5)},
        corners=({"n": 2, "load": 0.5, "share": 0.2, "excess": 100.0, "epsilon": 1e-3, "tilt": 0.0},),
        quick=6,
        full=200,
        seconds=0.0015,
        note="""Observed: the steps that are needed, and one less than twice as many. That all functions with the
            inequality need no more than all of the steps is proved.""",
        controls=(
            Control(
                "a flatter valley",
                "the inequality fails with the stated constant",
                observe=partial(on_a_quadratic, flatter=5.0),
                change={"tilt": 0.3},
            ),
        ),
    ),
)
