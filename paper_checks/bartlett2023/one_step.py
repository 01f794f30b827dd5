r"""Theorem L, one step from any start: $d_{t+1}\le qd_t+\frac{2-h}{2}r_t^2$ and $r_{t+1}\le k_tr_t$."""

import numpy as np

from flatlab import trajectory
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import LogUniform, Uniform
from flatlab.evidence.relations import AtMost
from flatlab.methods import GD
from flatlab.theory.sam import contraction_factor
from paper_checks.bartlett2023.enclosures.one_step_of_the_errors import ENCLOSURE
from paper_checks.bartlett2023.problems.convergence import errors
from paper_checks.bartlett2023.problems.quadratic import STABLE
from paper_checks.bartlett2023.problems.tube import TUBE, tube_start


def after(c, rng, method=None):
    """Return d + 1 and the angle after one step: rounding in d counts against 1, in the angle against a right one."""
    radial, tangent = errors(c.p, trajectory(method or c.p.sam, c.p.objective, c.p.start, steps=1)[1:])
    return radial[0] + 1, np.arctan(tangent[0])


def bounds(c):
    size = np.linalg.norm(c.p.gradient) / c.p.theory.cycle().gradient_norm
    shrunk = contraction_factor(c.p.theory, size, size) * c.tube.tangent
    return c.tube.radial_rate * c.tube.radial_error + c.tube.forcing * c.tube.tangent**2 + 1, np.arctan(shrunk)


CLAIM = Claim(
    id="bartlett2023/one-step-of-the-errors",
    title="both errors after one step from any start",
    statement=r"""Let $h<2$ and $w_{t,1}\ne0\ne w_{t+1,1}$. Then $d_{t+1}\le|1-h|d_t+\frac{2-h}{2}r_t^2$ and
        $r_{t+1}\le k_tr_t$ with $k_t=\max_{i\ge2}|A_i(s_t)|/|A_1(s_t)|$.""",
    source="Theorem L: local convergence with explicit constants",
    origin="derived",
    kind="upper bound",
    relation=AtMost(slack=1e-11, tight_within=1.0001),
    problem=tube_start,
    observe=after,
    expect=bounds,
    domain={**TUBE, "h": Uniform(0.002, 1.998), "radial": Uniform(-0.99, 30.0), "tangent": LogUniform(1e-4, 1e3)},
    corners=(
        {"d": 2, "h": 1.5, "rho": 0.1, "gap": 0.3, "flat": 0.1, "top": 1.0, "radial": 0.0, "tangent": 0.3, "seed": 1},
    ),
    hypotheses=STABLE,
    quick=30,
    full=500,
    seconds=0.002,
    note="""$d_t=||u_{t,1}|/b_1-1|$ and $r_t$ is the tangent of the angle to $e_1$. Observed: d + 1 and the angle after
        a step.""",
    enclosure=ENCLOSURE,
    controls=(
        Control(
            "gradient descent",
            "it has no cycle",
            observe=lambda c, rng: after(c, rng, GD(c.p.eta)),
            change={"radial": 0.0, "tangent": 0.01},
        ),
    ),
)
